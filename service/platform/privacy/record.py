"""What is kept of people, put together: what the features say of each class, with the columns that the models say hold it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from service.platform.feature import Features
from service.platform.keeping import KeptData, Retention, Subjects
from service.platform.privacy.texts import BASES, CONTROLLERS, SUBJECTS, how_long
from tenants.personal import Data, classes_of

REFERENCES = frozenset({"id", "person_id", "volunteer_id"})  # say whose a row is, and nothing of them
Rows = list[tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class RecordedData:
    """A class of personal data as people are told of it."""

    kept: KeptData
    tables: Mapping[str, tuple[str, ...]]  # the columns that hold it, by table
    fields: tuple[Any, ...]  # what they hold, in words
    retentions: tuple[Retention, ...]

    def told(self) -> Rows:
        """What whoever stands in it wants to know, as names and texts."""
        return [
            (_("What"), listed(self.fields)),
            (_("Why"), self.kept.purpose),
            (_("Where from"), self.kept.source),
            (_("Who sees it"), self.kept.seen_by),
            (_("How long"), " ".join([*map(how_long, self.retentions), str(self.kept.until)]).strip()),
            (_("By what right"), BASES[self.kept.basis]),
        ]

    def recorded(self) -> Rows:
        """What the record of processing tells of it."""
        tables = (f"{table} ({', '.join(columns)})" for table, columns in self.tables.items())
        return [
            (_("Responsible"), CONTROLLERS[self.kept.controller]),
            (_("Whom it is about"), SUBJECTS[self.kept.subjects]),
            *self.told(),
            (_("Tables"), "; ".join(tables)),
        ]


def listed(words: Iterable[Any]) -> str:
    """Words beside each other, each once, beginning with a capital letter."""
    text = ", ".join(dict.fromkeys(map(str, words)))
    return text[:1].upper() + text[1:]


def gathered(features: Features, models: Iterable[Any]) -> dict[Subjects, list[RecordedData]]:
    """Every class of personal data, by whom it is about. Raises KeyError for a class, or a column of one, that nothing is said of."""
    columns: dict[Data, dict[str, list[str]]] = {}
    for model in sorted(models, key=lambda model: str(model.__tablename__)):
        for column, data in classes_of(model).items():
            if data not in (None, Data.NOBODY):
                columns.setdefault(data, {}).setdefault(model.__tablename__, []).append(column)
    found: dict[Subjects, list[RecordedData]] = {subjects: [] for subjects in Subjects}
    for data in sorted(columns, key=list(Data).index):
        kept = features.keeps[data]
        found[kept.subjects].append(_recorded(kept, columns[data], features.retentions))
    return found


def _recorded(kept: KeptData, columns: Mapping[str, list[str]], retentions: Iterable[Retention]) -> RecordedData:
    told = {kept.field(table, name) for table, names in columns.items() for name in names if name not in REFERENCES}
    return RecordedData(
        kept,
        {table: tuple(names) for table, names in columns.items()},
        tuple(words for name, words in kept.fields.items() if name in told),
        tuple(each for each in retentions if each.data is kept.data),
    )
