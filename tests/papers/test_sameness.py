"""The same facts give the same bytes: in another process, another time zone, with another seed for Python's hashes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from weasyprint.pdf import fonts

from service.platform.documents import renderer
from service.platform.documents.font_names import naming_fonts
from service.platform.documents.letters import FACES
from service.platform.documents.paper import Paper, canonical
from service.platform.documents.render_process import to_request
from service.platform.documents.renderer import render

PRINT = """
import hashlib, os, sys, warnings
warnings.simplefilter("ignore")
from tests.papers.sample_render_process import extend
from service.platform.documents.layout import layout
from service.platform.documents.render_process import from_request
extend()
print(hashlib.sha256(layout(from_request(sys.stdin.buffer.read()))).hexdigest(), flush=True)
# As the render process ends: Pango's thread for fonts may be at work still, and must not meet what an orderly exit has unloaded.
os._exit(0)
"""


@pytest.mark.parametrize(("seed", "zone"), [("1", "Pacific/Auckland"), ("2", "America/Lima")])
def test_another_process_prints_the_same_bytes(pdf: bytes, paper: Paper, root: Path, seed: str, zone: str) -> None:
    fonts = root / "service/platform/documents/papers/fonts.conf"
    environment = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C", "FONTCONFIG_FILE": str(fonts), "PATH": os.defpath}
    done = subprocess.run(
        [sys.executable, "-c", PRINT],
        input=to_request(paper),
        cwd=root,
        env=environment,
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().strip() == hashlib.sha256(pdf).hexdigest()


def test_a_new_render_process_prints_the_same_bytes(rendering: None, pdf: bytes, paper: Paper) -> None:
    renderer.process.close()
    assert render(paper)[0] == pdf


def test_the_order_in_which_facts_were_gathered_does_not_matter(rendering: None, pdf: bytes, paper: Paper) -> None:
    turned = replace(paper, facts={name: paper.facts[name] for name in reversed(list(paper.facts))})
    assert turned.facts_json() == paper.facts_json()
    assert render(turned)[0] == pdf


def test_a_font_is_called_the_same_however_pango_describes_it() -> None:
    """Pango 1.56 says more of a font than 1.50. The control: outside, another description is another name."""
    described = [b"Plex Bold", b"Plex Bold #tnum=1", b"Plex Bold @wght=700"]
    assert len({fonts.md5(each).digest() for each in described}) == 3
    with naming_fonts():
        assert len({fonts.md5(each).digest() for each in described}) == 1
        assert fonts.md5(b"Plex").digest() != fonts.md5(b"Plex Bold").digest()
    assert len(set(FACES.values())) == len(FACES), "no two faces are alike in what they are told apart by"


def test_control_one_other_letter_gives_other_bytes(rendering: None, pdf: bytes, paper: Paper) -> None:
    other = replace(paper, facts={**paper.facts, "ore": 140_000_051})
    assert other.facts_json() != paper.facts_json()
    assert render(other)[0] != pdf


def test_the_version_names_libraries_and_what_papers_are_set_with(rendering: None, paper: Paper) -> None:
    version = render(paper)[1]
    assert version.startswith("weasyprint ")
    assert "pikepdf " in version
    assert len(version.split()[-1]) == 12


def test_facts_are_written_in_one_way_and_are_plain() -> None:
    assert canonical({"b": ("x", 1), "a": "e\u0301"}) == canonical({"a": "\u00e9", "b": ["x", 1]})
    for wrong in (0.5, float("nan"), {1: "x"}, {"a": {1, 2}}, "\ud800", b"x"):
        with pytest.raises(TypeError):
            canonical({"fact": wrong})
