"""What a system is told of a paper, how that is signed, and where it may be sent. Plain values in and out.

Signed as Standard Webhooks 1.0 says (https://www.standardwebhooks.com/), so that its libraries verify it.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from service.platform.work.faults import Fault

MAX_URL = 500
MAX_WEBHOOKS = 5  # of a municipality, that are open at once
SECRET_BYTES = 32  # of the 24 to 64 that the standard allows
PREFIX = "whsec_"
ISSUED = "paper.issued"
GONE = 410  # by which a system says that it will never take that message


class UrlFault(StrEnum):
    """What is wrong with an address."""

    NO_ADDRESS = "no_address"
    NOT_HTTPS = "not_https"


def fault_of(url: str, *, production: bool) -> UrlFault | None:
    """What is wrong with the address of a system; None where nothing is. On loopback a demonstration needs no TLS.

    In production it is https at the port for it, under a name: an address of numbers has no certificate, and might lie beside us.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return UrlFault.NO_ADDRESS
    if not host or parts.username is not None or "#" in url or not url.isascii() or any(sign <= " " for sign in url):
        return UrlFault.NO_ADDRESS
    if parts.scheme == "https" and port in (None, 443) and "." in host and _ip(host) is None:
        return None
    address = _ip(host)
    if not production and parts.scheme == "http" and address is not None and address.is_loopback:
        return None
    return UrlFault.NOT_HTTPS


def _ip(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class PaperIssued:
    """What a system is told: which paper, and where it is fetched. No figure and no person."""

    municipality_code: str
    document_id: str
    number: str
    kind: str
    title: str
    issued_on: str  # ISO 8601
    sha256: str
    url: str  # where a program fetches it with its own key


def payload(issued: PaperIssued, issued_at: str) -> bytes:
    """The body of a message. The same paper gives the same bytes, however often it is sent."""
    told = {"type": ISSUED, "timestamp": issued_at, "data": asdict(issued)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def shown(secret: bytes) -> str:
    """A secret as its reader enters it."""
    return PREFIX + base64.b64encode(secret).decode()


def signed(secret: str, message_id: str, seconds: int, body: bytes) -> Mapping[str, str]:
    """The headers of a message that is sent at that second of Unix time, signed with a secret as it is shown."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    mac = hmac.digest(key, f"{message_id}.{seconds}.".encode() + body, "sha256")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def fault_of_answer(status: int) -> Fault | None:
    """What kind of fault an answer is; None where the message was taken. Any other system than ours may be mended, so it is tried again."""
    if 200 <= status < 300:
        return None
    return Fault.REFUSED if status == GONE else Fault.PUT_OFF
