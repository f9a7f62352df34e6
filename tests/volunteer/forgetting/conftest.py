"""Whoever acts, as in the tests of volunteers."""

from tests.volunteer.volunteers.conftest import consultant, everywhere

__all__ = ["consultant", "everywhere"]
