"""The render process reaches no file and no network, ends what has no end, and harms nobody but itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from service.platform.documents import renderer
from service.platform.documents.paper import Paper, Table
from service.platform.documents.renderer import RenderingFailed, render
from tests.papers import samples
from tests.papers.conftest import Listener
from tests.papers.test_conformance import text_of


@pytest.mark.gate("1.3.6")
@pytest.mark.parametrize("name", samples.REACHING)
def test_a_template_that_reaches_out_is_refused(rendering: None, listener: Listener, name: str) -> None:
    with pytest.raises(RenderingFailed):
        render(samples.paper(f"{name}.html", listener=listener.address))
    assert listener.hits == 0


@pytest.mark.gate("1.3.6")
@pytest.mark.parametrize("name", samples.UNHEARD)
def test_what_weasyprint_leaves_alone_reaches_nobody(rendering: None, listener: Listener, name: str) -> None:
    assert render(samples.paper(f"{name}.html", listener=listener.address))[0].startswith(b"%PDF")
    assert listener.hits == 0


@pytest.mark.parametrize("name", samples.FAULTY)
def test_a_template_with_a_fault_is_refused(rendering: None, name: str) -> None:
    with pytest.raises(RenderingFailed):
        render(samples.paper(f"{name}.html"))


def test_control_a_template_without_a_fault_is_printed(rendering: None) -> None:
    assert render(samples.paper("names.html"))[0].startswith(b"%PDF-1.7")


def test_a_blank_is_named(rendering: None) -> None:
    with pytest.raises(RenderingFailed, match="nothing_of_that_name"):
        render(samples.paper("blank.html"))


GUARD = """
import os, sys, warnings
warnings.simplefilter("ignore")
from weasyprint import HTML
from weasyprint.urls import URLFetcher
from service.platform.documents import layout
from service.platform.work import enclosed
address, guarded = sys.argv[1], sys.argv[2] == "guarded"
sheet, fonts = layout.faces()
if guarded:
    enclosed.shut_in(layout.Refused)
try:
    HTML(string=f"<img src='{address}'>x", url_fetcher=URLFetcher()).write_pdf(stylesheets=[sheet], font_config=fonts)
except layout.Refused as error:
    print("refused", error)
else:
    print("fetched")
sys.stdout.flush()
os._exit(0)  # under the guard Python cannot clear up after itself
"""


def _with_an_open_fetcher(root: Path, address: str, guarded: bool) -> str:
    command = [sys.executable, "-c", GUARD, address, "guarded" if guarded else "open"]
    environment = {"FONTCONFIG_FILE": str(root / "service/platform/documents/papers/fonts.conf"), "PATH": os.defpath}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.mark.gate("1.3.6")
def test_the_guard_holds_where_the_fetcher_lets_all_through(root: Path, listener: Listener) -> None:
    assert _with_an_open_fetcher(root, "file:///etc/passwd", guarded=True).startswith("refused")
    assert _with_an_open_fetcher(root, f"http://{listener.address}/x", guarded=True).startswith("refused")
    assert listener.hits == 0


def test_control_without_the_guard_the_listener_is_reached(root: Path, listener: Listener) -> None:
    assert _with_an_open_fetcher(root, f"http://{listener.address}/x", guarded=False) == "fetched\n"
    assert listener.hits > 0


def test_an_endless_template_is_ended_and_the_next_paper_printed(rendering: None, pdf: bytes, paper: Paper) -> None:
    begun = time.monotonic()
    with pytest.raises(RenderingFailed, match="went over its limit of 2 seconds"):
        render(samples.paper("endless.html"), seconds=2)
    assert time.monotonic() - begun < 40
    assert render(paper)[0] == pdf


def test_a_greedy_template_is_ended_and_the_next_paper_printed(rendering: None, pdf: bytes, paper: Paper) -> None:
    with pytest.raises(RenderingFailed):
        render(samples.paper("greedy.html"))
    assert render(paper)[0] == pdf


def test_what_goes_in_has_a_limit(rendering: None) -> None:
    with pytest.raises(RenderingFailed, match="bytes of facts"):
        render(samples.paper("names.html", names=["x" * 5_000_000]))
    with pytest.raises(RenderingFailed, match="characters long"):
        render(samples.paper("long.html"))


def test_facts_that_are_not_plain_are_refused(rendering: None, paper: Paper) -> None:
    with pytest.raises(RenderingFailed, match="plain values, not float"):
        render(replace(paper, facts={"share": 0.5}))
    with pytest.raises(RenderingFailed, match="a row has 1 cells"):
        render(replace(paper, template="names.html", tables=(Table("t", ("a", "b"), (("x",),)),)))


def _process(paper: Paper) -> tuple[int, int, list[str]]:
    """The outer and the inner process of the render process, and what its environment holds, as a paper sees them."""
    words = text_of(render(replace(paper, template="process.html", tables=()))[0]).replace("\r\n", " ")
    outer, inner, environment = json.loads(words[words.index("[") : words.rindex("]") + 1])
    return outer, inner, environment


def test_the_render_process_knows_no_secret(rendering: None, paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    renderer.process.close()
    monkeypatch.setenv("SECRET_KEY", "hemmelig")
    assert _process(paper)[2] == ["FONTCONFIG_FILE", "LC_ALL", "PATH"]


def test_one_render_process_prints_paper_after_paper(rendering: None, paper: Paper) -> None:
    assert _process(paper) == _process(paper)


def test_forks_share_the_render_process_of_their_parent(rendering: None, paper: Paper) -> None:
    render(paper)
    before = _process(paper)
    child = os.fork()
    if not child:
        try:
            os._exit(0 if _process(paper) == before else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert _process(paper) == before


@pytest.mark.gate("16.5.2")
@pytest.mark.parametrize("which", [0, 1])
def test_a_render_process_that_is_killed_is_replaced(rendering: None, paper: Paper, pdf: bytes, which: int) -> None:
    both = _process(paper)
    os.kill(both[:2][which], signal.SIGKILL)
    for _attempt in range(3):
        try:
            assert render(paper)[0] == pdf
        except RenderingFailed:  # it was handed to the one that was dying
            continue
        break
    else:
        pytest.fail("no render process prints any more")
    assert _process(paper)[which] != both[which]


ASK = """
import sys, time
from service.platform.documents import renderer
from tests.papers import samples
renderer.process.module = "tests.papers.sample_render_process"
renderer.render(samples.paper("names.html", names=["Åse"]))  # letters of the fonts that lie in its folder
print(renderer.process.process.pid, flush=True)
time.sleep(60)
"""


def test_the_render_process_ends_with_the_one_who_asked(root: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ASK], cwd=root, stdout=subprocess.PIPE, text=True) as asker:
        assert asker.stdout is not None
        outer = int(asker.stdout.readline())
        folder = _folder_of(outer)
        assert folder.exists()
        asker.kill()
    for _wait in range(100):
        if not Path(f"/proc/{outer}").exists() and not folder.exists():
            return
        time.sleep(0.1)
    pytest.fail(f"the render process {outer} goes on, or its folder {folder} stays")


def _folder_of(outer: int) -> Path:
    """Where the inner process keeps its fonts."""
    inner = Path(f"/proc/{outer}/task/{outer}/children").read_text().split()[0]
    maps = Path(f"/proc/{inner}/maps").read_text().split()
    return Path(next(part for part in maps if "partnerskab-enclosed-" in part)).parents[1]


def test_threads_share_a_render_process_and_each_gets_its_own_paper(rendering: None) -> None:
    def ask(number: int) -> bool:
        return f"Nummer {number}." in text_of(render(samples.paper("names.html", names=[f"Nummer {number}."]))[0])

    with ThreadPoolExecutor(6) as threads:
        assert all(threads.map(ask, range(12)))
