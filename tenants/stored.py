"""What stands stored, and cannot be read."""

from __future__ import annotations


class Unreadable(ValueError):
    """Something stored is not as this version of the code reads it. The message says what, and nothing that a person has written."""
