"""The register of the 98 municipalities: whole or refused, and in Danish order."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select
from stdnum.dk import cvr

from tenants import register
from tenants.acting import acting_for
from tenants.database import db, transaction
from tenants.models import Municipality, RegionPeriod
from tenants.reach import clock
from tenants.register import danish_sort_key


def rows() -> list[dict[str, str]]:
    """The rows of the reviewed file."""
    with (
        Path(register.__file__)
        .with_name("data")
        .joinpath("municipalities.csv")
        .open(encoding="utf-8", newline="") as file
    ):
        return list(csv.DictReader(file))


def test_every_cvr_number_passes_its_check_digit_and_is_one_municipalitys() -> None:
    assert len(rows()) == 98
    assert all(cvr.is_valid(row["cvr"]) for row in rows())
    assert len({row["cvr"] for row in rows()}) == 98


def test_control_a_digit_changed_does_not_pass() -> None:
    number = rows()[0]["cvr"]
    assert not cvr.is_valid(number[:-1] + str((int(number[-1]) + 1) % 10))


def test_aa_comes_last_as_the_letter_it_is() -> None:
    names = sorted((row["name"] for row in rows()), key=danish_sort_key)
    assert names[-3:] == ["Aabenraa", "Aalborg", "Aarhus"]
    assert names[0] == "Albertslund"
    assert names.index("Ærø") < names.index("Aabenraa")
    assert names.index("Vordingborg") < names.index("Ærø")


def test_danish_order_of_letters() -> None:
    words = ["Zoo", "Ærø", "Æsel", "Øvrige", "Ååå", "Aabenraa", "Aarhus", "Årup", "ærlig"]
    assert sorted(words, key=danish_sort_key) == [
        "Zoo",
        "ærlig",
        "Ærø",
        "Æsel",
        "Øvrige",
        "Aabenraa",
        "Aarhus",
        "Årup",
        "Ååå",
    ]
    assert danish_sort_key("AARHUS") == danish_sort_key("Århus") == danish_sort_key("aarhus")


def test_the_database_keeps_that_order(app: Flask) -> None:
    with app.app_context(), acting_for(clock()), transaction():
        listed = [each.name for each in register.municipalities()]
    assert len(listed) == 98
    assert listed == sorted((row["name"] for row in rows()), key=danish_sort_key)


def test_control_plain_order_puts_aa_first() -> None:
    assert min(row["name"] for row in rows()) == "Aabenraa"


@pytest.fixture
def another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A register's file that is not the reviewed one."""
    file = tmp_path / "data/municipalities.csv"
    file.parent.mkdir()
    monkeypatch.setattr(register, "resources", SimpleNamespace(files=lambda _package: tmp_path))
    return file


def write(file: Path, changed: list[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(changed[0]))
        writer.writeheader()
        writer.writerows(changed)


CHRISTIANSOE = {"code": "0411", "name": "Christiansø"}


@pytest.mark.parametrize("what", ["97", "99", "twice", "christiansoe"])
def test_a_file_that_is_not_whole_is_refused_and_nothing_is_written(app: Flask, another_file: Path, what: str) -> None:
    changed = rows()
    changed[1] = changed[1] | {"name": "SKREVET"}
    match what:
        case "97":
            changed = changed[:-1]
        case "99":
            changed = [*changed, changed[0] | {"code": "0999"}]
        case "twice":
            changed[-1] = changed[0]
        case _:
            changed[-1] = changed[-1] | CHRISTIANSOE
    write(another_file, changed)
    with app.app_context(), acting_for(clock()), transaction(), pytest.raises(ValueError, match="98 municipalities"):
        register.load()
    with app.app_context(), acting_for(clock()), transaction():
        assert db.session.scalar(select(func.count()).where(Municipality.name == "SKREVET")) == 0


def test_control_the_whole_file_corrects_what_it_says_and_is_harmless_to_repeat(app: Flask, another_file: Path) -> None:
    kept = rows()
    changed = [kept[0] | {"official_name": "En anden Kommune"}, *kept[1:]]
    with app.app_context():
        try:
            for _twice in range(2):
                write(another_file, changed)
                with acting_for(clock()), transaction():
                    assert register.load() == 98
            with acting_for(clock()), transaction():
                found = register.municipality(kept[0]["code"])
                assert found is not None
                assert found.official_name == "En anden Kommune"
                assert db.session.scalar(select(func.count()).select_from(Municipality)) == 98
        finally:
            write(another_file, kept)
            with acting_for(clock()), transaction():
                register.load()


def test_regions_change_on_their_day(app: Flask) -> None:
    with app.app_context(), acting_for(clock()), transaction():
        found = db.session.scalars(select(RegionPeriod).where(RegionPeriod.municipality_code.in_(("0101", "0580"))))
        regions = {(row.municipality_code, row.valid_from): row.region_name for row in found}
    assert regions == {
        ("0101", dt.date(2007, 1, 1)): "Region Hovedstaden",
        ("0101", dt.date(2027, 1, 1)): "Region Østdanmark",
        ("0580", dt.date(2007, 1, 1)): "Region Syddanmark",
        ("0580", dt.date(2027, 1, 1)): "Region Syddanmark",
    }
