"""What papers are put together from: figures in words, tables as spreadsheets, the chart."""

from __future__ import annotations

import csv
import datetime as dt
import io
import xml.etree.ElementTree as ET

import pytest

from service.platform.documents.charts import FLOOR, HIDDEN_HEIGHT, bar_chart
from service.platform.documents.formats import antal, dato, kroner, maaned, opremsning, procent, tal, tidspunkt
from service.platform.documents.paper import Table, harmless

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.gate("1.2.10")
@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        (" =1+1", "' =1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("＝1+1", "'＝1+1"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("+45 12 34 56 78", "+45 12 34 56 78"),
        ("-5", "-5"),
        ("-1.234,50", "-1.234,50"),
        ("Åse = Øst", "Åse = Øst"),
        ("", ""),
        ("-", "'-"),
    ],
)
def test_no_cell_runs_as_a_formula(cell: str, safe: str) -> None:
    assert harmless(cell) == safe


def test_a_table_is_written_as_a_danish_spreadsheet_reads_it() -> None:
    written = Table(
        "t", ("Navn", "Antal"), (("Åse; Østergård", 3), ('"citat"', 1_000_000), ("=HYPERLINK(1)", -4))
    ).csv()
    assert written.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in written
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig")), delimiter=";"))
    assert rows == [["Navn", "Antal"], ["Åse; Østergård", "3"], ['"citat"', "1000000"], ["'=HYPERLINK(1)", "-4"]]


def test_a_table_whose_rows_do_not_fit_its_header_is_refused() -> None:
    with pytest.raises(ValueError, match="a row has 3 cells, the header 2"):
        Table("t", ("a", "b"), (("x", 1, 2),)).csv()


def _drawn(**options: object) -> ET.Element:
    given: dict[str, object] = {"labels": ("aug", "sep", "okt"), "values": (10, None, 20), "text": "Tre <måneder>"}
    return ET.fromstring(str(bar_chart(**{**given, **options})))  # type: ignore[arg-type] # noqa: S314 - our own


def test_the_chart_writes_each_figure_and_speaks() -> None:
    chart = _drawn(labels=("aug", "<b>", "okt"), values=(1234, None, 0))
    assert chart.findtext(f"{SVG}title") == "Tre <måneder>"
    assert [text.text for text in chart.iter(f"{SVG}text")] == ["1.234", "aug", "*", "<b>", "0", "okt"]


def test_nothing_can_be_measured_on_a_bar_that_is_not_shown() -> None:
    for most in (10, 10_000):
        bars = list(_drawn(values=(most, None, most // 2)).iter(f"{SVG}rect"))
        assert bars[1].get("height") == str(HIDDEN_HEIGHT)
        assert bars[1].get("fill") == "#fff"
        assert int(bars[0].get("height", "0")) == 2 * int(bars[2].get("height", "0"))


def test_the_chart_draws_its_target_and_never_leaves_its_frame() -> None:
    chart = _drawn(target=40)
    assert any(line.get("stroke-dasharray") for line in chart.iter(f"{SVG}path"))
    assert all(0 <= int(bar.get("y", "0")) <= FLOOR for bar in chart.iter(f"{SVG}rect"))
    assert not any(line.get("stroke-dasharray") for line in _drawn().iter(f"{SVG}path"))


@pytest.mark.parametrize(("labels", "values"), [((), ()), (("a",), (1, 2)), (("a",), (-1,))])
def test_a_chart_of_nothing_is_refused(labels: tuple[str, ...], values: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"labels|negative"):
        bar_chart(labels, values, "x")


def test_figures_are_written_the_danish_way() -> None:
    assert [tal(number) for number in (0, 999, 1000, 1_234_567, -1000)] == ["0", "999", "1.000", "1.234.567", "-1.000"]
    assert kroner(140_000_000) == "1.400.000 kr."
    assert kroner(140_000_050) == "1.400.000,50 kr."
    assert kroner(5) == "0,05 kr."
    assert kroner(-150) == "-1,50 kr."
    assert procent(73) == "73 %"
    assert tidspunkt("2026-06-30T22:15:09+00:00") == "1. juli 2026 kl. 00.15.09", "as it was in Denmark"
    assert dato("2026-05-01") == dato(dt.date(2026, 5, 1)) == "1. maj 2026"
    assert maaned("2026-10") == maaned("2026-10-01") == maaned(dt.date(2026, 10, 1)) == "oktober 2026"
    assert antal(1, "gang", "gange") == "1 gang"
    assert antal(1200, "gang", "gange") == "1.200 gange"
    assert [opremsning(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a og b", "a, b og c"]
