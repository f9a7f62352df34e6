"""Danish first, English to choose."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from flask import Blueprint, Flask, current_app, g, has_request_context, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel, format_date, format_datetime, format_decimal, get_locale
from werkzeug.wrappers import Response

from service.platform.web.permits import permit
from service.platform.web.security import cookie_name, inside
from tenants.calendar import DENMARK

bp = Blueprint("language", __name__)
LANGUAGES = ("da", "en")
LOCALES = {"da": "da", "en": "en_GB"}  # whose way of writing dates and numbers goes with each language
COOKIE = "language"
ASKED = "sprog"  # in an address: of pages that set no cookie


def chosen() -> str:
    """The language of this answer: what the address asks for, else the chosen one, else Danish."""
    if not has_request_context():
        return "da"
    said = (request.args.get(ASKED), None if g.get("stranger") else request.cookies.get(cookie_name(COOKIE)))
    return next((language for language in said if language in LANGUAGES), "da")


def init(app: Flask) -> None:
    """Let pages speak the chosen language."""
    app.config.update(
        BABEL_TRANSLATION_DIRECTORIES="platform/web/translations",
        BABEL_DEFAULT_LOCALE="da",
        BABEL_DEFAULT_TIMEZONE=str(DENMARK),
    )
    Babel(app, locale_selector=lambda: LOCALES[chosen()])
    app.jinja_env.filters.update(
        day=day,
        short_day=short_day,
        last_day=last_day,
        weekday=weekday,
        whole_day=whole_day,
        month=month,
        short_month=short_month,
        moment=moment,
        money=money,
        number=number,
    )
    app.jinja_env.globals.update(language=chosen)


@bp.post("/sprog")
@permit.public
def choose() -> ResponseReturnValue:
    """Choose a language and go back to where one was, within the service."""
    response = redirect(inside(request.form.get("back", "")) or url_for("home.start"))
    return spoken(response, request.form.get("language"))


def spoken(response: Response, language: str | None) -> Response:
    """An answer after which the pages speak a language; as before where it is none of ours."""
    if language in LANGUAGES:
        response.set_cookie(
            cookie_name(COOKIE),
            language,
            max_age=365 * 86400,
            samesite="Lax",
            httponly=True,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    return response


def last_day(value: dt.date | None, first: dt.date | None = None) -> str:
    """The day before, as people say until when: dates are kept as the first day on which something is over. "" for None.

    What was over on its `first` day has no last one.
    """
    if value and first and value <= first:
        return "–"
    return day(value - dt.timedelta(days=1)) if value else ""


def day(value: dt.date | None) -> str:
    """A day in words: 1. maj 2026."""
    return format_date(value, "long") if value else ""


def short_day(value: dt.date) -> str:
    """A day of a year that is known: 9. feb."""
    return format_date(value, "d. MMM" if str(get_locale()) == "da" else "d MMM")


def weekday(value: dt.date) -> str:
    """A day with its weekday: tirsdag 3. november."""
    return format_date(value, "EEEE d. MMMM" if str(get_locale()) == "da" else "EEEE d MMMM")


def whole_day(value: dt.date) -> str:
    """A day with its weekday and year: tirsdag den 1. december 2026."""
    return format_date(value, "EEEE 'den' d. MMMM y" if str(get_locale()) == "da" else "EEEE d MMMM y")


def month(value: dt.date) -> str:
    """A month in words: oktober 2026."""
    return format_date(value, "MMMM yyyy")


def short_month(value: dt.date) -> str:
    """A month where there is little room: okt. 26."""
    return format_date(value, "MMM yy")


def moment(value: dt.datetime) -> str:
    """A moment in Danish time: 1. maj 2026 kl. 13.05."""
    return format_datetime(value, "d. MMMM yyyy 'kl.' HH.mm" if str(get_locale()) == "da" else "d MMMM yyyy HH:mm")


def number(value: int) -> str:
    """1234567 as 1.234.567, or 1,234,567 in English."""
    return format_decimal(value)


def money(ore: int) -> str:
    """Øre as kroner."""
    return f"{format_decimal(Decimal(ore) / 100, '#,##0.00' if ore % 100 else '#,##0')} kr."
