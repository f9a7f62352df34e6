"""The papers in `docs/samples/` are those that the service prints today."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from service.platform.documents.renderer import render
from tests.papers import published
from tests.support.verapdf import attachments

LARGEST = 150_000  # bytes, of one of them


def stale(folder: Path, app: Flask) -> list[str]:
    """The files of the folder that say something else than would be printed today."""
    with app.app_context():
        found = published.papers()
    files = {file.name: file.read_bytes() for file in folder.iterdir()}
    told = [
        name
        for name, paper in found.items()
        if {"facts.json": paper.facts_json()}
        != {name: content for name, _relation, content in attachments(files.get(name, b"")) if name == "facts.json"}
    ]
    if files.keys() != {*found, "README.md"} or files["README.md"].decode() != published.readme(found):
        told.append("README.md")
    return told


def test_the_samples_say_what_would_be_printed_today(app: Flask) -> None:
    assert stale(published.FOLDER, app) == [], "python -m tests.papers.published makes them anew"
    assert all(file.stat().st_size < LARGEST for file in published.FOLDER.iterdir())


def test_the_same_facts_print_the_same_bytes_again(app: Flask) -> None:
    with app.app_context():
        paper = published.papers()["certificate.pdf"]
    assert render(paper)[0] == published.FOLDER.joinpath("certificate.pdf").read_bytes()


def test_control_a_sample_of_other_facts_is_told(app: Flask, tmp_path: Path) -> None:
    for file in published.FOLDER.iterdir():
        tmp_path.joinpath(file.name).write_bytes(file.read_bytes())
    tmp_path.joinpath("notice.pdf").write_bytes(tmp_path.joinpath("statement.pdf").read_bytes())
    assert stale(tmp_path, app) == ["notice.pdf"]
