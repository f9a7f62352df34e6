"""A seal holds every byte of a paper, which conforms with it as it did without, and begins with the bytes that were laid out."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import NumberObject, pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from config.settings import SettingsError
from service.platform.documents import sealing, seals
from service.platform.documents.rules import Seal, SealState
from service.platform.documents.sealing import PaperSealer, Sealed, SealingWaits, open_key
from tests.support.sealing import Authority, authority, settings_of
from tests.support.verapdf import assert_conforms


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> PaperSealer:
    """A seal of a demonstration."""
    return PaperSealer(open_key(settings_of(tmp_path_factory.mktemp("key"))), None)


@pytest.fixture(scope="module")
def sealed(pdf: bytes, key: PaperSealer) -> Sealed:
    """The sample with its seal."""
    return key.seal((pdf, "1"))


@pytest.fixture
def told() -> Iterator[Authority]:
    """An authority that issues certificates and says when something was sealed."""
    with authority() as found:
        yield found


def seal_of(content: bytes) -> Seal:
    """The seal of a file that has one."""
    found = seals.look(content)
    assert found is not None
    return found


def test_a_sealed_paper_conforms_to_both_profiles(sealed: Sealed) -> None:
    assert_conforms(sealed.content)


def test_it_begins_with_the_bytes_that_were_laid_out(sealed: Sealed, pdf: bytes) -> None:
    assert sealed.unsealed_size == len(pdf)
    assert sealed.content[: sealed.unsealed_size] == pdf
    assert len(sealed.content) - len(pdf) < 10_000


def test_the_seal_says_whose_it_is_and_when_and_what_it_covers(sealed: Sealed) -> None:
    found = seal_of(sealed.content)
    assert found.state is SealState.WHOLE
    assert found.by == "Partnerskab, demonstration"
    assert found.at is not None
    assert abs(dt.datetime.now(dt.UTC) - found.at) < dt.timedelta(hours=1)
    assert not found.stamped
    assert found.covers == sealed.covers
    assert Seal.from_plain(found.to_plain()) == found


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"/Contents <" + b"30" * 600 + b">"])
def test_what_has_no_seal_has_none(content: bytes, pdf: bytes) -> None:
    assert seals.look(content) is None
    assert seals.look(pdf) is None


def test_one_bit_changed_anywhere_breaks_it(sealed: Sealed) -> None:
    content = sealed.content
    for at in (20, *range(len(content) // 9, len(content), len(content) // 9), len(content) - 3):
        changed = bytearray(content)
        changed[at] ^= 1
        found = seals.look(bytes(changed))
        assert found is None or found.state is not SealState.WHOLE, at


def _saved(content: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as opened:
        change(opened)
        out = io.BytesIO()
        opened.save(out)
        return out.getvalue()


def _turned(opened: pikepdf.Pdf) -> None:
    opened.pages[0].Rotate = 180


def _without_a_page(opened: pikepdf.Pdf) -> None:
    del opened.pages[1]


def _another_attachment(opened: pikepdf.Pdf) -> None:
    opened.Root.AF[0].EF.F.write(b"{}")


@pytest.mark.parametrize("change", [_turned, _without_a_page, _another_attachment, lambda _opened: None])
def test_what_is_changed_and_saved_anew_is_broken_and_still_known(
    sealed: Sealed, change: Callable[[pikepdf.Pdf], object]
) -> None:
    found = seal_of(_saved(sealed.content, change))
    assert found.state is SealState.BROKEN
    assert found.covers == sealed.covers


def test_what_is_added_after_the_seal_is_told(sealed: Sealed, key: PaperSealer) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed.content))
    page, _place = writer.find_page_for_modification(0)
    page.get_object()[pdf_name("/Rotate")] = NumberObject(180)
    writer.mark_update(page)
    out = io.BytesIO()
    writer.write(out)
    turned = out.getvalue()
    assert turned.startswith(sealed.content)
    sealed_again = key.seal((_unnamed(sealed.content), "1"))
    for content in (turned, sealed.content + b"\n", sealed.content + b"%%EOF\n", sealed_again.content):
        found = seal_of(content)
        assert found.state is not SealState.WHOLE
        assert found.covers == sealed.covers
    assert seal_of(turned).state is SealState.ADDED


def _unnamed(content: bytes) -> bytes:
    """The file with its seal's field called otherwise by an addition, so that another can be set."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    field = writer.root["/AcroForm"]["/Fields"].raw_get(0)
    field.get_object()[pdf_name("/T")] = pdf_string("Før")
    writer.mark_update(field)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_seal_moved_to_another_paper_is_broken(sealed: Sealed) -> None:
    start, end = sealed.content.rindex(b"/Contents"), sealed.content.rindex(b">", 0, sealed.content.rindex(b"xref"))
    other = b"%PDF-1.7\n1 0 obj\n<< " + sealed.content[start : end + 1] + b" >>\nendobj\n"
    found = seal_of(other)
    assert found.state is SealState.BROKEN
    assert found.covers == sealed.covers


def test_poppler_finds_it_valid(sealed: Sealed, tmp_path: Path) -> None:
    broken = sealed.content.replace(b"%PDF-1.7", b"%PDF-1.6", 1)
    for content, said in (
        (sealed.content, "Signature is Valid"),
        (broken, "Digest Mismatch"),
        (sealed.content + b"\n", "Not total document signed"),
    ):
        (tmp_path / "a.pdf").write_bytes(content)
        asked = ["pdfsig", "-nocert", str(tmp_path / "a.pdf")]
        assert said in subprocess.run(asked, capture_output=True, text=True, check=False).stdout


def test_an_authority_says_when_and_that_the_certificate_was_not_called_back(
    pdf: bytes, told: Authority, tmp_path: Path
) -> None:
    made = sealing._stamper(f"{told.url}/tid")
    content = PaperSealer(open_key(told.sealing(tmp_path)), made).seal((pdf, "1")).content
    found = seal_of(content)
    assert found.state is SealState.WHOLE
    assert found.stamped
    assert found.by == "Prøve-segl"
    assert told.asked.count("/tid") == 2, "once for how long an answer is, once for the paper"
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert len(opened.Root.DSS.CRLs) == 1, "B-LT"
    assert_conforms(content)


def test_where_nobody_tells_what_was_called_back_it_is_sealed_without(
    pdf: bytes, told: Authority, tmp_path: Path
) -> None:
    told.away = True
    content = PaperSealer(open_key(told.sealing(tmp_path)), None).seal((pdf, "1")).content
    assert told.asked == []
    assert seal_of(content).state is SealState.WHOLE
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert "/DSS" not in opened.Root


def test_nothing_is_sealed_with_what_was_called_back(pdf: bytes, told: Authority, tmp_path: Path) -> None:
    revoked = open_key(told.sealing(tmp_path, called_back=True))
    with pytest.raises(SealingWaits, match="called back"):
        PaperSealer(revoked, None).seal((pdf, "1"))


def test_an_authority_that_is_away_is_waited_for(pdf: bytes, told: Authority, tmp_path: Path) -> None:
    stamper = sealing._stamper(f"{told.url}/tid")
    told.away = True
    with pytest.raises(SealingWaits, match="SEAL_TSA_URL"):
        PaperSealer(open_key(settings_of(tmp_path)), stamper).seal((pdf, "1"))
    with pytest.raises(SealingWaits, match="SEAL_TSA_URL"):
        sealing._stamper(f"{told.url}/anden")


def test_a_key_that_cannot_be_used_is_named(told: Authority, tmp_path: Path) -> None:
    assert open_key(told.sealing(tmp_path)) is not None, "control"
    with pytest.raises(SettingsError, match=r"^SEAL_KEY_PASSWORD "):
        open_key(told.sealing(tmp_path, password="et-andet"))
    with pytest.raises(SettingsError, match=r"^SEAL_KEY_FILE has a certificate that ended on"):
        open_key(told.sealing(tmp_path, ends=-dt.timedelta(days=1)))
    (tmp_path / "tom.p12").write_bytes(b"")
    with pytest.raises(SettingsError, match=r"^SEAL_KEY_PASSWORD "):
        open_key(settings_of(tmp_path, seal_key_file=str(tmp_path / "tom.p12")))
