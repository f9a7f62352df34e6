"""A paper's template filled with its facts, in a sandbox: the page that is laid out, or what it says, to be read before it is a paper."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from service.platform.documents.charts import bar_chart
from service.platform.documents.codes import qr_code
from service.platform.documents.formats import FILTERS
from service.platform.documents.paper import Paper, in_groups, plain

SERVICE = Path(__file__).parents[2]


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, in which `chart.values` is the fact of that name and not a dictionary's method."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The fact named `attribute`, else what Jinja finds."""
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@cache
def sandbox() -> Sandbox:
    """The sandbox over every feature's `papers/` folder."""
    folders = sorted(SERVICE.glob("*/*/papers"))
    sandbox = Sandbox(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sandbox.filters.update(FILTERS)
    sandbox.globals.update(bar_chart=bar_chart, qr_code=qr_code)
    return sandbox


def filled(paper: Paper) -> str:
    """The paper's page as HTML. Raises jinja2's errors for a missing value or something the sandbox forbids."""
    return sandbox().get_template(paper.template).render(_values(paper))


def body(paper: Paper) -> Markup:
    """What the paper says, without its head, foot and code: the same template, to be shown inside another page. Raises as `filled`."""
    return Markup(_frameless().get_template(paper.template).render(_values(paper)))  # noqa: S704 - escaped as it was filled


@cache
def _frameless() -> Sandbox:
    """The same sandbox, in which the page around what a paper says is empty."""
    frame = DictLoader({"_paper.html": "{% block body %}{% endblock %}"})
    around = sandbox()
    frameless: Sandbox = around.overlay(loader=ChoiceLoader([frame, around.loader]))  # type: ignore[list-item]
    return frameless


def _values(paper: Paper) -> dict[str, Any]:
    return {
        "paper": {
            "title": paper.title,
            "subject": paper.subject,
            "document_number": paper.document_number,
            "issued_on": paper.issued_on.isoformat(),
            "fingerprint": in_groups(paper.fingerprint),
            "check_page": paper.check_page,
            "check_address": paper.check_address,
        },
        "tables": {table.name: {"header": table.header, "rows": table.rows} for table in paper.tables},
        **plain(paper.facts),
    }
