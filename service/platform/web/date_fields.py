"""Days, months and times of day, as people and programs write them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError

from service.platform.web.fields import Field
from tenants.calendar import month_name, parse_month

EARLIEST, LATEST = dt.date(1990, 1, 1), dt.date(2100, 12, 31)


class Day(Field):
    """A day: 2026-10-31, or 31-10-2026 as Danes write it."""

    def _wrong(self) -> ValidationError:
        return ValidationError(_("Write a date as day-month-year, for example 31-10-2026."))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.date:
        if not isinstance(value, str):
            raise self._wrong()
        text = value.strip()
        match = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text, re.ASCII)
        parts = match.groups() if match else None
        if parts is None and (match := re.fullmatch(r"([0-9]{1,2})[-./]([0-9]{1,2})[-./]([0-9]{4})", text, re.ASCII)):
            parts = match.groups()[::-1]
        try:
            day = dt.date(*(int(p) for p in parts)) if parts else None
        except ValueError:
            day = None
        if day is None or not EARLIEST <= day <= LATEST:
            raise self._wrong()
        return day

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value.isoformat() if value else None


class Days(Field):
    """Some days, each once and in order: a list of them, or text with one on each line or commas between."""

    blank: Any = ()

    def __init__(self, most: int = 60, **options: Any) -> None:
        self.most = most
        options.setdefault("required", False)
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[dt.date, ...]:
        found = [part for part in re.split(r"[\s,;]+", value) if part] if isinstance(value, str) else value
        if not isinstance(found, list):
            raise ValidationError(_("Send a list here."))
        if len(found) > self.most:
            raise ValidationError(_("There are too many rows."))
        day = Day()
        return tuple(sorted({day.deserialize(part) for part in found}))


class Time(Field):
    """A time of day on the clock on the wall: 19:00, or 19.00 as Danes write it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.time:
        match = re.fullmatch(r"([01]?[0-9]|2[0-3])[.:]([0-5][0-9])", value.strip()) if isinstance(value, str) else None
        if match is None:
            raise ValidationError(_("Write a time of day, for example 19.00."))
        return dt.time(int(match[1]), int(match[2]))

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return f"{value:%H:%M}" if value else None


class Month(Field):
    """A month: 2026-10, as its first day."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.date:
        try:
            month = parse_month(value) if isinstance(value, str) else None
        except ValueError:
            month = None
        if month is None or not EARLIEST <= month <= LATEST:
            raise ValidationError(_("Write a month as year-month, for example 2026-10."))
        return month

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return month_name(value) if value else None
