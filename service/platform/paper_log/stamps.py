"""What a time stamp authority says of a checkpoint (RFC 3161): that it had seen it by a moment. Reads bytes, no database, no network.

What is stamped is the signed note, to the byte, as everybody fetches it. A stamp is kept and given away as the answer that the authority
would send (`TimeStampResp`), which any program for time stamps reads. Its certificate is believed here: whose it is, and whether it is to
be trusted, is for whoever checks, who is told its name and its SHA-256.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from dataclasses import dataclass

from service.platform.paper_log.notes import NotOne

MAX_STAMP = 100_000  # bytes


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """When an authority had seen a checkpoint, what its certificate calls itself, and the certificate's SHA-256."""

    at: dt.datetime
    by: str
    fingerprint: str


def digest_of(note: str) -> bytes:
    """What of a note an authority is shown: its SHA-256."""
    return hashlib.sha256(note.encode()).digest()


def answer_of(token: bytes) -> bytes:
    """A time stamp token as the answer of an authority that has granted it."""
    from asn1crypto import cms, tsp

    granted = {"status": {"status": "granted"}, "time_stamp_token": cms.ContentInfo.load(token)}
    content: bytes = tsp.TimeStampResp(granted).dump()
    return content


def opened(answer: bytes, note: str) -> TimeStamp:
    """What an authority's answer says of a note. Raises NotOne where it is none, or of something else."""
    from asn1crypto import tsp
    from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
    from pyhanko_certvalidator import ValidationContext

    from service.platform.documents.apart import apart
    from service.platform.documents.seals import certificate_of, name_of

    if len(answer) > MAX_STAMP:
        raise NotOne("it is larger than a time stamp is")
    try:
        signed = tsp.TimeStampResp.load(answer, strict=True)["time_stamp_token"]["content"]
        certificate = certificate_of(signed)
        believed = ValidationContext(trust_roots=[certificate], allow_fetching=False)
        checked = validate_tst_signed_data(signed, believed, lambda name: hashlib.new(name, note.encode()).digest())
        found = apart(lambda: asyncio.run(checked))
    except Exception as error:  # what a stranger's file may raise has no end
        raise NotOne("it is no time stamp") from error
    if not (found["intact"] and found["valid"]):
        raise NotOne("it is not of this checkpoint, or not as it was set")
    return TimeStamp(found["timestamp"], name_of(certificate), certificate.sha256.hex())
