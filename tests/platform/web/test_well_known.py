"""security.txt, as RFC 9116 has it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask

from config.settings import Settings
from service.platform.web import well_known

AT = dt.datetime(2026, 11, 30, 14, 7, tzinfo=dt.UTC)


def test_it_names_whom_to_tell_until_when_and_where_it_belongs() -> None:
    assert well_known.text("mailto:sikkerhed@drc.example", "https://partnerskab.example", AT) == (
        "Contact: mailto:sikkerhed@drc.example\n"
        "Expires: 2027-05-29T00:00:00Z\n"
        "Preferred-Languages: da, en\n"
        "Canonical: https://partnerskab.example/.well-known/security.txt\n"
    )
    assert dt.timedelta(days=365) > well_known.HOLDS, "section 2.5.5"


def test_it_is_there_where_somebody_is_named(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    assert client.get(well_known.PATH).status_code == 404
    monkeypatch.setitem(app.extensions, "settings", replace(settings, security_contact="tel:+4512345678"))
    answer = client.get(well_known.PATH)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer.text.startswith("Contact: tel:+4512345678\n")
