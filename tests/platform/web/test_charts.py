"""Charts: what is drawn says no more than the figures may."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask, render_template_string

from service.platform.web.charts import HIDDEN_HEIGHT, Figure, by_month
from tenants.calendar import months_back

MONTHS = months_back(dt.date(2026, 10, 1), 13)
DRAW = '{% import "ui.html" as ui %}{{ ui.chart(chart) }}'


def drawn(gallery_app: Flask, values: list[Figure], **options: int) -> str:
    """The chart of the last months as it stands in a page."""
    with gallery_app.test_request_context("/"):
        chart = by_month("c", "Møder", months_back(MONTHS[-1], len(values)), values, unit="Møder", **options)
        return render_template_string(DRAW, chart=chart)


def test_a_hidden_figure_is_neither_written_nor_measurable(gallery_app: Flask) -> None:
    with gallery_app.test_request_context("/"):
        chart = by_month("c", "Møder", MONTHS, [10, "hidden", 300, *[20] * 9, "hidden"])
    hidden = [bar for bar in chart.bars if bar.hidden]
    assert [bar.height for bar in hidden] == [HIDDEN_HEIGHT, HIDDEN_HEIGHT]
    assert {bar.shown for bar in hidden} == {"*"}
    assert "oktober 2026: " not in chart.description


def test_no_figure_zero_and_hidden_are_told_apart(gallery_app: Flask) -> None:
    page = drawn(gallery_app, [None, 0, "hidden", 7])
    assert page.count(">–<") == 2, "in the picture and in the table"
    assert page.count(">*<") == 1
    assert "vises ikke" in page
    assert "Der er intet tal for måneden." in page


def test_the_same_figures_stand_in_a_table_and_the_picture_is_told_in_words(gallery_app: Flask) -> None:
    page = drawn(gallery_app, [12, 1234], target=1000)
    assert "<table" in page
    assert "oktober 2026" in page
    assert page.count("1.234") >= 3
    assert "Flest i oktober 2026: 1.234." in page
    assert "Den stiplede linje er målet: 1.000." in page
    assert "style=" not in page


def test_only_hidden_figures_say_so(gallery_app: Flask) -> None:
    assert "Ingen af månederne har et tal, der kan vises." in drawn(gallery_app, ["hidden", None])


@pytest.mark.parametrize(
    ("count", "values"), [(0, []), (14, [1] * 14), (2, [1]), (1, [-1])], ids=["none", "too many", "uneven", "negative"]
)
def test_what_cannot_be_drawn_is_refused(gallery_app: Flask, count: int, values: list[Figure]) -> None:
    with gallery_app.test_request_context("/"), pytest.raises(ValueError, match=r"month|count"):
        by_month("c", "Møder", months_back(MONTHS[-1], count), values)
