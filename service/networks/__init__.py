"""Volunteer groups shared across municipalities: who serves whom, as far as it is shared."""
