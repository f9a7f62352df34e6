"""The search for what is left of a word finds it wherever the service keeps words: the control of every test that finds none."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
from redis import Redis

from config.embedded import Servers
from config.settings import Settings
from tests.support.left_over import holds, left_over
from tests.support.world import World

NOWHERE = "ingensteds"


def packed(word: str) -> bytes:
    """A spreadsheet is an archive of such files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<t>{word}</t>")
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [b"Ordet.", "ORDET".encode("utf-16"), "ordet".encode("utf-16-be"), packed("Ordet"), gzip.compress(b"ordet")],
    ids=["plain", "utf-16", "utf-16-be", "zip", "gzip"],
)
def test_a_word_is_found_however_it_is_packed(data: bytes) -> None:
    assert holds(data, "ordet")
    assert not holds(data, NOWHERE)


def test_a_word_is_found_in_every_kind_of_column_and_beside_the_database(
    world: World, place: Servers, settings: Settings
) -> None:
    word = world.here.canary
    (settings.var / "en-fil").write_text(word.title())
    with Redis.from_url(place.redis_url) as redis:
        redis.rpush("en-liste", word)
    try:
        found = left_over(word, place, settings.var, written=f"... {word} ...")
    finally:
        (settings.var / "en-fil").unlink()
    assert {"agreements.scope", "documents.content", "file en-fil", "redis en-liste", "log"} <= found
    assert "activities.place" not in found, "where it is not, it is not found"
    assert left_over(NOWHERE, place, settings.var) == set()
