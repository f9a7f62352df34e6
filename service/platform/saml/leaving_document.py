"""A provider's request to end what somebody is signed in to, and its answer to ours, as documents. Bytes in, plain values out.

Neither is signed within: the address that it came in is (`redirected.py`), and with it all of the document.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from service.platform.saml.document import MAX_BYTES, SAML, SAMLP, moment, text, value_of
from service.platform.saml.faults import AnswerFault, NotTaken
from service.platform.saml.safe_xml import NotSafe, parsed


@dataclass(frozen=True, slots=True)
class LeavingRequest:
    """Who is to be signed out, of what."""

    id: str
    issuer: str
    destination: str
    issued_at: dt.datetime | None
    not_on_or_after: dt.datetime | None
    name: str  # "" where it is not said, or encrypted
    sessions: frozenset[str]  # as the provider calls them; none: all of them


@dataclass(frozen=True, slots=True)
class LeavingAnswer:
    """What became of a request of ours."""

    issuer: str
    destination: str
    in_response_to: str
    status: str


def request(data: bytes) -> LeavingRequest:
    """A request to sign somebody out. Raises NotTaken for another form."""
    root = _root(data, "LogoutRequest")
    return LeavingRequest(
        root.get("ID", ""),
        text(root.find(f"{SAML}Issuer")),
        root.get("Destination", ""),
        moment(root.get("IssueInstant")),
        moment(root.get("NotOnOrAfter")),
        text(root.find(f"{SAML}NameID")),
        frozenset(text(each) for each in root.findall(f"{SAMLP}SessionIndex")),
    )


def answer(data: bytes) -> LeavingAnswer:
    """An answer to a request of ours. Raises NotTaken for another form."""
    root = _root(data, "LogoutResponse")
    return LeavingAnswer(
        text(root.find(f"{SAML}Issuer")),
        root.get("Destination", ""),
        root.get("InResponseTo", ""),
        value_of(root, f"{SAMLP}Status/{SAMLP}StatusCode"),
    )


def _root(data: bytes, what: str) -> Element:
    try:
        root = parsed(data, MAX_BYTES)
    except NotSafe as error:
        raise NotTaken(AnswerFault.MALFORMED) from error
    one_each = (f"{SAML}Issuer", f"{SAML}NameID", f"{SAMLP}Status")
    if root.tag != f"{SAMLP}{what}" or root.get("Version") != "2.0" or not root.get("ID"):
        raise NotTaken(AnswerFault.MALFORMED)
    if any(len(root.findall(each)) > 1 for each in one_each):
        raise NotTaken(AnswerFault.MALFORMED)
    return root
