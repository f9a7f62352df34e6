"""What every page knows: the way around, and who is asking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import lazy_gettext as _l

from config import running
from config.settings import Settings
from service.platform.feature import MenuPlace, features
from service.platform.web.here import opens
from service.platform.web.identity import Identity, somebody
from service.platform.web.permits import permit_of
from service.platform.work.faults import Fault
from tenants import periods
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import AWAY, db, now
from tenants.models import Municipality
from tenants.reach import reached
from tenants.scope import Capability

STATES = {
    "preparing": (_l("Being made"), "info"),
    "offered": (_l("Awaits the municipality"), "warning"),
    "accepted": (_l("Awaits DRC"), "warning"),
    "concluded": (_l("Concluded"), "success"),
    "declined": (_l("Declined"), "error"),
    "withdrawn": (_l("Withdrawn"), "info"),
    "terminated": (_l("Terminated"), "info"),
    "ended_early": (_l("Ended early"), "info"),
    "ended_for_breach": (_l("Ended for breach"), "info"),
    "waiting": (_l("Under way"), "info"),
    "issued": (_l("Issued"), "success"),
    "failed": (_l("Failed"), "error"),
}
FAULTS = {
    Fault.UNREADABLE: _l(
        "Something that it is made of cannot be read. It does not pass by itself: "
        "send the detail to operations, and try again when it is mended."
    ),
    Fault.UNPRINTABLE: _l(
        "It cannot be laid out as a PDF. It does not pass by itself: send the detail to operations, and try again when it is mended."
    ),
    Fault.REFUSED: _l(
        "The mail server says no to the address. Mend it where the person stands: the next mails go to the new one. Is it right, try again."
    ),
    Fault.PUT_OFF: _l("The mail server says: not now. It is tried again by itself for three days."),
    Fault.AWAY: _l("Something that it needs does not answer. It goes on by itself when that is back."),
    Fault.LOST: _l(
        "The work was cut off before anybody could say why. Try again. If it happens again, tell operations."
    ),
}


@dataclass(frozen=True, slots=True)
class MenuLink:
    """A place in the navigation."""

    label: str
    href: str
    active: bool


def init(app: Flask) -> None:
    """Give every page its navigation and the person who is asking."""
    app.jinja_env.globals |= {"states": STATES, "faults": FAULTS}
    app.jinja_env.filters["words"] = _words
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    settings: Settings = app.extensions["settings"]
    app.jinja_env.globals["most_kept_back"] = settings.fewest_shown - 1

    @app.context_processor
    def demonstration() -> dict[str, Any]:
        being_made = None if settings.production else running.progress(settings.var)
        return {"being_made": being_made, "cannot_be_made": being_made is not None and running.fails(settings.var)}

    @app.context_processor
    def known() -> dict[str, Any]:
        if g.get("in_trouble"):
            return {}  # the page that tells of it must not ask the database again
        try:
            identity = somebody()
            return {"identity": identity, "navigation": navigation(identity), "here": _here(identity)}
        except AWAY:
            if "in_trouble" not in g:
                raise
            return {}  # the database is away: a page that refuses something stands without


def _words(texts: Mapping[str, tuple[Any, str]]) -> list[tuple[str, Any]]:
    """States with their texts and colours as the options of a select."""
    return [(state, text) for state, (text, _colour) in texts.items()]


def _here(identity: Identity | None) -> Municipality | None:
    """The municipality that the page is about, if any."""
    code = (request.view_args or {}).get("municipality_code") or (identity.municipality_code if identity else None)
    if identity is None or code not in identity.codes:
        return None
    if reached():
        return db.session.get(Municipality, code)
    with acting_for(identity.reach):  # an error before the route was entered
        return db.session.get(Municipality, code)


def _opens(code: str, capability: Capability) -> bool:
    """Whether the scope in force in the municipality that a person acts for opens `capability`."""
    if not reached():
        return False  # an error before the route was entered: what may be closed is left out
    if (request.view_args or {}).get("municipality_code") == code:
        return opens(capability)
    period = periods.in_force(code, day_of(now()))
    return period is not None and period.scope.allows(capability)


def _may(identity: Identity, place: MenuPlace) -> bool:
    """Whether the person's role is enough for the page of a place in a menu."""
    demanded = permit_of(current_app, place.endpoint)
    return demanded is not None and demanded.lets(identity)


def navigation(identity: Identity | None) -> list[MenuLink]:
    """The main navigation for the person who is asking."""
    if identity is None:
        return []
    menu: Iterable[MenuPlace] = ()
    values: dict[str, str] = {}
    if identity.drc:
        menu = features().menu_of_drc
    elif identity.municipality_code:
        menu, values = features().menu_of_municipality, {"municipality_code": identity.municipality_code}
    return [
        MenuLink(str(place.label), url := url_for(place.endpoint, **values), request.path == url)  # type: ignore[arg-type] # values of the address
        for place in menu
        if _may(identity, place) and (place.capability is None or _opens(values["municipality_code"], place.capability))
    ]
