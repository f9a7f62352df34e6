"""The pages for people, and what they name of the code: paths, links, commands, make targets, and places as `module:function`."""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
from flask import Flask
from flask_migrate.cli import db as migrations

from service import cli

ROOT = Path(__file__).parents[2]
TOP = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "tests/README.md")
TREES = ("config", "docs", "migrations", "service", "tenants", "tests", ".ci")

CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")
PLACEHOLDER = re.compile(r"[A-Z]{2,}|NNNN")
PATH = re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, TREES))})/[\w./*\[\]-]*")
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
FLASK = re.compile(r"flask --app wsgi ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")
MODULE = re.compile(r"python -m ([\w.]+)")
PLACE = re.compile(r"^`((?:config|tenants|service|tests)(?:\.\w+)+):([\w.]+)`$")


def pages() -> list[Path]:
    """The pages that are held to the code. Decisions are history: what they name may be gone."""
    return [found for name in TOP if (found := ROOT / name).exists()] + sorted((ROOT / "docs").glob("*.md"))


def wrong(text: str, folder: Path) -> Iterator[str]:
    """What a page of this folder names, and is not there."""
    for target, anchor in LINK.findall(text):
        if ":" not in target:
            yield from _wrong_link(text, folder, target, anchor)
    for code in CODE.findall(text):
        yield from (f"no file: {path}" for path in PATH.findall(code) if not _is_file(path.rstrip(".")))
        yield from (f"no target: make {name}" for name in MAKE.findall(code) if name not in targets())
        yield from (
            f"no command: {first} {second}" for first, second in FLASK.findall(code) if not _is_command(first, second)
        )
        yield from (f"no module: {name}" for name in MODULE.findall(code) if importlib.util.find_spec(name) is None)
        if place := PLACE.match(code):
            yield from _wrong_place(*place.groups())


def _wrong_link(text: str, folder: Path, target: str, anchor: str) -> Iterator[str]:
    file = folder / target
    if target and not file.exists():
        yield f"no page: {target}"
    elif anchor and anchor not in anchors(file.read_text() if target else text):
        yield f"no heading: {target}#{anchor}"


def anchors(text: str) -> set[str]:
    """The headings of a page, as links name them."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _is_file(path: str) -> bool:
    return (ROOT / path).exists() or any(ROOT.glob(PLACEHOLDER.sub("*", path)))


@cache
def targets() -> frozenset[str]:
    """What make makes."""
    return frozenset(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@cache
def _commands() -> click.Group:
    app = Flask("commands")
    cli.init(app)
    app.cli.add_command(migrations)
    return app.cli


def _is_command(first: str, second: str) -> bool:
    found = _commands().commands.get(first)
    return found is not None and (not second or not isinstance(found, click.Group) or second in found.commands)


def _wrong_place(module: str, name: str) -> Iterator[str]:
    try:
        found: object = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError):
        yield f"no place: {module}:{name}"
