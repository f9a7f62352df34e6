"""`python -m tests.docs.datamodel`: draw the tables in `docs/datamodel.md`, a diagram for each feature, from the models themselves."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Index, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql

FILE = Path(__file__).parents[2] / "docs/datamodel.md"
GROUND = "municipalities"  # nearly every table refers to it: by its column, and not by a line
SHORT = {"timestamp with time zone": "timestamptz", "time without time zone": "time", "double precision": "float"}
INTRODUCTION = """\
# The data model

Made from the models by `make datamodel`, and compared with them by a test: change the models, never this file.

Each folder that has tables has a diagram. `PK` is part of the key, `FK` refers to another table, `null` may be empty. A
`municipality_code` refers to `municipalities`, which is drawn without lines. Where a table stands without columns, another
diagram has them. Whose a table is decides who sees its rows: [tenants/ownership.py](../tenants/ownership.py) says how.
"""
MARKS = {
    "__drc_only__": "not seen by the municipality's people",
    "__by_link__": "seen by whoever holds a link",
    "__immutable__": "never changed",
    "__by_function__": "written by a function of the owner's",
    "__sealed__": "reached by functions of the owner's alone",
}


def all_models() -> list[type]:
    """Every model of the application."""
    import service.app  # noqa: F401 - all models are known when it is
    from tenants.database import Base

    return [mapper.class_ for mapper in Base.registry.mappers]


def drawn(models: Iterable[type]) -> str:
    """The page."""
    by_folder: dict[str, list[Any]] = defaultdict(list)
    for model in models:
        by_folder[model.__module__.removesuffix(".models").replace(".", "/")].append(model)
    folders = sorted(by_folder, key=lambda name: (name != "tenants", name))
    return "\n".join([INTRODUCTION, *(_folder(name, by_folder[name]) for name in folders)])


def _folder(name: str, models: list[Any]) -> str:
    ordered = sorted(models, key=lambda model: str(model.__tablename__))
    lines = [f"## {name}", "", "| table | a row is | whose |", "|---|---|---|"]
    lines += [f"| `{model.__tablename__}` | {_first_line(model)} | {_whose(model)} |" for model in ordered]
    lines += ["", "```mermaid", "erDiagram"]
    for model in ordered:
        lines += _table(model.__table__)
    for model in ordered:
        lines += _lines(model.__table__)
    return "\n".join([*lines, "```", ""])


def _first_line(model: Any) -> str:
    return (model.__doc__ or "").strip().splitlines()[0].replace("|", "\\|")


def _whose(model: Any) -> str:
    marks = [words for name, words in MARKS.items() if getattr(model, name, False)]
    return ", ".join([str(model.__ownership__), *marks])


def _table(table: Table) -> Iterator[str]:
    yield f"    {table.name} {{"
    for column in table.columns:
        yield f"        {' '.join(_column(column))}"
    yield "    }"


def _column(column: Column[Any]) -> Iterator[str]:
    told = column.type.compile(postgresql.dialect()).lower().partition(" collate ")[0]
    yield SHORT.get(told, told).replace(" ", "_")
    yield column.name
    if keys := [word for word, is_so in (("PK", column.primary_key), ("FK", column.foreign_keys)) if is_so]:
        yield ", ".join(keys)
    if column.nullable:
        yield '"null"'


def _lines(table: Table) -> list[str]:
    """A line to each table that this one refers to."""
    return sorted(_line(table, key) for key in table.foreign_key_constraints if key.referred_table.name != GROUND)


def _line(table: Table, key: ForeignKeyConstraint) -> str:
    own = {column.name for column in key.columns}
    parent = "|o" if any(column.nullable for column in key.columns) else "||"
    child = "o|" if any(unique <= own for unique in _uniques(table)) else "o{"
    by = ", ".join(column.name for column in key.columns if column.name != "municipality_code")
    return f'    {key.referred_table.name} {parent}--{child} {table.name} : "{by}"'


def _uniques(table: Table) -> Iterator[set[str]]:
    """The columns of each key of which there is one row at most."""
    yield set(table.primary_key.columns.keys())
    for key in (*table.constraints, *table.indexes):
        if isinstance(key, UniqueConstraint) or (isinstance(key, Index) and _of_all_rows(key)):
            yield {column.name for column in key.columns}


def _of_all_rows(index: Index) -> bool:
    """Whether an index lets two rows of the table never have the same columns."""
    some = index.dialect_options["postgresql"]["where"] is not None
    return bool(index.unique) and not some and len(index.columns) == len(index.expressions)


def main() -> None:
    """Write the page."""
    FILE.write_text(drawn(all_models()))
    print(FILE, file=sys.stderr)


if __name__ == "__main__":
    main()
