"""What a kind of thing must tell so that files of it can come and go. All of it works on many rows at once."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, ClassVar, Protocol
from uuid import UUID

from flask_babel import gettext as _
from marshmallow import Schema, ValidationError
from sqlalchemy import Select

from service.exchange.records.cells import text_of, value_of
from service.exchange.records.columns import Options
from service.exchange.records.rules import Verdict
from service.platform.web.declared import Column
from service.platform.web.errors import flatten
from service.platform.work.rows import plain

Json = dict[str, Any]
Problems = list[list[str]]  # [column's name, reason] each


@dataclass(slots=True)
class Judged:
    """What would come of a row."""

    number: int
    values: Json = field(default_factory=dict)  # what the row says, by column
    problems: Problems = field(default_factory=list)
    verdict: Verdict = Verdict.REFUSED
    key: str = ""
    target_id: UUID | None = None
    given: Json = field(default_factory=dict)
    before: Json = field(default_factory=dict)
    as_new: bool = False  # whether it is to be a new one, whatever is there

    @property
    def was(self) -> Json:
        """What is given in place of: nothing, where it is to be a new one."""
        return {} if self.as_new else self.before

    def refuse(self, column: str, reason: str) -> None:
        """Refuse the row for what stands in a column."""
        self.problems.append([column, reason])
        self.verdict = Verdict.REFUSED

    def doubt(self, column: str, reason: str) -> None:
        """Let a person decide about the row."""
        self.problems.append([column, reason])
        self.verdict = Verdict.DOUBTFUL


@dataclass(frozen=True, slots=True)
class Limits:
    """What an export is narrowed down to. A blank is no limit; a kind knows those that its lists have."""

    municipality_code: str | None = None
    status: str | None = None
    network_id: UUID | None = None
    group_id: UUID | None = None
    q: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a row is about, if that is there: surely, or only probably and then why."""

    id: UUID
    doubt: tuple[str, str] | None = None  # the column and the reason


class Bulk(Protocol):
    """The verbs on many things at once that the `bulk` module of a feature has."""

    def told(self, ids: Collection[UUID], *, lock: bool = False) -> dict[UUID, Json]:
        """What is, by id, whole enough to be put back."""

    def create(self, things: Sequence[Json], /) -> list[UUID]:
        """Make new ones."""

    def change(self, things: Mapping[UUID, Json], /) -> None:
        """Give them what is to be."""

    def restore(self, things: Mapping[UUID, Json], /) -> None:
        """Put back what was."""

    def remove(self, ids: Collection[UUID]) -> None:
        """Take away what was made. The database refuses what has been taken into use."""

    def all_told(self, listing: Select[Any]) -> Iterator[tuple[UUID, Json]]:
        """What a listing holds; read some at a time."""


@lru_cache(maxsize=32)
def _schema(schema: type[Schema], only: tuple[str, ...]) -> Schema:
    """A schema of some columns: to make one costs more than to load a row by it."""
    return schema(only=only)


class RecordKind(ABC):
    """A kind of thing. What is (`before`, `given`) is told as plain JSON, so that it can be compared, kept and put back."""

    code: ClassVar[str]
    bulk: ClassVar[Bulk]
    columns: ClassVar[tuple[Column, ...]]
    told: ClassVar[tuple[Column, ...]] = ()  # the columns that go out behind those, and are not read again
    schema: ClassVar[type[Schema]]
    titles: ClassVar[tuple[str, ...]]  # the columns that a row is known by on a page
    limits: ClassVar[frozenset[str]]  # what an export can be narrowed down by, of `Limits`
    statuses: ClassVar[type[StrEnum] | None] = None
    drawn: ClassVar[tuple[str, ...]] = ()  # the columns that what stands in others may change

    @property
    def by_name(self) -> dict[str, Column]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}

    def known(self) -> dict[str, list[str]]:
        """What each column goes by in a file."""
        return {column.name: [column.heading, column.name, *column.also] for column in self.columns}

    def read(self, number: int, cells: Sequence[str], columns: Sequence[str], options: Options) -> Judged:
        """A row's values by column. What cannot be read is among its problems."""
        row = Judged(number)
        given: Json = {}
        by_name = self.by_name
        texts = dict(zip(columns, [*cells, *[""] * (len(columns) - len(cells))], strict=False))
        for name, text in texts.items():
            if not name:
                continue
            try:
                given[name] = value_of(by_name[name], text, options)
            except ValueError as error:
                row.refuse(name, str(error))
        try:
            row.values = self._loaded(given)
        except ValidationError as error:
            for name, messages in flatten(error.messages).items():
                row.refuse(name.split("-")[0], " ".join(messages))
        return row

    def _loaded(self, given: Json) -> Json:
        """The values as the schema has them, of the columns that the file has."""
        schema = _schema(self.schema, tuple(given))
        return {name: plain(value) for name, value in schema.load(given).items()}

    def judge(self, rows: Sequence[Judged], options: Options) -> None:
        """Say what would come of the rows that can be read: find what they are about, compare, and hold them to the rules."""
        readable = [row for row in rows if not row.problems]
        found = self.find([row.values for row in readable])
        now = self.snapshots([each.id for each in found if each is not None])
        for row, about in zip(readable, found, strict=True):
            if row.values.get("id") and (about is None or about.id not in now):
                row.refuse("id", _("There is none with this id. Leave the cell empty for a new one."))
                continue
            if about is not None:
                row.target_id, row.before = about.id, now[about.id]
            row.as_new = about is None or about.doubt is not None
        self.settle([row for row in readable if not row.problems], options)
        for row, about in zip(readable, found, strict=True):
            if row.problems:
                continue
            if about is None:
                row.verdict = Verdict.NEW
            elif about.doubt is not None:
                row.doubt(*about.doubt)
            else:
                row.verdict = Verdict.SAME if row.given == self.comparable(row.before) else Verdict.CHANGED

    def settle(self, rows: Sequence[Judged], options: Options) -> None:
        """What is to be of each: a new one, or a change of what is there. Refuses what breaks a rule."""
        for row in rows:
            for column in self.columns if row.as_new else ():
                if column.required and column.name not in row.values:
                    row.refuse(column.name, _("The file has no such column, and a new one needs it."))
            if not row.problems:
                row.given = self.merged(row.values, row.was, options)
        whole = [row for row in rows if not row.problems]
        around = self.around([(row.given, row.was) for row in whole])
        for row in whole:
            for name, reason in dict.fromkeys(self.faults(row.given, row.was, around)):
                row.refuse(name, reason)
            row.key = "" if row.problems else self.key(row.given, None if row.as_new else row.target_id)

    def broken(self, rows: Sequence[tuple[Json, Json]]) -> bool:
        """Whether what is to be, in place of what is, breaks a rule by now. What the rules look at stays so in this transaction."""
        around = self.around(rows, lock=True)
        return any(True for given, was in rows for _fault in self.faults(given, was, around))

    @abstractmethod
    def options(self) -> Options:
        """What can be chosen in columns of choices. Read once for a step."""

    @abstractmethod
    def find(self, values: Sequence[Json]) -> list[Found | None]:
        """What each row is about."""

    @abstractmethod
    def merged(self, values: Json, before: Json, options: Options) -> Json:
        """What is to be: what the row says, and for columns that the file has not, what was."""

    @abstractmethod
    def comparable(self, before: Json) -> Json:
        """What was, without what no file says."""

    def around(self, rows: Sequence[tuple[Json, Json]], *, lock: bool = False) -> Any:
        """What the rules look at beside the things themselves, each as it is to be and as it was.

        Locked, nobody changes it before the transaction ends.
        """
        return None

    @abstractmethod
    def faults(self, given: Json, before: Json, around: Any) -> Iterator[tuple[str, str]]:
        """The rules that a thing would break, by column."""

    @abstractmethod
    def key(self, given: Json, target_id: UUID | None) -> str:
        """What rows about the same thing have in common."""

    def snapshots(self, ids: Collection[UUID], *, lock: bool = False) -> dict[UUID, Json]:
        """What is, by id, whole enough to be put back."""
        return self.bulk.told(ids, lock=lock)

    @abstractmethod
    def listing(self, asked: Limits) -> Select[Any]:
        """All that the present person may take out, narrowed down."""

    def exported(self, listing: Select[Any]) -> Iterator[Json]:
        """What a listing holds, as values by column and with its id; read some at a time."""
        for key, state in self.bulk.all_told(listing):
            yield {**self.by_column(state), "id": str(key)}

    def title(self, cells: Sequence[str], columns: Sequence[str]) -> str:
        """What a row is known by."""
        texts = dict(zip(columns, cells, strict=False))
        return ", ".join(texts[name] for name in self.titles if texts.get(name))

    def differences(
        self, before: Json, given: Json, columns: Sequence[str], options: Options
    ) -> list[tuple[str, str, str]]:
        """What a change would change in the columns of a file, and what that draws along: the heading, what was, and what is to be."""
        was, to_be = self.by_column(before), self.by_column(given)
        told = [
            (
                self.by_name[name].heading,
                *(text_of(self.by_name[name], each[name], options) for each in (was, to_be)),
            )
            for name in dict.fromkeys((*columns, *self.drawn))
            if name in was
        ]
        return [(heading, old, new) for heading, old, new in told if old != new]

    @abstractmethod
    def by_column(self, state: Json) -> Json:
        """What is, as values by column, as far as it tells them."""

    def there_already(self, given: Sequence[Json]) -> bool:
        """Whether one of the things that are to be new is surely there."""
        return any(
            found is not None and found.doubt is None for found in self.find([self.sought(each) for each in given])
        )

    def sought(self, given: Json) -> Json:
        """What is to be, as values to find it by."""
        return given

    def note(self, made: Sequence[Json]) -> dict[str, int]:
        """How many of the things concern each municipality's own ledger. None, where they are DRC's."""
        return {}

    def parts(self, given: Json, before: Json) -> dict[str, int]:
        """How many things the ledger tells of beside the row's own, by what they are called there."""
        return {}
