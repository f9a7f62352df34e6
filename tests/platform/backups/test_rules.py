"""What a backup says of itself, and how a dump is counted."""

from __future__ import annotations

import datetime as dt
import json
import time
from dataclasses import replace

import pytest

from service.platform.backups.rules import Contents, Manifest, Unusable, differences, lacking, name_of, rows_in

THERE = Contents("abc", {"public.documents": 2, "public.notices": 0}, {"drc": "1:aa"})
TOLD = Manifest("2026-11-30T02:30:00+00:00", 18, "v1", "database.dump", 10, "aa", THERE)


def test_a_manifest_is_read_as_it_was_written() -> None:
    assert Manifest.from_json(TOLD.to_json()) == TOLD


def test_a_manifest_is_written_to_be_read_and_compared_by_people() -> None:
    lines = TOLD.to_json().splitlines()
    assert lines[0] == "{"
    names = [line.split('"')[1] for line in lines if line.startswith(' "')]
    assert names == sorted(names)
    assert ' "format": 1,' in lines


def test_a_manifest_of_another_form_is_refused_for_that() -> None:
    with pytest.raises(Unusable, match="another version"):
        Manifest.from_json(TOLD.to_json().replace('"format": 1', '"format": 2'))


def test_a_manifest_names_a_file_beside_it_and_none_elsewhere() -> None:
    with pytest.raises(Unusable, match="cannot be"):
        Manifest.from_json(replace(TOLD, file="../database.dump").to_json())


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 1}', "null", TOLD.to_json().replace('"server": 18', '"server": true')]
)
def test_what_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(Unusable):
        Manifest.from_json(text)


def test_a_manifest_with_more_in_it_is_refused() -> None:
    with pytest.raises(Unusable):
        Manifest.from_json(json.dumps({**json.loads(TOLD.to_json()), "more": 1}))


def test_names_are_in_order_of_time_wherever_the_machine_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        assert name_of(dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)) == "partnerskab-20261025T003000Z"
    time.tzset()
    summer = dt.datetime(2026, 10, 25, 2, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert name_of(summer) == "partnerskab-20261025T003000Z"
    assert name_of(summer) < name_of(summer + dt.timedelta(minutes=1))


def test_the_rows_of_a_dump_are_counted() -> None:
    script = b"""-- A comment
SET row_security = off;
COPY public.documents (id, content) FROM stdin;
1\t\\\\x00
2\tCOPY public.notices (id) FROM stdin;
\\.

COPY public.notices (id) FROM stdin;
\\.
"""
    assert rows_in(script.splitlines(keepends=True)) == {"public.documents": 2, "public.notices": 0}


def test_what_is_not_as_it_was_is_named() -> None:
    assert list(lacking(THERE.rows, THERE.rows)) == list(differences(THERE, THERE)) == []
    assert list(lacking(THERE.rows, {"public.documents": 1, "public.x": 0})) == [
        "public.documents 1 instead of 2",
        "public.notices missing instead of 0",
        "public.x 0 instead of none",
    ]
    other = replace(THERE, revision="def", heads={"drc": "1:bb", "0580": "1:aa"})
    assert list(differences(THERE, other)) == [
        "the schema is def instead of abc",
        "ledger: the head of 0580 is another",
        "ledger: the head of drc is another",
    ]
