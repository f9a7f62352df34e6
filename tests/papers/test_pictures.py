"""The papers in `docs/samples/` look as somebody has looked at: those that lie there, and those that are printed today."""

from __future__ import annotations

from flask import Flask
from PIL import Image

from service.platform.documents.renderer import render
from tests.papers import pictures, published

MAX_KEPT = 200_000  # bytes, in all


def test_the_samples_look_as_they_did(app: Flask) -> None:
    with app.app_context():
        papers = published.papers()
    for name, paper in papers.items():
        before = pictures.kept(name)
        for pdf in (published.FOLDER.joinpath(name).read_bytes(), render(paper)[0]):
            differing = pictures.differing(before, pictures.strip(pdf))
            assert differing == [], f"{name}: look at it; python -m tests.papers.pictures keeps it"
    files = list(pictures.FOLDER.iterdir())
    assert {file.stem for file in files} == {name.removesuffix(".pdf") for name in papers}
    assert sum(file.stat().st_size for file in files) < MAX_KEPT


def test_control_what_is_moved_or_gone_is_found() -> None:
    before = pictures.kept("statement.pdf")
    page = (0, 0, pictures.WIDTH, pictures.HEIGHT)
    assert pictures.differing(before, before) == []
    lower = before.copy()  # the lower half of the first page, a line further down
    lower.paste(before.crop((0, 70, pictures.WIDTH, 138)), (0, 72))
    assert pictures.differing(before, lower)
    gone = before.copy()  # a strip of the first page, a centimetre high
    gone.paste(255, (8, 60, 92, 65))
    found = pictures.differing(before, gone)
    assert found
    assert all(where.startswith("page 1, ") for where in found)
    assert pictures.differing(before, before.crop(page)) == [f"1 pages, not {before.width // pictures.WIDTH}"]
    paler = Image.eval(before, lambda grey: min(255, grey + 4))
    assert pictures.differing(before, paler) == [], "a letter's edge is let pass"
