"""How long a verification holds, and when one is told that a certificate is due. Plain values in and out."""

from __future__ import annotations

import datetime as dt

from service.volunteer.volunteers.rules import Certificate

YEARS = 2  # how long a verification holds unless another day is given
MOST_YEARS = 5


def renewal(verified_on: dt.date, years: int = YEARS) -> dt.date:
    """The last day that a verification holds: the same day so many years on; 29 February gives the 28th."""
    try:
        return verified_on.replace(year=verified_on.year + years)
    except ValueError:
        return verified_on.replace(year=verified_on.year + years, day=28)


def due_mark(standing: Certificate, verified_until: dt.date | None) -> str | None:
    """What a consultant is told of once: that the certificate is missing, that it expires on a day, that it did. None: nothing is due."""
    match standing:
        case Certificate.MISSING:
            return "missing"
        case Certificate.EXPIRED:
            return f"expired:{verified_until}"
        case Certificate.SOON:
            return f"soon:{verified_until}"
    return None
