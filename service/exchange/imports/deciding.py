"""What a person says of the rows of an import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import update

from service.exchange.imports import queries
from service.exchange.imports.checking import judged, put, read_again
from service.exchange.imports.models import Import, ImportRow
from service.exchange.imports.operations import only_in
from service.exchange.imports.reading import MOST_LETTERS, clean
from service.exchange.imports.rules import ImportState, RowChoice
from service.exchange.records.kinds import KINDS
from service.exchange.records.kinds.base import Judged, Problems
from service.exchange.records.rules import Verdict
from service.platform.web.errors import Conflict, Invalid, Refusal
from service.platform.web.versions import WHATEVER, Seen
from service.platform.work import rows
from tenants.database import db


def row_as_sent(row: Import, found: ImportRow) -> dict[str, Any]:
    """A row's cells by column, and what is said of it where it is doubtful, as its form has them."""
    cells = {name: text for name, text in zip(row.columns, found.cells, strict=False) if name}
    return {"cell": cells, "choice": found.choice}


def mend(row: Import, number: int, texts: Mapping[str, str], seen: Seen = WHATEVER) -> ImportRow:
    """Give a row other cells, and judge it anew.

    Raises Conflict, NotFound, Changed when the row is no longer as it was seen, and Invalid for a column that the file has not.
    """
    only_in(row, ImportState.READY)
    found = queries.row(row.id, number)
    seen.still(row_as_sent(row, found))
    if unknown := texts.keys() - {*row.columns}:
        raise Invalid({"cells": [_("The file has no such column: %(names)s.", names=", ".join(sorted(unknown)))]})
    cells = [*found.cells, *[""] * (len(row.columns) - len(found.cells))]
    for place, name in enumerate(row.columns):
        if name and name in texts:
            cells[place] = clean(texts[name])[:MOST_LETTERS]
    old = found.key
    found.cells = cells
    with force_locale("da"):  # reasons are kept, in the language of the file
        rejudge(row, [number])
        if old and found.key != old:  # the rows that were refused because of this one may be right now
            rejudge(row, _refused_for(row.id, number))
    return found


def _refused_for(import_id: UUID, number: int) -> list[int]:
    query = queries.rows(import_id, Verdict.REFUSED)
    return [each.number for each in db.session.scalars(query) if ["", _same_as(number)] in each.problems]


def _same_as(number: int) -> str:
    return _("The row is about the same as row %(number)s.", number=number)


def rejudge(row: Import, numbers: Sequence[int]) -> None:
    """Judge some rows anew."""
    if not numbers:
        return
    kind = KINDS[row.kind]
    found = db.session.scalars(queries.rows(row.id).where(ImportRow.number.in_(numbers))).all()
    put(row.id, judged(kind, [(each.number, each.cells) for each in found], row.columns, kind.options()))
    db.session.expire_all()
    refuse_doubles(row.id)


def refuse_doubles(import_id: UUID) -> None:
    """Refuse the rows that are about the same thing as one further up."""
    values = [
        {
            "import_id": import_id,
            "number": number,
            "verdict": Verdict.REFUSED.value,
            "key": "",
            "choice": "",
            "problems": [["", _same_as(first)]],
        }
        for number, first in queries.doubles(import_id)
    ]
    rows.change(ImportRow, values)
    db.session.expire_all()


def decide(row: Import, number: int, choice: RowChoice, seen: Seen = WHATEVER) -> ImportRow:
    """Say what a doubtful row is.

    Raises Conflict, NotFound, Changed when the row is no longer as it was seen, and Refusal where a rule forbids it.
    """
    only_in(row, ImportState.READY)
    found = queries.row(row.id, number)
    seen.still(row_as_sent(row, found))
    if found.verdict != Verdict.DOUBTFUL:
        raise Conflict(_("The row is not doubtful any more."))
    if choice is not RowChoice.SKIP:
        kind, options = KINDS[row.kind], KINDS[row.kind].options()
        (again,) = read_again(kind, [found], row.columns, options)
        again.as_new = choice is RowChoice.NEW
        kind.settle([again], options)
        if again.problems:
            raise Refusal(again.problems[0][1])
        if queries.is_taken(row.id, again.key, number):
            raise Refusal(_("Another row is about the same. Skip one of them."))
        found.given, found.key = again.given, again.key
    found.choice = choice.value
    return found


def decide_all(row: Import, choice: RowChoice) -> int:
    """Say the same of every doubtful row that nothing is said of: that it is new, or is skipped. Returns how many cannot be new.

    Those stay undecided, and each says why. Raises Conflict, and Invalid where all are to be changes: each of those is for a person to see.
    """
    only_in(row, ImportState.READY)
    undecided = ImportRow.verdict == Verdict.DOUBTFUL, ImportRow.choice == ""
    if choice is RowChoice.CHANGE:
        raise Invalid({"choice": [_("Say of each row by itself that it is the one that is here.")]})
    if choice is RowChoice.SKIP:
        db.session.execute(
            update(ImportRow).where(ImportRow.import_id == row.id, *undecided).values(choice=RowChoice.SKIP.value)
        )
        db.session.expire_all()
        return 0
    kind, options, left = KINDS[row.kind], KINDS[row.kind].options(), 0
    with force_locale("da"):  # reasons are kept, in the language of the file
        for batch in queries.in_batches(queries.cells(row.id).where(*undecided)):
            again = read_again(kind, batch, row.columns, options)
            for each in again:
                each.as_new = True
            kind.settle(again, options)
            left += _as_new(row.id, again, {each.number: each.problems for each in batch})
    db.session.expire_all()
    return left


def _as_new(import_id: UUID, again: Sequence[Judged], doubts: Mapping[int, Problems]) -> int:
    """Keep of some rows that they are new; and of those that cannot be, why. Returns how many those are."""
    new, left = [], []
    for each in again:
        row: dict[str, Any] = {"import_id": import_id, "number": each.number}
        if each.problems:
            told = doubts[each.number]
            left.append({**row, "problems": [*told, *(why for why in each.problems if why not in told)]})
        else:
            new.append({**row, "given": each.given, "key": each.key, "choice": RowChoice.NEW.value})
    rows.change(ImportRow, new)
    rows.change(ImportRow, left)
    return len(left)
