"""Seal papers: an invisible PAdES signature of the service's own over every byte, so that anyone can see that none was changed.

It stands behind the paper as an addition to the file: the paper as it was laid out is the file's beginning, the same bytes from the
same facts. It is put in where papers are made, by a worker, which reads the key once; the process that lays papers out never has it.

A time stamp is asked for where `SEAL_TSA_URL` names an authority, and what shows that the certificate was not called back is put in
where the certificate says where to ask (PAdES B-LT; else B-T or B-B). No DocMDP: it would forbid the time stamps of an archive.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from cryptography.hazmat.primitives.serialization import pkcs12
from flask import current_app

from config.settings import Settings, SettingsError
from service.platform.documents.apart import apart
from service.platform.documents.renderer import Rendered
from service.platform.work.faults import Fault
from tenants.database import now

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko.sign.timestamps import TimeStamper

log = structlog.get_logger()
FIELD, DIGEST = "Segl", "sha256"
TSA_SECONDS = 10


class SealingWaits(RuntimeError):
    """Nothing can be sealed now: the key is not to be used, or the time stamp authority does not answer. The paper waits for it."""

    fault = Fault.AWAY


@dataclass(frozen=True, slots=True)
class Sealed:
    """A paper as it is issued."""

    content: bytes
    renderer_version: str
    unsealed_size: int | None = None  # of its beginning, the paper as it was laid out; None where no seal was set
    covers: str | None = None  # the SHA-256 of what the seal covers


@dataclass(frozen=True, slots=True)
class PaperSealer:
    """What papers are sealed with; without a key, nothing."""

    key: SimpleSigner | None
    stamper: TimeStamper | None

    def seal(self, rendered: Rendered) -> Sealed:
        """The paper with its seal. Raises SealingWaits."""
        content, version = rendered
        if self.key is None:
            return Sealed(content, version)
        from service.platform.documents.seals import covers

        sealed = self._signed(content, self.key)
        return Sealed(sealed, version, len(content), covers(sealed))

    def _signed(self, content: bytes, key: SimpleSigner) -> bytes:
        from pyhanko.sign.general import SigningError
        from pyhanko_certvalidator.errors import RevokedError

        proofs = evidence(key, self.stamper)
        try:
            return self._set(content, key, proofs)
        except SigningError as error:
            if isinstance(error.__cause__, RevokedError):
                raise SealingWaits("SEAL_KEY_FILE: the certificate was called back; a new one is needed") from error
            if not proofs:
                raise
            log.warning("seal_without_evidence", error=str(error.__cause__ or error))
            return self._set(content, key, {})

    def _set(self, content: bytes, key: SimpleSigner, proofs: dict[str, Any]) -> bytes:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
        from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

        # PDF/A wants a field that is printed, PDF/UA one that is not on the page: it is to be printed, and stands beside the page.
        field = SigFieldSpec(FIELD, invis_sig_settings=InvisSigSettings(set_print_flag=True, box_out_of_bounds=True))
        about = PdfSignatureMetadata(field_name=FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm=DIGEST, **proofs)
        signer, out = PdfSigner(about, key, timestamper=self.stamper, new_field_spec=field), io.BytesIO()
        with _waiting_for_stamps():
            apart(lambda: signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(content)), output=out))
        return out.getvalue()


def sealer() -> PaperSealer:
    """What papers are sealed with here. Raises SealingWaits: before a paper is begun, so that no number is taken in vain."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.seal_key_file:
        return PaperSealer(None, None)
    try:
        key = open_key(settings)
    except SettingsError as error:
        raise SealingWaits(str(error)) from error
    return PaperSealer(key, _stamper(settings.seal_tsa_url) if settings.seal_tsa_url else None)


def time_stamp(digest: bytes) -> bytes:
    """What the time stamp authority says of a SHA-256 (RFC 3161): a token. Raises SealingWaits."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.seal_tsa_url:
        raise SealingWaits("SEAL_TSA_URL: names no authority any more")
    stamper = _stamper(settings.seal_tsa_url)
    with _waiting_for_stamps():
        token = apart(lambda: asyncio.run(stamper.async_timestamp(digest, DIGEST)))
    content: bytes = token.dump()
    return content


def open_key(settings: Settings) -> SimpleSigner | None:
    """The key to seal with, read once; None where none is named. Raises SettingsError for one that cannot be used."""
    last = ends_at(settings)
    if last is None:
        return None
    if last < now():
        raise SettingsError("SEAL_KEY_FILE", f"has a certificate that ended on {last:%Y-%m-%d}: a new one is needed")
    return _key(settings.seal_key_file, settings.seal_key_password)


def ends_at(settings: Settings) -> dt.datetime | None:
    """When the certificate ends that papers are sealed with; None where none is named. Raises SettingsError for no key at all."""
    if not settings.seal_key_file:
        return None
    certificate: Any = _key(settings.seal_key_file, settings.seal_key_password).signing_cert
    last: dt.datetime = certificate.not_valid_after
    return last


def warm_up(settings: Settings) -> None:
    """Read the key and load what seals, for all that this process forks. Raises SettingsError."""
    if open_key(settings) is not None:
        from service.platform.documents import seals  # noqa: F401


def evidence(key: SimpleSigner, stamper: TimeStamper | None) -> dict[str, Any]:
    """How a seal is set with what shows, long after, that its certificate was not called back; {} where nobody is named to ask.

    Whom to trust is the end of each chain that comes along, of the key's file and of the time stamps: this gathers, and judges nobody.
    """
    from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
    from pyhanko_certvalidator import ValidationContext

    certificate: Any = key.signing_cert
    if not (certificate.crl_distribution_points or certificate.ocsp_urls):
        return {}
    along = {*key.cert_registry, *(stamper.cert_registry if stamper else ())} - {certificate}
    ends = [one for one in along if one.self_issued or one.issuer.dump() not in {each.subject.dump() for each in along}]
    return {
        "embed_validation_info": True,
        "validation_context": ValidationContext(
            trust_roots=ends, other_certs=list(along), allow_fetching=True, revocation_mode="hard-fail"
        ),
        "signer_key_usage": set(),
        # In the same addition to the file as the seal, which so holds every byte.
        "dss_settings": DSSContentSettings(
            include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
        ),
    }


@cache
def _key(file: str, password: str) -> SimpleSigner:
    from pyhanko.sign.signers import SimpleSigner

    try:
        content = Path(file).read_bytes()
        key, certificate, _others = pkcs12.load_key_and_certificates(content, password.encode() or None)
    except OSError as error:
        raise SettingsError("SEAL_KEY_FILE", f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError("SEAL_KEY_PASSWORD", f"does not open {file}, or that is no PKCS#12 file") from error
    if key is None or certificate is None:
        raise SettingsError("SEAL_KEY_FILE", f"must hold a key and its certificate, {file} does not")
    signer: SimpleSigner = SimpleSigner.load_pkcs12_data(content, (), password.encode() or None)
    return signer


@cache
def _stamper(url: str) -> TimeStamper:
    """The time stamp authority, which has answered once: how long its answers are must be known before a paper is signed."""
    from pyhanko.sign.timestamps import HTTPTimeStamper

    stamper = HTTPTimeStamper(url, timeout=TSA_SECONDS)
    with _waiting_for_stamps():
        apart(lambda: asyncio.run(stamper.async_dummy_response(DIGEST)))
    return stamper


@contextmanager
def _waiting_for_stamps() -> Iterator[None]:
    """An authority that does not answer, or not with a time stamp, is waited for."""
    from pyhanko.sign.timestamps import TimestampRequestError

    try:
        yield
    except TimestampRequestError as error:
        raise SealingWaits(f"SEAL_TSA_URL: {error}") from error
