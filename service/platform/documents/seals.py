"""What a seal says of a file: whether it holds every byte, who set it and when. Reads the bytes it is given and nothing else.

A seal is a PAdES signature of ours (`sealing`). It is judged more strictly than a signature of a person need be: a paper of ours is
finished when it is sealed, so whatever came after it is a change, whether a reader would call it allowed or not. Whether a seal is
ours nobody can tell by the name in it, which anyone can write: `operations.check` asks which paper of ours it was set on.

Files come from strangers: outside tests they are read in a process apart (`seal_process`).
"""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from service.platform.documents.apart import apart
from service.platform.documents.rules import Seal, SealState

_CONTENTS = re.compile(rb"/Contents\s*<([0-9A-Fa-f]{512,})>")  # a signature as a PDF keeps it; never compressed


def look(content: bytes) -> Seal | None:
    """The seal of a file; None where it has none."""
    signed = _signed(content)
    if signed is None:
        return None
    certificate, stamp = certificate_of(signed), _stamp(signed)
    state, told = _judged(content, certificate)
    return Seal(
        state=state,
        by=name_of(certificate),
        fingerprint=certificate.sha256.hex(),
        at=stamp["gen_time"].native if stamp is not None else told,
        stamped=stamp is not None,
        covers=_covers(signed),
    )


def covers(content: bytes) -> str | None:
    """The SHA-256 of what the seal of a file covers, as the seal itself says; None where there is no seal."""
    signed = _signed(content)
    return None if signed is None else _covers(signed)


def _signed(content: bytes) -> Any:
    """The signature of a file, found whatever else became of the file; None where there is none that says what it covers and by whom."""
    for found in _CONTENTS.finditer(content):
        try:
            signed = cms.ContentInfo.load(bytes.fromhex(found[1].decode()))["content"]
            if _covers(signed) and certificate_of(signed) is not None:
                return signed
        except (ValueError, TypeError, KeyError, IndexError):  # no signature, or one in pieces
            continue
    return None


def _covers(signed: Any) -> str:
    said = {one["type"].native: one["values"][0].native for one in signed["signer_infos"][0]["signed_attrs"]}
    digest: bytes = said["message_digest"]
    return digest.hex()


def certificate_of(signed: Any) -> Any:
    """The certificate that a signature names as its own; None where it does not come along."""
    named = signed["signer_infos"][0]["sid"].chosen
    for one in signed["certificates"]:
        own = one.chosen
        if (own.issuer, own.serial_number) == (named["issuer"], named["serial_number"].native):
            return own
    return None


def name_of(certificate: Any) -> str:
    """What a certificate calls whoever it is of."""
    subject = certificate.subject.native
    names = (subject.get(part) for part in ("common_name", "organization_name"))
    return ", ".join(str(name) for name in names if name) or certificate.subject.human_friendly


def _stamp(signed: Any) -> Any:
    """What a time stamp authority says of a signature; None where none was asked."""
    for one in signed["signer_infos"][0]["unsigned_attrs"] or ():
        if one["type"].native == "signature_time_stamp_token":
            return one["values"][0]["content"]["encap_content_info"]["content"].parsed
    return None


def _judged(content: bytes, certificate: Any) -> tuple[SealState, dt.datetime | None]:
    """Whether a signature holds every byte, and when it says that it was made.

    Its certificate is believed: whose it is, and whether it has run out since, says nothing about the bytes.
    """
    believed = ValidationContext(trust_roots=[certificate], allow_fetching=False)
    try:
        found = PdfFileReader(io.BytesIO(content)).embedded_signatures
        status = apart(lambda: validate_pdf_signature(found[0], believed, skip_diff=True))
    except Exception:  # what a stranger's file may raise has no end; one that cannot be read is not as it was sealed
        return SealState.BROKEN, None
    stamp = status.timestamp_validity
    if not (status.intact and status.valid and (stamp is None or (stamp.intact and stamp.valid))):
        return SealState.BROKEN, status.signer_reported_dt
    whole = len(found) == 1 and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return SealState.WHOLE if whole else SealState.ADDED, status.signer_reported_dt
