"""What the feature has."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.partnership.agreements import (
    api,
    certifying,
    end_queries,
    ending,
    ending_api,
    intake_views,
    jobs,
    keeping,
    letters,
    lines,
    offering,
    preview_views,
    queries,
    reminding,
    renewal_views,
    views,
)
from service.partnership.agreements.models import Agreement, AgreementEnd, ApprovalCertificate
from service.partnership.agreements.rules import AgreementState, EndState
from service.platform.documents.rules import PaperKind
from service.platform.feature import Feature, MailKind, MenuPlace, Resumed, Step, WorkKind
from service.platform.work.waking import Wakeup, wakeups_for

FEATURE = Feature(
    name="agreements",
    pages=(views.bp, renewal_views.bp, intake_views.bp, preview_views.bp),
    resources={30: api.bp, 33: ending_api.bp},
    jobs={
        offering.PAPER: jobs.make_paper,
        ending.PAPER: jobs.make_end_paper,
        certifying.PAPER: jobs.make_certificate,
        letters.TELL: jobs.tell,
    },
    wakeups={
        10: Step(
            "ring.papers",
            lambda: wakeups_for(offering.PAPER, queries.papers_owed()),
            _l("Agreements that wait to be printed"),
        ),
        14: Step(
            "ring.end_papers",
            lambda: wakeups_for(ending.PAPER, end_queries.end_papers_owed()),
            _l("Papers of agreements that end before their term"),
        ),
        19: Step(
            "ring.certificates",
            lambda: wakeups_for(certifying.PAPER, queries.certificates_owed()),
            _l("Approval certificates that wait to be made"),
        ),
        20: Step("ring.decisions", lambda: wakeups_for(letters.TELL, queries.untold()), _l("Mails about agreements")),
    },
    steps={
        35: Step("agreements.remind", reminding.remind, _l("Reminders of agreements that end")),
    },
    works={
        20: WorkKind(
            "agreement",
            Agreement,
            Agreement.created_at,
            Resumed(
                "aftale",
                _l("Agreement"),
                lambda row: row.number,
                lambda row: Wakeup(offering.PAPER, (row.municipality_code, str(row.id))),
            ),
            only=Agreement.state == AgreementState.PREPARING,
        ),
        24: WorkKind(
            "agreement_end",
            AgreementEnd,
            AgreementEnd.at,
            Resumed(
                "aftalens-slutning",
                _l("End of an agreement"),
                lambda row: f"{row.last_day:%d-%m-%Y}",
                lambda row: Wakeup(ending.PAPER, (row.municipality_code, str(row.id))),
            ),
            only=AgreementEnd.state == EndState.FINAL,
        ),
        29: WorkKind(
            "approval_certificate",
            ApprovalCertificate,
            ApprovalCertificate.owed_at,
            Resumed(
                "godkendelsesbevis",
                _l("Approval certificate"),
                lambda row: f"{row.owed_at:%d-%m-%Y}",
                lambda row: Wakeup(certifying.PAPER, (row.municipality_code, str(row.id))),
            ),
        ),
    },
    acts={
        "agreement.approved": _l("The agreement was approved"),
        "agreement.declined": _l("The agreement was declined"),
        "agreement.end_declined": _l("A proposal to end the agreement early was declined"),
        "agreement.end_proposed": _l("It was proposed to end the agreement early"),
        "agreement.end_withdrawn": _l("A proposal to end the agreement early was withdrawn"),
        "agreement.ended_early": _l("The parties agreed to end the agreement early"),
        "agreement.ended_for_breach": _l("The agreement was ended for breach"),
        "agreement.offered": _l("An agreement was offered"),
        "agreement.refused": _l("An approval was refused"),
        "agreement.taken_in": _l("An agreement on paper was taken in"),
        "agreement.terminated": _l("Notice was given of the agreement"),
        "agreement.withdrawn": _l("The agreement was withdrawn"),
        "scope.ended": _l("The scope ends earlier"),
        "scope.put_in_force": _l("A scope was put in force"),
    },
    mails={
        reminding.MAIL: MailKind(_l("Agreements that end soon"), to_drc=True),
    },
    standings={PaperKind.AGREEMENT: queries.standing},
    lines=lines.LINES,
    menu_of_drc={
        25: MenuPlace(_l("Renewals"), "renewals.listing"),
    },
    menu_of_municipality={
        50: MenuPlace(_l("Agreements"), "agreements.listing"),
    },
    keeps=keeping.KEEPS,
    blankables=keeping.BLANKABLES,
    remnants=keeping.REMNANTS,
)
