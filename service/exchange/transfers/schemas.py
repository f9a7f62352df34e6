"""What is sent about files in and out."""

from __future__ import annotations

from marshmallow import fields

from service.exchange.transfers.kinds import KINDS
from service.exchange.transfers.reading import MOST_LETTERS
from service.exchange.transfers.rules import MOST_COLUMNS, ImportState, Verdict
from service.exchange.transfers.rules import RowChoice as Chosen
from service.exchange.transfers.writing import FORMATS
from service.network.networks.rules import GroupStatus
from service.platform.web.api import Code, Id, ListQuery
from service.platform.web.fields import Choice, Day, Part, Rows, Strict, Text, YesNo
from service.volunteer.volunteers.rules import VolunteerStatus

# How a file is described in the API, and an answer that is one, of either format.
FILE = {"type": "string", "format": "binary"}
OF_EITHER_FORMAT = {"responses": {200: {"content": {kind: {"schema": FILE} for kind in FORMATS.values()}}}}


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


class ExportFields(Strict):
    """What is to be taken out, how, and by which limits: those that the lists of the kind have."""

    kind = Choice(frozenset(KINDS))
    file_format = Choice(frozenset(FORMATS), required=False, load_default="xlsx")
    municipality_code = Code(required=False)
    status = Choice(frozenset({*GroupStatus, *VolunteerStatus}), required=False)
    network_id = Id(required=False)
    group_id = Id(required=False)
    q = Text(100, required=False)
    first = Day(required=False)
    last = Day(required=False)
