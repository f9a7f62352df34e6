"""Sessions in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

WHY = {
    "volunteers": _l("the volunteers could not come"),
    "participants": _l("too few participants"),
    "premises": _l("the premises could not be used"),
    "weather": _l("the weather"),
    "holiday": _l("a holiday"),
    "other": _l("something else"),
}

WHO = {
    "adults": _l("Participants aged 15 and over"),
    "children": _l("Children under 15"),
    "women": _l("Women aged 15 and over"),
    "men": _l("Men aged 15 and over"),
    "new_faces": _l("New participants"),
    "active_matches": _l("Active matches at the month's end"),
    "new_matches": _l("New matches"),
    "ended_matches": _l("Matches that ended"),
    "waiting": _l("On the waiting list at the month's end"),
}
WHO_DA = {  # as it is printed: in full, and as the head of a column
    "adults": ("Deltagere på 15 år og derover", "Voksne"),
    "children": ("Børn under 15 år", "Børn"),
    "women": ("Kvinder på 15 år og derover", "Kvinder"),
    "men": ("Mænd på 15 år og derover", "Mænd"),
    "new_faces": ("Nye deltagere", "Nye deltagere"),
    "active_matches": ("Aktive matchpar ved månedens slutning", "Matchpar"),
    "new_matches": ("Nye matchpar", "Nye par"),
    "ended_matches": ("Matchpar, der er ophørt", "Ophørte par"),
    "waiting": ("På venteliste ved månedens slutning", "Venter"),
}
