"""What is sent about files in and out."""

from __future__ import annotations

from service.networks.rules import GroupStatus
from service.transfers.kinds import KINDS
from service.transfers.rules import MOST_COLUMNS
from service.transfers.rules import Choice as Chosen
from service.transfers.writing import FORMATS
from service.web.api import Code
from service.web.fields import Choice, Day, Part, Rows, Strict, Text, YesNo


class NewImport(Strict):
    """What a file is of."""

    kind = Choice(frozenset(KINDS))


class ColumnFields(Strict):
    """What one of the file's columns means."""

    place = Text(3, required=False)  # so that a row of the form is never wholly blank
    name = Text(40, required=False)


class ColumnsFields(Strict):
    """What each of the file's columns means, in their order."""

    columns = Rows(Part(ColumnFields), MOST_COLUMNS, load_default=list)


class ApplyFields(Strict):
    """How an import is carried out."""

    leave_out = YesNo(required=False)


class ChoiceFields(Strict):
    """What a doubtful row is."""

    choice = Choice(Chosen)


class ExportFields(Strict):
    """What is to be taken out, and how."""

    kind = Choice(frozenset(KINDS))
    file_format = Choice(frozenset(FORMATS))
    municipality_code = Code(required=False)
    status = Choice(GroupStatus, required=False)
    first = Day(required=False)
    last = Day(required=False)
