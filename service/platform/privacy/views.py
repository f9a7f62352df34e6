"""What is kept of people, for themselves; and for DRC's secretariat the record of processing, and what is over its time."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from service.platform.feature import features
from service.platform.keeping import Subjects
from service.platform.privacy import queries
from service.platform.privacy.record import RecordedData, gathered
from service.platform.privacy.texts import ENDINGS, SUBJECTS, from_when
from service.platform.web.permits import permit
from tenants.database import Base, now

bp = Blueprint("privacy", __name__, template_folder="templates")


def everything() -> dict[Subjects, list[RecordedData]]:
    """All that is kept of people."""
    return gathered(features(), (mapper.class_ for mapper in Base.registry.mappers))


@bp.get("/hvad-vi-registrerer")
@permit.public
def registered() -> ResponseReturnValue:
    """What the service keeps of people, for whoever may stand in it."""
    return render_template("privacy/registered.html", groups=everything(), texts=SUBJECTS)


@bp.get("/fortegnelse")
@permit.secretariat
def record() -> ResponseReturnValue:
    """The record of processing."""
    return render_template("privacy/record.html", groups=everything())


@bp.get("/fortegnelse/frister")
@permit.secretariat
def plan() -> ResponseReturnValue:
    """For how long things are kept, and how much of each is over its time today."""
    found = features()
    retentions = sorted(found.retentions, key=lambda each: (not each.step, list(found.keeps).index(each.data)))
    return render_template(
        "privacy/plan.html",
        rows=list(zip(retentions, queries.over(retentions, now()), strict=True)),
        keeps=found.keeps,
        endings=ENDINGS,
        from_when=from_when,
    )
