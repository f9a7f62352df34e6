"""National figures in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.desk.national.rules import Breakdown, NationalSums
from service.partnership.catalogue.operations import outcomes
from service.partnership.catalogue.queries import kinds
from service.platform.web.declared import Column, Shape
from service.platform.web.language import chosen, month
from tenants import register
from tenants.calendar import parse_month

BREAKDOWNS = {
    Breakdown.MONTH: _l("By month"),
    Breakdown.TERRITORY: _l("By consultant territory"),
    Breakdown.MUNICIPALITY: _l("By municipality"),
    Breakdown.TYPE: _l("By activity type"),
    Breakdown.EFFECT: _l("By effect"),
}
HEADINGS = {
    Breakdown.MONTH: _l("Month"),
    Breakdown.TERRITORY: _l("Territory"),
    Breakdown.MUNICIPALITY: _l("Municipality"),
    Breakdown.TYPE: _l("Activity type"),
    Breakdown.EFFECT: _l("Effect"),
}
FILE_HEADINGS = {
    Breakdown.MONTH: "Måned",
    Breakdown.TERRITORY: "Konsulentområde",
    Breakdown.MUNICIPALITY: "Kommune",
    Breakdown.TYPE: "Aktivitetstype",
    Breakdown.EFFECT: "Virkning",
}


def columns(by: Breakdown) -> tuple[Column, ...]:
    """The columns of a file, which is Danish, called as on statements."""
    return (
        Column("name", FILE_HEADINGS[by]),
        Column("sessions", "Afholdte gange", Shape.NUMBER),
        Column("cancelled", "Aflyste gange", Shape.NUMBER),
        Column("attendances", "Fremmøder", Shape.NUMBER),
        Column("volunteer_attendances", "Frivilliges fremmøder", Shape.NUMBER),
        Column("volunteer_minutes", "Frivilligtimer", Shape.HOURS),
    )


def named(by: Breakdown, rows: list[NationalSums], language: str | None = None) -> list[tuple[str, NationalSums]]:
    """Each row with its name, in the order in which one looks for it."""
    names, language = _names(by, language or chosen()), language or chosen()
    found = [(names(row.key) if row.key is not None else _("Outside of all territories"), row) for row in rows]
    order = {code: place for place, code in enumerate(_order(by))}
    return sorted(found, key=lambda each: order.get(each[1].key or "", len(order))) if order else found


def _order(by: Breakdown) -> list[str]:
    match by:
        case Breakdown.MUNICIPALITY:
            return [row.code for row in register.municipalities()]
        case Breakdown.TYPE:
            return list(kinds())
        case Breakdown.EFFECT:
            return list(outcomes())
    return []


def _names(by: Breakdown, language: str) -> Callable[[str], str]:
    match by:
        case Breakdown.MONTH:
            return lambda key: month(parse_month(key))
        case Breakdown.MUNICIPALITY:
            names: Mapping[str, str] = {row.code: row.name for row in register.municipalities()}
            return lambda key: names.get(key, key)
        case Breakdown.TYPE:
            known = kinds()
            return lambda key: known[key].name(language)
        case Breakdown.EFFECT:
            effects = outcomes()
            return lambda key: effects[key]["en" if language == "en" else "da"]
    return str
