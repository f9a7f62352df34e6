"""Whoever acts, as in the tests of volunteers."""

from tests.volunteer.volunteers.conftest import everywhere

__all__ = ["everywhere"]
