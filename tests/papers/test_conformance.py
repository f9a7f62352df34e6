"""Every paper is PDF/A-3a and PDF/UA-1 at once, as veraPDF sees it, and its tag tree is what a screen reader should find."""

from __future__ import annotations

import io
import json
import warnings
from dataclasses import replace

import pikepdf
import pytest

from service.platform.documents import layout, structure
from service.platform.documents.letters import printable, printable_points
from service.platform.documents.paper import Paper
from service.platform.documents.renderer import render
from service.platform.documents.tags import elements, kids, marks, mend, plain
from tests.papers import samples
from tests.support.verapdf import PDF_A_3A, PDF_UA_1, assert_conforms, attachments, faults, tags

PROJECT_FONTS = ("Plex", "NotoArabic", "NotoEthiopic", "Further")


def text_of(pdf: bytes) -> str:
    """The words of a PDF, page after page."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_a_paper_with_every_part_conforms_to_both_profiles(pdf: bytes) -> None:
    assert_conforms(pdf)


def test_control_without_its_identification_it_is_no_pdf_ua(unmended: bytes, paper: Paper) -> None:
    left_out = mend(unmended, paper, ua=False)
    assert faults(left_out, PDF_A_3A) == []
    assert any(fault.startswith("5-1 ") for fault in faults(left_out, PDF_UA_1))


def test_a_table_over_several_pages_is_one_table(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        tables = list(elements(opened.Root.StructTreeRoot, "/Table"))
        long = tables[-1]
        pages = {cell.Pg.objgen for cell in elements(long, "/TD")}
        heads = list(elements(long, "/THead"))
        rows = list(elements(long, "/TR"))
        bodies = list(elements(long, "/TBody"))
    assert len(tables) == 2  # the facts, and the long one
    assert len(pages) >= 3
    assert len(heads) == 1
    assert len(bodies) == 1
    assert len(rows) == samples.ROWS + 1


def test_control_without_mending_it_is_a_table_for_each_page(unmended: bytes, paper: Paper, pdf: bytes) -> None:
    assert tags(mend(unmended, paper, joined=False))["Table"] >= tags(pdf)["Table"] + 2


def test_lists_and_paragraphs_that_a_page_parts_are_one(unmended: bytes, paper: Paper, pdf: bytes) -> None:
    loose, whole = tags(mend(unmended, paper, joined=False)), tags(pdf)
    assert loose["L"] > whole["L"] == 2  # the key figures and the list
    assert loose["P"] > whole["P"]
    assert whole["LI"] == 2 + len(paper.facts["points"])


@pytest.fixture(scope="module")
def cut() -> tuple[Paper, bytes]:
    """What page breaks cut wherever they can, as WeasyPrint leaves it."""
    from tests.papers.sample_render_process import extend

    extend()
    paper = samples.paper("cut.html")
    with warnings.catch_warnings(action="ignore"):
        return paper, layout.raw(paper)


def test_what_a_page_break_cuts_is_whole_again(cut: tuple[Paper, bytes]) -> None:
    paper, raw = cut
    mended = mend(raw, paper)
    assert_conforms(mended)
    with pikepdf.open(io.BytesIO(mended)) as opened:
        rows = [len(kids(row)) for row in elements(next(elements(opened.Root.StructTreeRoot, "/Table")), "/TR")]
        assert len(opened.pages) > 10
    assert rows == [3, 3, 3, 3]


def test_control_what_a_page_break_cuts_is_found_by_us_as_by_verapdf(cut: tuple[Paper, bytes]) -> None:
    paper, raw = cut
    left = mend(raw, paper, joined=False)
    with pikepdf.open(io.BytesIO(left)) as opened:
        found = set(structure.faults(plain(opened.Root.StructTreeRoot)))
    theirs = {fault.split()[0] for fault in faults(left, PDF_UA_1)}
    assert "7.2-20" in theirs
    assert any("LI holds" in fault for fault in found)


def test_cells_say_what_they_head_and_are_found_by_name(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        root = opened.Root.StructTreeRoot
        long = list(elements(root, "/Table"))[-1]
        scopes = [str(head.A.Scope) for head in elements(long, "/TH")]
        named = {bytes(name) for name in list(root.IDTree.Names)[::2]}
        asked = {bytes(name) for cell in elements(long, "/TD") for name in cell.A.Headers}
    assert scopes == ["/Column", "/Column"] + ["/Row"] * samples.ROWS
    assert asked <= named
    assert len(asked) == samples.ROWS + 1  # the rows' heads, and the one head of the column on every page


def loose_marks(pdf: bytes) -> int:
    """How many pieces of content are marked as content and held by no element of the tag tree."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        held = set(marks(opened.Root.StructTreeRoot))
        printed = {
            (page.objgen, int(one.operands[1].MCID))
            for page in opened.pages
            for one in pikepdf.parse_content_stream(page)
            if str(one.operator) == "BDC" and "/MCID" in one.operands[1]
        }
    assert held <= printed
    return len(printed - held)


def test_page_heads_and_repeated_table_heads_are_decoration(pdf: bytes, unmended: bytes) -> None:
    assert loose_marks(pdf) == 0
    assert loose_marks(unmended) >= 4, "control: what stands on every page hangs loose before mending"
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    assert text_of(pdf).count("Dokument 0580-2026-0001") == pages, "and yet they are printed on each page"


def test_the_picture_has_its_text(pdf: bytes, paper: Paper) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        figures = [str(figure.Alt) for figure in elements(opened.Root.StructTreeRoot, "/Figure")]
    assert figures == [paper.facts["chart"]["text"]]


def test_facts_and_tables_are_embedded(pdf: bytes, paper: Paper) -> None:
    found = {name: (relation, content) for name, relation, content in attachments(pdf)}
    assert found == {
        "facts.json": ("Source", paper.facts_json()),
        "navne.csv": ("Data", paper.tables[0].csv()),
        "formler.csv": ("Data", paper.tables[1].csv()),
    }
    assert json.loads(found["facts.json"][1])["names"] == list(samples.NAMES)


def test_the_file_says_what_it_is(pdf: bytes, paper: Paper) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == "da"
        assert str(opened.docinfo.Title) == paper.title
        assert str(opened.docinfo.CreationDate).startswith("D:20261101")
        with opened.open_metadata() as metadata:
            assert metadata["dc:title"] == paper.title
        assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)


@pytest.mark.gate("1.2.1", "1.3.7")
def test_names_of_all_scripts_are_printed_and_markup_is_text(pdf: bytes) -> None:
    words = text_of(pdf)
    for name in ("Åse Ærøgaard-Østergård", "ተስፋይ ገብረእየሱስ", "Олександр Їжакевич", "Γιώργος Παπάς", "Đỗ Thị Nguyễn"):
        assert name in words
    assert "<b>Fed</b> & <script>alert(1)</script>" in words
    assert "{{ 7 * 7 }}" in words
    assert "Amalneddirh" in words  # nothing turns the direction around
    for name in ("王小明", "김민준", "さくら", "Smil \U0001f600"):
        assert name in words
    assert "[U+0E44][U+0E17][U+0E22]" in words, "what no font has is named"


def test_only_the_projects_fonts_are_in_the_file(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        names = {
            str(one.BaseFont)
            for one in opened.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"
        }
    assert names
    assert all(name.partition("+")[2].startswith(PROJECT_FONTS) for name in names), names


@pytest.mark.timeout(300)
def test_every_letter_the_fonts_have_conforms(rendering: None) -> None:
    """Each fifth letter alone, and marks on letters of other scripts, which have no picture together."""
    letters = [chr(point) for point in sorted(printable_points())]
    marks = [
        letter
        for letter in letters
        if "\u0300" <= letter <= "\u036f" or "\u064b" <= letter <= "\u0655" or "\u135d" <= letter <= "\u135f"
    ]
    lines = [" ".join(letters[at : at + 60]) for at in range(0, len(letters), 300)]
    lines += [" ".join(letter + mark for mark in marks) for letter in "aQбםተ1("]
    assert_conforms(render(samples.paper("names.html", names=lines))[0])


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("e\u0301", "é"),
        ("a\u202eb\u2066c\u2069", "abc"),
        ("\x00\x07a\ufeff", "a"),
        ("\U0001f600\ufe0f", "\U0001f600"),
        ("\U0001f44b\U0001f3fd 1\ufe0f\u20e3", "\U0001f44b 1"),
        ("\U0001f469\u200d\U0001f467", "\U0001f469\u200d\U0001f467"),
        ("\ue000 \u738b \u0e17", "[U+E000] \u738b [U+0E17]"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Sønder\u00adjylland", "Sønder\u00adjylland"),
    ],
)
def test_what_cannot_be_printed_is_named_or_left_out(given: str, printed: str) -> None:
    assert printable(given) == printed


def test_a_paper_without_tables_conforms(rendering: None, paper: Paper) -> None:
    assert_conforms(render(replace(paper, template="names.html", tables=()))[0])
