"""What is sent about files in and out."""

from __future__ import annotations

from marshmallow import fields

from service.exchange.imports.reading import MOST_LETTERS
from service.exchange.imports.rules import MOST_COLUMNS, ImportState
from service.exchange.imports.rules import RowChoice as Chosen
from service.exchange.records.kinds import KINDS
from service.exchange.records.rules import Verdict
from service.exchange.records.writing import FORMATS
from service.platform.web.api import Editable, Item, ListQuery
from service.platform.web.fields import Choice, Part, Rows, Strict, Text, YesNo


class NewImport(Strict):
    """What a file is of."""

    kind = Choice(frozenset(KINDS))


class ColumnFields(Strict):
    """What one of the file's columns means."""

    place = Text(3, required=False)  # so that a row of the form is never wholly blank
    name = Text(40, required=False)


class ColumnsFields(Strict):
    """What each of the file's columns means, in their order."""

    columns = Rows(Part(ColumnFields), MOST_COLUMNS, required=True)


class ApplyFields(Strict):
    """How an import is carried out."""

    leave_out = YesNo(required=False)


class ColumnSent(Strict):
    """What one of the file's columns means: a column's name, or blank for nothing."""

    name = Text(40, required=False)


class ColumnsSent(Strict):
    """What each of the file's columns means, in their order."""

    columns = Rows(Part(ColumnSent), MOST_COLUMNS, required=True)


class Upload(Strict):
    """What the file is of that is sent as the body, and what it is called."""

    kind = Choice(frozenset(KINDS))
    file_name = Text(200, required=False)


class ImportQuery(ListQuery):
    """What the list of imports is asked with."""

    kind = Choice(frozenset(KINDS), required=False)
    state = Choice(ImportState, required=False)


class RowQuery(ListQuery):
    """What the rows of an import are asked with."""

    verdict = Choice(Verdict, required=False)


class TemplateQuery(Strict):
    """Which template."""

    kind = Choice(frozenset(KINDS))
    file_format = Choice(frozenset(FORMATS), required=False, load_default="xlsx")


class MendFields(Strict):
    """Other cells for a row, by column."""

    cells = fields.Dict(keys=fields.String(), values=Text(MOST_LETTERS, multiline=True, required=False), required=True)


class AllFields(Strict):
    """What every doubtful row is that nothing is said of."""

    choice = Choice(frozenset({Chosen.NEW.value, Chosen.SKIP.value}))


class ChoiceFields(Strict):
    """What a doubtful row is."""

    choice = Choice(Chosen)


class ImportItem(Editable):
    """A file that was sent, how far the work on it is, and what came of it.

    While the state ends in -ing a worker is on it: read again after a while. `gave_up` where it did not succeed: `retry` then.
    """

    id = fields.UUID()
    kind = fields.String(metadata={"enum": sorted(KINDS)})
    person_id = fields.UUID()
    file_name = fields.String()
    state = fields.String(metadata={"enum": list(ImportState)})
    gave_up = fields.Boolean()
    total = fields.Integer(metadata={"description": "Rows in the file."})
    progress = fields.Integer(metadata={"description": "Rows that the step at work is through with."})
    problem = fields.String(metadata={"description": "Why it cannot be read, or what stopped the last step."})
    outcome = fields.Dict(keys=fields.String(), values=fields.Integer())
    created_at = fields.AwareDateTime()
    applied_at = fields.AwareDateTime(allow_none=True)
    undone_at = fields.AwareDateTime(allow_none=True)


class ColumnItem(Item):
    """A column of the file: its heading there, and what it means here; null is nothing."""

    heading = fields.String()
    name = fields.String(allow_none=True)


class FaultItem(Item):
    """Why an import cannot be undone: a row, and the reason."""

    number = fields.Integer()
    reason = fields.String()


class WholeImportItem(ImportItem):
    """An import with its columns, and how many rows there are by what would come of them. `undecided` are the doubtful ones still."""

    columns = fields.List(fields.Nested(ColumnItem))
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    undecided = fields.Integer()
    faults = fields.List(fields.Nested(FaultItem))


class ProblemItem(Item):
    """What is wrong, or doubtful: the column, its heading in the file, and the reason. Blank where it is the row as a whole."""

    column = fields.String()
    heading = fields.String()
    reason = fields.String()


class ChangeItem(Item):
    """What a row would change: the column's heading, what is there, and what is to be."""

    heading = fields.String()
    was = fields.String()
    to_be = fields.String()


class ImportRowItem(Editable):
    """A row of the file, and what would come of it."""

    id = fields.String()
    number = fields.Integer(metadata={"description": "As the spreadsheet shows it."})
    verdict = fields.String(metadata={"enum": list(Verdict)})
    choice = fields.String(metadata={"enum": ["", *Chosen]})
    title = fields.String()
    cells = fields.Dict(keys=fields.String(), values=fields.String())
    problems = fields.List(fields.Nested(ProblemItem))
    changes = fields.List(fields.Nested(ChangeItem))


class RowStateItem(Editable):
    """What would come of a row now. Why, stands in the row: read it."""

    number = fields.Integer()
    verdict = fields.String(metadata={"enum": list(Verdict)})
    choice = fields.String(metadata={"enum": ["", *Chosen]})


class LeftItem(Item):
    """How many doubtful rows nothing is said of, as they cannot be new. Each says why."""

    undecided = fields.Integer()
