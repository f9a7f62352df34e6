"""The front-end packages: locked, from no named host, and whole in what the service serves and prints with."""

from __future__ import annotations

import json
import re

import pytest
from fontTools.ttLib import TTFont

from tests.support.browser import ROOT

NPM = ROOT / "config/npm"
VENDOR = ROOT / "service/platform/web/static/vendor"
LETTERS = {
    "IBMPlexSans-Regular.ttf": "Ærøskøbing ÄÖÜß łŁşğİı Київ Ґґ Њ λ – … €",
    "IBMPlexSans-Bold.ttf": "ÆØÅæøå Київ",
    "noto-sans-arabic-arabic-400-normal.woff2": "عبدالله پچژگ ڕڵێە",
    "noto-sans-arabic-arabic-700-normal.woff2": "عبدالله",
    "noto-sans-ethiopic-ethiopic-400-normal.woff2": "ትግርኛ ኣስመራ",
    "noto-sans-ethiopic-ethiopic-700-normal.woff2": "ትግርኛ",
}


def hosts(text: str) -> list[str]:
    """Addresses in a lock other than those where a package asks for support."""
    return [
        line
        for line in text.splitlines()
        if "://" in line and not re.search(r'"url": "https://github\.com/sponsors/', line)
    ]


def test_no_file_names_the_host_of_a_registry() -> None:
    for name in ("package.json", "package-lock.json", ".npmrc", "build.py"):
        assert hosts((NPM / name).read_text()) == [], name


def test_a_named_host_is_found() -> None:
    """The control."""
    assert hosts('"resolved": "https://registry.example/dkfds.tgz"')


def test_every_package_is_exact_and_locked_by_its_hash() -> None:
    asked = json.loads((NPM / "package.json").read_text())
    locked = json.loads((NPM / "package-lock.json").read_text())["packages"]
    for name, version in {**asked["dependencies"], **asked["devDependencies"]}.items():
        assert re.fullmatch(r"[0-9]+(\.[0-9]+){2}", version), name
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all(package["integrity"].startswith("sha512-") for path, package in locked.items() if path)


@pytest.mark.parametrize("file", LETTERS)
def test_the_fonts_of_the_papers_have_the_letters_of_the_names(file: str) -> None:
    with TTFont(VENDOR / "fonts" / file) as font:
        known = font.getBestCmap()
    assert [letter for letter in LETTERS[file] if ord(letter) not in known] == []


def test_what_the_style_sheet_asks_for_is_there() -> None:
    """All but font formats that no browser of today reads, and the sample logos that no page of ours shows."""
    sheet = (VENDOR / "css/dkfds.min.css").read_text()
    asked = {
        place.strip("'\"")
        for place in re.findall(r"url\(([^)]+)\)", sheet)
        if not place.strip("'\"").startswith("data:")
    }
    missing = {place for place in asked if not (VENDOR / "css" / place.split("?")[0].split("#")[0]).is_file()}
    assert {
        place
        for place in missing
        if not place.split("#")[0].split("?")[0].endswith((".eot", ".ttf", "placeholder.png"))
    } == set()
