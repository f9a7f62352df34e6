"""Gather what is kept of a volunteer, in words and as it stands: by the traces that forgetting goes by too, so that none is left out."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Column, LargeBinary, select

from service.network.networks import queries as networks
from service.platform.accounts.models import Membership
from service.platform.feature import features
from service.platform.keeping import Somebody, Subjects, Trace
from service.platform.ledger.models import NationalLedgerEntry
from service.platform.people.texts import ROLES as PEOPLE
from service.platform.privacy.record import REFERENCES, gathered
from service.platform.web.identity import Role
from service.platform.web.language import day as day_in_words
from service.platform.work import rows
from service.volunteer.forgetting.queries import somebody
from service.volunteer.own_data.texts import CODES, KINDS
from service.volunteer.volunteers.models import Volunteer
from service.volunteer.volunteers.texts import languages
from tenants.calendar import day_of
from tenants.database import Base, db, now
from tenants.personal import Data, classes_of
from tenants.register import municipalities

MADE = frozenset({"sort_key", "name_key", "phone_digits", "word"})  # worked out from what stands beside them
MAX_LOOKS = 500
MAX_SHOWN = 150  # signs of a text: a whole mail is for the file
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OwnCopy:
    """A copy of what is kept of a volunteer: what the page shows, and the whole as a ZIP."""

    facts: Json
    package: bytes


def copy_of(row: Volunteer, language: str) -> OwnCopy:
    """The copy for a volunteer, in the language that the words are to be in: `da` or `en`."""
    who = somebody(row)
    raw = {trace.model.__tablename__: list(_rows(trace, who)) for trace in features().traces if trace.own}
    facts = {
        "name": row.name,
        "made_on": day_in_words(day_of(now())),
        "classes": _classes(),
        "kept": _in_words(who, raw, language),
        "looks": _looks(who),
    }
    return OwnCopy(facts, _packed({table: found for table, found in raw.items() if found}, facts))


def _classes() -> list[Json]:
    """Why each class of data about volunteers is kept, and who sees it, as `What we register` tells it."""
    models = (mapper.class_ for mapper in Base.registry.mappers)
    return [
        {"name": str(each.kept.name), "told": [[str(name), str(text)] for name, text in each.told()]}
        for each in gathered(features(), models)[Subjects.VOLUNTEERS]
    ]


def _columns(trace: Trace) -> list[Column[Any]]:
    """The columns of a trace that are the volunteer's: neither who did something nor what opens a door."""
    kept = {Data.NOBODY, Data.DOER, Data.SECRET}
    names = [name for name, data in classes_of(trace.model).items() if data not in kept and name not in MADE]
    columns = [trace.model.__table__.c[name] for name in names]
    return [each for each in columns if not isinstance(each.type, LargeBinary)]


def _rows(trace: Trace, who: Somebody) -> Iterator[Json]:
    columns, models = _columns(trace), [mapper.class_ for mapper in Base.registry.mappers]
    doers = frozenset(name for model in models for name, data in classes_of(model).items() if data is Data.DOER)
    if columns:
        for row in db.session.execute(select(*columns).where(trace.of(who))).mappings():
            yield {name: _without(rows.plain(value), doers) for name, value in row.items()}


def _without(value: Any, doers: frozenset[str]) -> Any:
    """A value of JSON without who did what it tells of: a merge keeps rows as they were, with that."""
    if isinstance(value, dict):
        return {name: _without(each, doers) for name, each in value.items() if name not in doers}
    return [_without(each, doers) for each in value] if isinstance(value, list) else value


def _in_words(who: Somebody, raw: dict[str, list[Json]], language: str) -> list[Json]:
    """The rows of each trace with the words for their columns; those that are empty are left out."""
    traces = {each.model.__tablename__: each for each in features().traces if each.own}
    words = _Words(raw, language)
    told = []
    for table, found in raw.items():
        labels = _labels(traces[table])
        lines = [_line(labels, {name: words.value(table, name, value) for name, value in row.items()}) for row in found]
        if any(lines):
            told.append({"what": str(traces[table].what), "rows": [line for line in lines if line]})
    return sorted(told, key=lambda each: each["what"] != str(traces[Volunteer.__tablename__].what))  # who it is, first


def _line(labels: Mapping[str, str], row: Mapping[str, str]) -> list[list[str]]:
    """A row as names and texts, each name once: several columns may be parts of one thing."""
    found: dict[str, list[str]] = {}
    for name, text in row.items():
        if text and name in labels and text not in found.setdefault(labels[name], []):
            found[labels[name]].append(text)
    return [[label, ", ".join(texts)] for label, texts in found.items() if texts]


def _labels(trace: Trace) -> dict[str, str]:
    """The words for each column of a trace, as its class says them."""
    found = {}
    for name, data in classes_of(trace.model).items():
        if data in features().keeps and name not in REFERENCES:
            kept = features().keeps[data]
            found[name] = str(kept.fields[kept.field(trace.model.__tablename__, name)])
    return found


class _Words:
    """Values in words: codes, days, and the names of groups, municipalities and languages."""

    def __init__(self, raw: dict[str, list[Json]], language: str) -> None:
        ids = {UUID(row["group_id"]) for found in raw.values() for row in found if row.get("group_id")}
        self.groups = {str(key): name for key, name in networks.names(ids).items()}
        self.places = {each.code: each.name for each in municipalities()}
        self.speech = dict(languages(language))

    def value(self, table: str, name: str, value: Any) -> str:
        """A value as somebody reads it, empty where there is nothing to read; what has no words is told as it stands."""
        if value in (None, "", [], {}) or (name.endswith("_id") and name != "group_id"):
            return ""
        if isinstance(value, list) and name == "languages":
            return ", ".join(str(self.speech.get(code, code)) for code in value)
        if isinstance(value, (list, dict)) or len(str(value)) > MAX_SHOWN:
            return _("stands in the file that you can fetch")
        text = str(value)
        known = {"group_id": self.groups, "home_code": self.places}.get(name) or CODES.get((table, name), {})
        if text in known:
            return str(known[text])
        try:
            return day_in_words(dt.date.fromisoformat(text[:10])) if len(text) in (10, 25, 32) else text
        except ValueError:
            return text


def _looks(who: Somebody) -> list[list[str]]:
    """Who looked and did what, newest first, by day and role: from the ledger, without a name of DRC's people."""
    entry, acts = NationalLedgerEntry, features().acts
    subjects = [f"volunteer:{key}" for key in who.ids]
    query = select(entry).where(entry.subject.in_(subjects)).order_by(entry.number.desc()).limit(MAX_LOOKS)
    found = db.session.scalars(query).all()
    roles = _roles({row.person_id for row in found if row.person_id})
    told = []
    for row in found:
        day = day_of(row.at)
        held = [
            role for start, end, role in roles.get(row.person_id, []) if start <= day and (end is None or day < end)
        ]
        by = str(PEOPLE[held[0]]) if held else str(KINDS.get(row.office, row.office))
        told.append([day_in_words(day), str(acts.get(row.act, row.act)), by])
    return told


def _roles(ids: set[UUID]) -> dict[UUID | None, list[tuple[dt.date, dt.date | None, Role]]]:
    held = Membership
    found: dict[UUID | None, list[tuple[dt.date, dt.date | None, Role]]] = {}
    for row in db.session.scalars(select(held).where(held.person_id.in_(ids)).order_by(held.valid_from)):
        found.setdefault(row.person_id, []).append((row.valid_from, row.valid_to, Role(row.role)))
    return found


def _packed(raw: dict[str, list[Json]], facts: Json) -> bytes:
    """The ZIP: what stands in the tables as JSON, for programs, and the same as a page, for people."""
    template = current_app.jinja_env.get_template("own_data/copy.html")  # nobody is asking: there is no page around it
    page = template.render(facts=facts, title=_("What is kept of you"))
    content = {
        "oplysninger.json": json.dumps(raw, ensure_ascii=False, indent=2, sort_keys=True),
        "oplysninger.html": page,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return out.getvalue()
