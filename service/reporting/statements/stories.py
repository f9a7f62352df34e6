"""The one story of a statement: which may stand on it, which a consultant has let stand there, and how it is told.

A group says of a text that it may be printed (`service.activity.checkins.stories`), and one of DRC's people has read that very text and
pressed. A text that is changed, or whose consent is withdrawn, before the paper is made is on no paper; an issued paper stays.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from service.activity.checkins.rules import GroupAnswer
from service.activity.checkins.stories import PrintableStory, printable_of
from service.network.shares import queries as shares
from service.partnership.catalogue.queries import kinds
from service.platform.ledger.operations import record
from service.platform.web.errors import Invalid, Refusal
from service.platform.web.personal import warning
from service.platform.web.slips import TextKind, slips
from service.platform.web.versions import WHATEVER, Seen
from service.reporting.statements import answering, queries
from service.reporting.statements.models import Statement
from tenants.calendar import month_name
from tenants.database import db
from tenants.scope import Capability

SMALL = re.compile(
    r"\b(?:[1-9]|to|tre|fire|fem|seks|syv|otte|ni|two|three|four|five|six|seven|eight|nine)\b", re.IGNORECASE
)  # a number of people that is shown nowhere else


@dataclass(frozen=True, slots=True)
class TellableStory:
    """A story that may stand on a month's statement, of a group whose activities its scopes cover."""

    told: PrintableStory
    group: GroupAnswer

    @property
    def warnings(self) -> list[str]:
        """What it looks as if it told of: a person, or so few people that it would be shown nowhere else."""
        found = slips(self.told.text, TextKind.REMARK)
        few = SMALL.search(self.told.text)
        return [
            *([warning(found)] if found else []),
            *([_("It has a small number (“%(words)s”). Is it of people?", words=few.group())] if few else []),
        ]


def tellable(code: str, month: dt.date) -> list[TellableStory]:
    """The stories that may stand on a month's statement, by group."""
    groups = {each.checkin_id: each for each in answering.answers(month, [code]).get(code, [])}
    found = printable_of(groups)
    return [TellableStory(found[key], group) for key, group in groups.items() if key in found]


def as_seen(found: Sequence[TellableStory]) -> dict[str, str]:
    """What somebody who chooses has read: the texts, by check-in."""
    return {str(each.told.checkin_id): f"{each.told.since.isoformat()} {each.told.text}" for each in found}


def let_stand(statement_id: UUID, checkin_id: UUID | None, *, looked: bool = False, seen: Seen = WHATEVER) -> Statement:
    """Let a story stand on a statement that is held, or none.

    Raises NotFound; Refusal once it is released; Changed where the stories are others than were read; and Invalid by field for one that
    may not be printed, or that is warned of while nobody has `looked` again.
    """
    row = queries.statement(statement_id, lock=True)
    if not row.held:
        raise Refusal(_("The statement has been released."))
    found = tellable(row.municipality_code, row.month)
    seen.still(as_seen(found))
    chosen = next((each for each in found if each.told.checkin_id == checkin_id), None)
    if chosen is None and checkin_id is not None:
        raise Invalid({"story": [_("Choose one of the options.")]})
    if chosen and chosen.warnings and not looked:
        said = _("Choose another, or tick that the text says nothing of a person.")
        raise Invalid({"story": chosen.warnings, "text_checked": [said]})
    row.story_from, row.story_of = (chosen.told.checkin_id, chosen.told.since) if chosen else (None, None)
    record(
        "statement.story",
        f"statement:{row.id}",
        row.municipality_code,
        month=month_name(row.month),
        stands=chosen is not None,
    )
    return row


def chosen_of(row: Statement, found: Sequence[TellableStory]) -> TellableStory | None:
    """Which of these stories was let stand on a statement, if it is still the text that was read."""
    return next(
        (each for each in found if (each.told.checkin_id, each.told.since) == (row.story_from, row.story_of)), None
    )


def printed(code: str, month: dt.date, capabilities: Collection[Capability], today: dt.date) -> dict[str, Any] | None:
    """The story that was let stand on the newest edition of a month's statement, as it is printed; None where none may.

    `capabilities` are what the scope opens: they say which groups are named.
    """
    newest = queries.statements(code).where(Statement.month == month).order_by(Statement.revision.desc()).limit(1)
    row = db.session.scalar(newest)
    chosen = chosen_of(row, tellable(code, month)) if row and row.story_from else None
    if chosen is None:
        return None
    return as_printed(
        chosen, shares.in_sight(code, capabilities, today), {kind.code: kind.da for kind in kinds().values()}
    )


def as_printed(found: TellableStory, seen: Collection[UUID], types: Mapping[str, str]) -> dict[str, Any]:
    """A story in Danish: its lines, and who tells it: a group by its name where the municipality sees it, else by what it runs."""
    group, theme = found.group, types[found.group.types[0]].lower()
    by = f"{group.group_name} ({theme})" if group.group_id in seen else f"en gruppe med {theme}"
    return {"lines": [line.strip() for line in found.told.text.splitlines() if line.strip()], "by": by}
