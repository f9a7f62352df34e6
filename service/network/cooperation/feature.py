"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.network.cooperation import (
    answer_views,
    api,
    deciding,
    jobs,
    keeping,
    lines,
    offer_api,
    offer_views,
    offering,
    queries,
    views,
)
from service.network.cooperation.models import CooperationOffer
from service.network.cooperation.rules import OfferState
from service.platform.documents.rules import PaperKind
from service.platform.feature import Feature, Resumed, Step, WorkKind
from service.platform.work.waking import Wakeup, wakeups_for

FEATURE = Feature(
    name="cooperation",
    pages=(views.bp, offer_views.bp, answer_views.bp),
    resources={130: api.bp, 131: offer_api.bp},
    jobs={offering.PAPER: jobs.make_paper, deciding.TELL: jobs.tell},
    wakeups={
        11: Step(
            "ring.cooperation_papers",
            lambda: wakeups_for(offering.PAPER, queries.papers_owed()),
            _l("Cooperation agreements that wait to be printed"),
        ),
        21: Step(
            "ring.cooperation_decisions",
            lambda: wakeups_for(deciding.TELL, queries.untold()),
            _l("Mails about cooperation agreements"),
        ),
    },
    works={
        21: WorkKind(
            "cooperation_agreement",
            CooperationOffer,
            CooperationOffer.changed_at,
            Resumed(
                "samarbejdsaftale",
                _l("Cooperation agreement"),
                lambda row: row.number,
                lambda row: Wakeup(offering.PAPER, (row.municipality_code, str(row.id))),
            ),
            only=CooperationOffer.state == OfferState.PREPARING,
        ),
    },
    orders=("cooperation_offers.offer",),
    standings={PaperKind.COOPERATION: queries.standing},
    lines=lines.LINES,
    acts={
        "cooperation.approved": _l("A cooperation agreement was approved for a party"),
        "cooperation.concluded": _l("A cooperation agreement was concluded"),
        "cooperation.declined": _l("A group declined a cooperation agreement"),
        "cooperation.discarded": _l("The draft of a cooperation agreement was thrown away"),
        "cooperation.draft_changed": _l("The draft of a cooperation agreement was changed"),
        "cooperation.drafted": _l("A cooperation agreement was drafted"),
        "cooperation.link_sent": _l("A group's contact was mailed the link to a cooperation agreement"),
        "cooperation.offered": _l("A group was offered a cooperation agreement"),
        "cooperation.terminated": _l("Notice was given of a cooperation agreement"),
        "cooperation.withdrawn": _l("The offer of a cooperation agreement was withdrawn"),
        "cooperation.noted": _l("A cooperation agreement was noted"),
        "cooperation.ended": _l("A cooperation agreement was ended"),
    },
    keeps=keeping.KEEPS,
    remnants=keeping.REMNANTS,
)
