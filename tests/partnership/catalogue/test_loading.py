"""Loading the catalogue: harmless to repeat, and never a change to what agreements were made with."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from service.partnership.catalogue import files, operations, queries
from service.partnership.catalogue.models import ActivityType, TextVersion
from service.partnership.catalogue.rules import BoundarySide
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.reach import clock

BEFORE, FIRST, SECOND = dt.date(2010, 12, 31), dt.date(2011, 1, 1), dt.date(2026, 11, 24)


def counts() -> tuple[int | None, ...]:
    return tuple(db.session.scalar(select(func.count()).select_from(model)) for model in (ActivityType, TextVersion))


def test_loading_again_changes_nothing(app: Flask) -> None:
    with app.app_context(), acting_for(clock()):
        before = counts()
        db.session.rollback()
        with transaction():
            assert operations.load() == 23
        assert counts() == before == (23, len(files.texts()))


def test_what_is_in_use_is_what_the_files_say(app: Flask) -> None:
    with app.app_context(), acting_for(clock()):
        assert queries.kinds() == files.kinds()


def test_types_come_in_danish_order(app: Flask) -> None:
    with app.app_context(), acting_for(clock()):
        names = [kind.da for kind in queries.kinds().values()]
    assert names.index("Boligplacering") < names.index("Børne- og ungegruppe") < names.index("Cykelkursus")


def test_the_version_in_force_is_the_one_of_the_day(app: Flask) -> None:
    with app.app_context(), acting_for(clock()):
        newer = {"version": 9, "effective_from": dt.date(2030, 1, 1), "content": {"clause": []}}
        db.session.add(TextVersion(kind="partnership", **newer))
        db.session.flush()
        assert queries.text_in_force("partnership", FIRST).version == 1
        assert queries.text_in_force("partnership", SECOND - dt.timedelta(days=1)).version == 1
        assert queries.text_in_force("partnership", SECOND).version == 2
        assert queries.text_in_force("partnership", dt.date(2030, 1, 1)).version == 9
        with pytest.raises(LookupError):
            queries.text_in_force("partnership", BEFORE)
        db.session.rollback()


def test_a_version_in_use_is_never_changed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def edited() -> list[files.CatalogueText]:
        *others, last = files_texts()
        last.content["principles"][0] += " Og lidt til."
        return [*others, last]

    files_texts = files.texts
    monkeypatch.setattr(files, "texts", edited)
    with app.app_context(), acting_for(clock()):
        with pytest.raises(operations.VersionChanged, match="principles version 1"), transaction():
            operations.load()
        assert not any("Og lidt til." in p for p in queries.text_in_force("principles", FIRST).content["principles"])


def test_a_version_in_use_does_not_move_in_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = [replace(text, effective_from=BEFORE) for text in files.texts()]
    monkeypatch.setattr(files, "texts", lambda: moved)
    with app.app_context(), acting_for(clock()), pytest.raises(operations.VersionChanged), transaction():
        operations.load()


def test_a_type_never_crosses_the_boundary(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = files.kinds()
    kinds["danish_education"] = replace(kinds["danish_education"], side=BoundarySide.VOLUNTARY)
    monkeypatch.setattr(files, "kinds", lambda: kinds)
    with app.app_context(), acting_for(clock()):
        with pytest.raises(operations.SideChanged, match="danish_education"), transaction():
            operations.load()
        assert queries.kinds()["danish_education"].side is BoundarySide.STATUTORY
