"""Volunteer groups and their networks, shared across municipalities."""
