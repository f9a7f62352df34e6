"""The worker's door to what is entered of refusals."""

from __future__ import annotations

from service.platform.accounts import refusals


def enter_refused(mark: str) -> None:
    """Enter that a sign-in was refused to the one whose address has that mark."""
    refusals.enter_sign_in(mark)
