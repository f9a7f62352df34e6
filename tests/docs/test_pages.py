"""What the pages for people name is there."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import ROOT, pages, targets, wrong


def test_all_that_pages_name_is_there() -> None:
    found = {str(page.relative_to(ROOT)): list(wrong(page.read_text(), page.parent)) for page in pages()}
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[x](nowhere.md)", "no page: nowhere.md"),
        ("[x](docs/api.md#nowhere)", "no heading: docs/api.md#nowhere"),
        ("# Here\n[x](#nowhere)", "no heading: #nowhere"),
        ("`service/nowhere.py`", "no file: service/nowhere.py"),
        ("`tests/NAME/nowhere.py`", "no file: tests/NAME/nowhere.py"),
        ("```\ncp config/nowhere/*.x there\n```", "no file: config/nowhere/*.x"),
        ("`make nothing`", "no target: make nothing"),
        ("`flask --app wsgi nothing`", "no command: nothing "),
        ("`flask --app wsgi statements open`", "no command: statements open"),
        ("`python -m tests.nowhere`", "no module: tests.nowhere"),
        ("`service.platform.web.permits:nobody`", "no place: service.platform.web.permits:nobody"),
        ("`service.nowhere:ask`", "no place: service.nowhere:ask"),
    ],
)
def test_what_is_not_there_is_told(text: str, told: str) -> None:
    assert list(wrong(text, ROOT)) == [told]


def test_what_is_there_is_not_told() -> None:
    text = (
        "# A page, and its parts\n[x](#a-page-and-its-parts) [x](docs/api.md) [x](https://example.org/nowhere)\n"
        "`service/app.py` `tests/*/*/test_rules.py` `migrations/schema/REVISION.txt` `make test`\n"
        "`flask --app wsgi statements close --month 2026-10` `flask --app wsgi db upgrade`\n"
        "`service.platform.web.permits:Permit.lets`\n"
    )
    assert list(wrong(text, ROOT)) == []


def test_the_readme_leads_to_every_page() -> None:
    linked = set(re.findall(r"\]\(([^)#]+)\)", (ROOT / "README.md").read_text()))
    assert {str(page.relative_to(ROOT)) for page in pages()} - {"README.md"} <= linked


def test_make_help_names_every_target() -> None:
    helped = set(re.findall(r"^([a-z][a-z-]*):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert helped == targets()


@pytest.mark.parametrize("name", ["municipality.md", "drc.md", "group.md"])
def test_every_task_of_a_user_is_found_by_its_name(name: str) -> None:
    page, tasks = (ROOT / "docs" / name).read_text(), (ROOT / "docs/README.md").read_text()
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert len(headings) > 4
    assert re.findall(r"^- \[(.+)\]\(#", page, re.MULTILINE) == headings
    assert re.findall(rf"^- \[(.+)\]\({re.escape(name)}#", tasks, re.MULTILINE) == headings
