"""The papers in `docs/samples/`: `python -m tests.papers.published` makes them, of made-up people, each as the service itself prints it.

The agreement has the figures of København 2011 to 2014, the addendum changes how often an activity meets midway, and the notice ends what
it has changed. They have no seal and no code: nobody has issued them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from flask_babel import force_locale

from config.settings import load_settings
from service.app import create_app
from service.partnership.agreements import addenda, certificate_paper, comparing, ending_paper, paper
from service.partnership.agreements.difference import AgreementVersion, between
from service.partnership.agreements.difference_texts import CatalogueNames
from service.partnership.agreements.models import Agreement, AgreementEnd, Decision
from service.partnership.agreements.operations import CONSENT
from service.partnership.agreements.rules import AgreementAct, EndWay, Party
from service.partnership.agreements.settling import Settlement
from service.partnership.catalogue import files
from service.partnership.partnerships.continuing import from_day, joined
from service.platform.accounts.texts import ARRIVALS
from service.platform.documents.paper import Paper, sha256
from service.platform.documents.renderer import render
from service.platform.web.arrival import How
from service.reporting.years import paper as year_paper
from service.reporting.years.facts import facts as year_facts
from service.reporting.years.kinds import YearKind
from tenants.calendar import month_before
from tenants.scope import (
    PRESETS,
    AgreedActivity,
    Contact,
    Duty,
    Every,
    Frequency,
    Instalment,
    LegalBasis,
    Level,
    Payment,
    Scope,
    Target,
    YearAmount,
)
from tenants.terms import Earmark, Post
from tests.reporting.statements import test_facts as statements
from tests.reporting.years import made_up

FOLDER = Path(__file__).parents[2] / "docs/samples"
NAME, CVR = "Københavns Kommune", "64942212"
FIRST, LAST, CHANGED = dt.date(2011, 5, 1), dt.date(2014, 12, 31), dt.date(2013, 1, 1)
AMOUNTS = {2011: 99_000_000, 2012: 140_000_000, 2013: 140_000_000, 2014: 140_000_000}
SIGNED = dt.datetime(2011, 4, 20, 10, 30, tzinfo=dt.UTC)
WHAT = {
    "agreement.pdf": "A partnership agreement, with the figures of København 2011 to 2014",
    "addendum.pdf": "An addendum to it: an activity meets more often from 2013 on",
    "notice.pdf": "A notice of the agreement as the addendum has changed it",
    "certificate.pdf": "The certificate of both parties' approvals of the agreement",
    "statement.pdf": "A monthly statement",
    "year_status.pdf": "The status of a calendar year",
    "grant_report.pdf": "The account of a section 18 grant",
    "evaluation.pdf": "The evaluation of a term that is over",
    "year_case.pdf": "The year as a case for a committee",
}


def scope() -> Scope:
    """What was agreed on for København, by people who are made up."""
    weekly = Frequency(2, Every.WEEK)
    return Scope(
        level=Level.INTEGRATED,
        capabilities=PRESETS[Level.INTEGRATED],
        starts_on=FIRST,
        ends_on=LAST,
        municipality_contact=Contact("Tove Prøve", "Integrationskoordinator", "11 11 11 11", "tove@kommune.example"),
        drc_contact=Contact("Kim Prøve", "Regionskonsulent", "22 22 22 22", "kim@drc.example"),
        activities=(
            AgreedActivity("homework_help", "Blågård Skole", weekly, FIRST, LAST, children_under_15=True),
            AgreedActivity("network_family", "Hele byen", Frequency(1, Every.MONTH), FIRST, LAST),
        ),
        targets=tuple(
            Target(measure, value, year)
            for year in AMOUNTS
            for measure, value in (("new_faces", 800), ("volunteer_attendances", 2000))
        ),
        payment=Payment(
            LegalBasis.OTHER_GRANT,
            tuple(YearAmount(year, ore) for year, ore in AMOUNTS.items()),
            tuple(Instalment(dt.date(year, 6, 1), ore) for year, ore in AMOUNTS.items()),
            "5798009811578",
            earmarks=(Earmark("Dokumentation", 4_000_000),),
        ),
        purpose="Flygtninge møder frivillige, der kender byen.",
        support="To regionskonsulenter på fuld tid og en studentermedhjælper 10 timer om ugen.",
        municipality_duties=(Duty("at udpege en navngiven kommunal koordinator"),),
        posts=(Post("Regionskonsulent", 2), Post("Studentermedhjælper", 1, 600)),
        case_number="2011-4711",
        kle_number="27.03.00",
    )


def facts(wanted: Scope) -> dict[str, Any]:
    """The facts of an agreement on that, in the newest texts of the catalogue's files."""
    newest = {text.kind: text for text in sorted(files.texts(), key=lambda text: text.version)}
    clauses, principles = newest["partnership"], newest["principles"]
    return paper.facts(
        wanted,
        official_name=NAME,
        cvr=CVR,
        kinds=files.kinds(),
        measures=files.measures(),
        clause_texts=clauses.content["clause"],
        clause_version=clauses.version,
        principles=principles.content["principles"],
        principles_version=principles.version,
    )


def papers() -> Mapping[str, Paper]:
    """The papers by the name of their file. Needs an application context, for the words of a difference."""
    before = scope()
    agreed = facts(before)
    more = from_day(before, CHANGED)
    more = replace(
        more, activities=(replace(more.activities[0], frequency=Frequency(3, Every.WEEK)), *more.activities[1:])
    )
    term = joined(before, more)
    changed = facts(term)
    versions = AgreementVersion("1", "0101-2011-0001", before, agreed), AgreementVersion("", "", term, changed)
    with force_locale("da"):
        told = comparing.in_words(between(*versions), CatalogueNames(files.kinds(), files.measures()))
        arrivals = {how.value: str(words) for how, words in ARRIVALS.items()}
    changed |= {"addendum": addenda.said_first("0101-2011-0001", CHANGED, told)}
    agreement = Agreement(number="0101-2011-0001", facts={**agreed, "issued_on": "2011-04-01"})
    addendum = Agreement(number="0101-2012-0014", facts=changed, amends_id=UUID(int=1))
    end = notice("Inger Prøve", "Kommunen samler indsatsen et andet sted.")
    shown = paper.paper(agreed, "0101-2011-0001", dt.date(2011, 4, 1))
    return {
        "agreement.pdf": shown,
        "addendum.pdf": paper.paper(changed, "0101-2012-0014", dt.date(2012, 11, 20)),
        "notice.pdf": ending_paper.paper(
            ending_paper.facts(addendum, end, official_name=NAME), "0101-2013-0021", dt.date(2013, 11, 12)
        ),
        "certificate.pdf": certificate_paper.paper(
            certificate_paper.facts(agreement, approvals(sha256(shown.facts_json())), arrivals),
            "0101-2011-0002",
            SIGNED.date(),
        ),
        "statement.pdf": statement(),
        **years(),
    }


def notice(name: str, why: str) -> AgreementEnd:
    """A notice that somebody of the municipality has given."""
    return AgreementEnd(
        way=EndWay.NOTICE,
        party=Party.MUNICIPALITY,
        last_day=dt.date(2014, 2, 28),
        settlement=Settlement.BY_DAYS,
        person_name=name,
        person_title="forvaltningschef",
        words=why,
        at=dt.datetime(2013, 11, 12, 9, tzinfo=dt.UTC),
    )


def approvals(shown: str) -> list[Decision]:
    """Both parties' approvals of the paper with that hash."""
    who = {Party.MUNICIPALITY: ("Inger Prøve", "forvaltningschef"), Party.DRC: ("Ole Prøve", "generalsekretær")}
    return [
        Decision(
            party=party,
            act=AgreementAct.APPROVED,
            person_name=name,
            person_title=title,
            words=CONSENT[party],
            sha256=shown,
            at=SIGNED,
            arrived_how=How.PASSKEY,
            arrived_at=SIGNED,
        )
        for party, (name, title) in who.items()
    ]


def statement() -> Paper:
    """The statement of a month, with the month before it."""
    counts = {
        statements.MONTH: {"homework_help": (48, 9), "language_cafe": (61, 12)},
        month_before(statements.MONTH): {"homework_help": (41, 8), "language_cafe": (3, 2)},
    }
    issued_on = dt.date(2026, 11, 1)
    told = "Til fællesspisningen havde alle en ret med hjemmefra. Nu mødes de også uden os."
    facts = statements.facts(statements.MONTH, counts) | {"story": {"lines": [told], "by": "en gruppe med sprogcafé"}}
    return statements.paper.paper(facts, "0580-2026-0012", issued_on)


def years() -> Mapping[str, Paper]:
    """Each of the papers of a year, of the same year."""
    issued_on = dt.date(made_up.YEAR + 1, 1, 9)
    found = (year_paper.paper(year_facts(made_up.told(kind)), "0580-2026-0003", issued_on) for kind in YearKind)
    return {f"{page.kind}.pdf": page for page in found}


def readme(found: Mapping[str, Paper]) -> str:
    """What the folder's page says."""
    rows = "\n".join(
        f"| [{name}]({name}) | {WHAT[name]} | `{each.template}` {each.template_version} |"
        for name, each in found.items()
    )
    return (
        "# Samples of papers\n\nMade by `python -m tests.papers.published`, of people who are made up. Papers that are issued also"
        f" have a seal and, at their end, a code to check them by.\n\n| file | what it is | template |\n|---|---|---|\n{rows}\n"
    )


def application() -> Flask:
    """The application, for its words alone."""
    return create_app(load_settings())


if __name__ == "__main__":
    with application().app_context():
        made = papers()
    FOLDER.mkdir(exist_ok=True)
    for file, sheet in made.items():
        FOLDER.joinpath(file).write_bytes(render(sheet)[0])
    FOLDER.joinpath("README.md").write_text(readme(made), encoding="utf-8")
