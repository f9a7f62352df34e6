"""Everything that anybody can read, visited once, and looked at by every check of the walls.

The neighbour's word stands in nothing that HERE's people read, the volunteer's in nothing that a municipality reads or a log holds;
reading has written nothing; every link leads somewhere; every answer has its headers. Where a check would see nothing if it were
broken, the same search finds what it should elsewhere: those assertions say "the control".
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

import pytest
from flask import Flask
from structlog.testing import capture_logs

from config.embedded import Servers
from config.settings import Settings
from tests.support.world import HERE, THERE, World
from tests.walls import counts
from tests.walls.headers import header_faults
from tests.walls.planting import MARKS, WORD, marked
from tests.walls.visit import PEOPLE, Visit, visit
from tests.walls.ways import CONSULTANT, MANAGER, SECRETARIAT, STAFF, VISITOR
from tests.walls.words import holding, named, other_names

OURS = (MANAGER, STAFF, CONSULTANT)  # those with HERE within reach and THERE not
# The network is DRC's: its consultants see every group and volunteer, a municipality the groups that are shared with it.
DRCS_OWN = ("/api/v1/groups", "/api/v1/networks", "/api/v1/volunteers", "/grupper", "/netvaerk", "/frivillige")
ASKS_FOR_FILES = "/overfoersler/udtraek"  # the page offers the networks, which are DRC's
# That somebody has read a volunteer or a paper, or searched for one, is written (test_reading).
LOOKS = {"ledger_entries", "ledger_heads", "national_ledger_entries", "national_ledger_heads"}

SIGN_OUT = 'action="/log-ud"'

Check = Callable[[Visit], None]


def the_neighbours_word_stands_nowhere(visited: Visit) -> None:
    """It stands in all of THERE's free texts: pages, papers, JSON and mail of HERE's people hold it not."""
    here, there = visited.world.here, visited.world.there
    for who in OURS:
        texts = {
            address: text
            for address, text in visited.read_by(who).items()
            if who != CONSULTANT or not (address.startswith(DRCS_OWN) or address.partition("?")[0] == ASKS_FOR_FILES)
        }
        assert holding(texts, there.canary) == [], who
        own = holding(texts, here.canary)
        assert {
            f"/kommuner/{HERE}/aktiviteter",
            f"/kommuner/{HERE}/aftaler/{here.agreement}",
            f"/dokumenter/{here.document}",
            f"/api/v1/documents/{here.document}/content",
            "/api/v1/agreements",
        } <= set(own), "the control: one's own word is found, in the text of a PDF too"
    manager = visited.read_by(MANAGER)
    assert any("Leder kanariehvid" in text for address, text in manager.items() if address.startswith("mail"))
    assert f"/api/v1/groups/{visited.mine['group_id'][-1]}" in holding(manager, here.canary)
    met = holding(visited.read_by(SECRETARIAT), there.canary)
    wanted = {f"/dokumenter/{there.document}", f"/kommuner/{THERE}/aktiviteter", "/api/v1/agreements"}
    assert wanted <= set(met), "the control: who may read both meets both words"


# What anyone reads of groups that have agreed to it, wherever they are.
FOR_STRANGERS = re.compile(r"/find-gruppe|/bliv-frivillig|/g/|/sitemap\.xml")


def nothing_that_a_municipality_reads_names_another(visited: Visit) -> None:
    """None of the 97 other names, and no code of the neighbour."""
    names = other_names(visited.app)
    for who in (MANAGER, STAFF):
        texts = {place: text for place, text in visited.read_by(who).items() if not FOR_STRANGERS.match(place)}
        assert holding(texts, "Aabenraa"), "the control: one's own name is found"
        assert named(texts, names) == {}, who
        assert holding(texts, rf"(?<![\w-]){THERE}(?![\w-])") == [], who
    assert len(named(visited.read_by(SECRETARIAT), names)) > 85, "the control: the secretariat's pages name them"


def no_municipality_meets_a_volunteer(visited: Visit) -> None:
    """A word in every field of one stands in nothing that its people can read, and in no mail but to the volunteer."""
    for who in (MANAGER, STAFF):
        texts = visited.read_by(who)
        assert marked(texts) == {}
        assert any("Fællesgruppen" in text for text in texts.values()), "the control: of the group they read"
        assert any("Erklæring" in text and "%PDF" not in text for text in texts.values())
    assert len(visited.mails) > 3
    assert marked({each.name: each.text for each in visited.mails if WORD not in each.to}) == {}
    for who in (SECRETARIAT, CONSULTANT):
        met = marked(visited.read_by(who))
        assert set(met) == set(MARKS), "the control: DRC's people meet each of the fields"
        for address in (f"/api/v1/volunteers/{visited.volunteer}", f"/frivillige/{visited.volunteer}"):
            assert address in met[f"{WORD}navn"]
        own = any(visited.files["import_id"] in address for address in met[f"{WORD}kursus"])
        assert own == (who == SECRETARIAT), "a file is met by the one who sent it"


def reading_has_written_nothing(visited: Visit) -> None:
    """Each table has the rows that it had, when everybody has read everything, the secretariat with every method that reads."""
    before, after = visited.before, visited.after
    full = ("agreements", "documents", "sessions", "statements", "scope_drafts", "login_sessions", "persons", "notices")
    assert all(before[name][0] > 0 for name in full)
    assert {name for name in before if before[name] != after[name]} == LOOKS, (
        "the control: that one has looked is written"
    )
    assert {each.method for each in visited.answers} == {"GET", "HEAD", "OPTIONS"}


def no_answer_is_a_fault(visited: Visit) -> None:
    """And to HEAD there is no body."""
    faults = [(each.who, each.method, each.address) for each in visited.answers if each.response.status_code >= 500]
    assert faults == []
    assert [each.address for each in visited.answers if each.method == "HEAD" and each.response.data] == []
    assert len([each for each in visited.answers if each.response.status_code == 200]) > 1000


def links_lead_somewhere(visited: Visit) -> None:
    """No page leads to one that is not there, for anyone."""
    for who in PEOPLE:
        found = visited.walks[who]
        dead = {
            address: found.led_by.get(address) for address, answer in found.answers.items() if answer.status_code >= 400
        }
        assert dead == {}, who
        assert len(found.answers) > 8


def every_answer_has_its_headers(visited: Visit) -> None:
    """Whoever asks: those who are refused too."""
    faults = {
        (each.who, each.method, each.address): found
        for each in visited.answers
        if each.method == "GET" and (found := header_faults(each.response))
    }
    assert faults == {}
    assert {200, 302, 401, 404} <= {
        each.response.status_code for each in visited.answers if each.who in (VISITOR, STAFF)
    }


def signing_out_is_on_every_page(visited: Visit) -> None:
    """On every page of whoever is signed in, also where a link alone would have opened it, and on none where everybody is a stranger."""
    pages = [each for each in visited.answers if each.method == "GET" and each.response.mimetype == "text/html"]
    lacking = {
        (each.who, each.address) for each in pages if each.response.status_code == 200 and SIGN_OUT not in each.text
    }
    assert {address for who, address in lacking if who != VISITOR and not FOR_STRANGERS.match(address)} == set()
    assert any(who == VISITOR for who, _address in lacking), "the control"


def every_number_about_persons_is_known(visited: Visit) -> None:
    """What the API tells a municipality's people in numbers is persons or not; where it stands on pages and papers is listed too."""
    theirs = [
        (each.address, each.response)
        for each in visited.answers
        if each.who in (MANAGER, STAFF) and each.method == "GET" and each.response.status_code == 200
    ]
    paths, pages = counts.met(visited.app, theirs)
    new = {name: words for name, words in paths.items() if name not in counts.JSON}
    assert new == {}, "say in tests/walls/counts.py what it counts"
    new = {name: words for name, words in pages.items() if name not in counts.PAGES}
    assert new == {}, "say in tests/walls/counts.py by what it is held back"
    assert counts.PAGES.keys() - pages.keys() == set(), "the control: where one stands it is found"
    assert {name for name, by in counts.JSON.items() if by is not counts.By.MONTH} - paths.keys() == set()
    assert {f"api_sessions:{name}" for name in counts.COUNTED} <= paths.keys()
    assert counts.BESIDE.search("Der var 3 nye frivillige."), "the control: in words too"
    assert not counts.BESIDE.search("7. Frivillige møder børn under 15 år.")


CHECKS: tuple[Check, ...] = (
    every_number_about_persons_is_known,
    the_neighbours_word_stands_nowhere,
    nothing_that_a_municipality_reads_names_another,
    no_municipality_meets_a_volunteer,
    reading_has_written_nothing,
    no_answer_is_a_fault,
    links_lead_somewhere,
    signing_out_is_on_every_page,
    every_answer_has_its_headers,
)


@pytest.mark.gate("3.4.2", "3.4.3", "3.4.4", "3.4.5", "3.4.6", "3.4.7", "3.4.8", "3.5.3", "7.4.4", "8.4.1")
def test_what_everybody_reads(
    app: Flask,
    world: World,
    settings: Settings,
    place: Servers,
    caplog: pytest.LogCaptureFixture,
    subtests: pytest.Subtests,
) -> None:
    """One test for all that is read, as reading it all takes a while."""
    with capture_logs() as said, caplog.at_level(logging.DEBUG):
        visited = visit(app, world, settings, place)
    with subtests.test("no log holds a volunteer"):
        assert marked({"logs": str(said) + caplog.text}) == {}
        assert re.search("endpoint.*refused|refused.*endpoint", str(said)), "the control: something is logged"
    for check in CHECKS:
        with subtests.test(check.__name__):
            check(visited)
