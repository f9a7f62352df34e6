"""Why a volunteer is forgotten. Plain values."""

from __future__ import annotations

from enum import StrEnum


class ForgottenWhy(StrEnum):
    """Why a volunteer is forgotten: the ledger keeps which, and no words."""

    ASKED = "asked"  # the person has asked for it
    MISTAKE = "mistake"  # the person should not have been entered
    OVER = "over"  # the person left long ago
