"""What is held to of a request to sign somebody out, and of an answer to ours, before anybody asks whether they are signed."""

from __future__ import annotations

import base64
import datetime as dt
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest

from service.platform.saml import leaving_document, leaving_rules, redirected
from service.platform.saml.document import MAX_BYTES
from service.platform.saml.faults import AnswerFault, NotTaken
from service.platform.saml.leaving_document import LeavingAnswer, LeavingRequest

NOW = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
MINUTES, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)
DONE = "urn:oasis:names:tc:SAML:2.0:status:Success"
ISSUER, ADDRESS = "https://idp.kommune.example/saml", "https://partnerskab.example/log-ud/saml"
ASKED = LeavingRequest("_1", ISSUER, ADDRESS, NOW, None, "anna", frozenset())


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({}, None),
        ({"issued_at": NOW - 8 * MINUTES + SECOND, "not_on_or_after": NOW - 3 * MINUTES + SECOND}, None),
        ({"issued_at": NOW + 3 * MINUTES, "name": "a" * 256}, None),
        ({"name": "a"}, None),
        ({"destination": ""}, AnswerFault.DESTINATION),
        ({"issued_at": None}, AnswerFault.TIME),
        ({"issued_at": NOW - 8 * MINUTES}, AnswerFault.TIME),
        ({"issued_at": NOW + 3 * MINUTES + SECOND}, AnswerFault.TIME),
        ({"not_on_or_after": NOW - 3 * MINUTES}, AnswerFault.TIME),
        ({"name": ""}, AnswerFault.SUBJECT),
        ({"name": "a" * 257}, AnswerFault.SUBJECT),
    ],
)
def test_a_request_is_for_us_of_now_and_of_somebody(changed: dict[str, Any], fault: AnswerFault | None) -> None:
    asked = LeavingRequest(**{name: getattr(ASKED, name) for name in ASKED.__slots__} | changed)
    assert fault_of(lambda: leaving_rules.hold_to_leaving(asked, ADDRESS, NOW)) is fault


def test_a_request_is_remembered_as_long_as_it_could_be_taken() -> None:
    later = [minute * MINUTES for minute in range(-20, 20)]
    taken = [at for at in later if not fault_of(partial(leaving_rules.hold_to_leaving, ASKED, ADDRESS, NOW + at))]
    assert (min(taken), max(taken)) == (-3 * MINUTES, 7 * MINUTES)
    assert leaving_rules.REMEMBERED == 11 * MINUTES, "to the end of the last of them"


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (LeavingAnswer(ISSUER, ADDRESS, "_1", DONE), None),
        (LeavingAnswer("another", ADDRESS, "_1", DONE), AnswerFault.ISSUER),
        (LeavingAnswer(ISSUER, "", "_1", DONE), AnswerFault.DESTINATION),
        (LeavingAnswer(ISSUER, ADDRESS, "_2", DONE), AnswerFault.UNSOLICITED),
        (LeavingAnswer(ISSUER, ADDRESS, "_1", "urn:oasis:names:tc:SAML:2.0:status:Responder"), AnswerFault.STATUS),
    ],
)
def test_an_answer_is_to_our_request_and_that_it_is_done(answer: LeavingAnswer, fault: AnswerFault | None) -> None:
    assert fault_of(lambda: leaving_rules.hold_to_left(answer, ISSUER, ADDRESS, "_1")) is fault


def fault_of(does: Callable[[], object]) -> AnswerFault | None:
    """Why something is not taken; None where it is."""
    try:
        does()
    except NotTaken as refusal:
        return refusal.fault
    return None


def address_of(document: bytes, **more: str) -> str:
    """The address of a document, as a provider writes it; not signed by anybody."""
    packed = zlib.compress(document, wbits=-15)
    return urlencode({"SAMLRequest": base64.b64encode(packed).decode(), "SigAlg": "x", "Signature": "eA==", **more})


@pytest.mark.parametrize(
    "query",
    [
        "",
        "SAMLRequest=%25&SigAlg=x&Signature=eA==",
        "SAMLRequest=eA==&SigAlg=x&Signature=eA==",
        f"{address_of(b'<a/>')}&SAMLRequest=eA==",
        address_of(b"<a/>", Signature="x"),
        address_of(b"a" * (MAX_BYTES + 1)),
        address_of(b"<a/>", RelayState="a" * redirected.MAX_ADDRESS),
    ],
)
def test_another_form_of_address_is_not_read(query: str) -> None:
    assert fault_of(lambda: redirected.read(query, redirected.REQUEST)) is AnswerFault.MALFORMED


def test_what_is_signed_is_the_address_as_it_was_written() -> None:
    """Programs write `%3a` as well as `%3A`, and in another order."""
    request = address_of(b"<a/>").partition("&")[0]
    sent = redirected.read(f"Signature=eA%3d%3d&SigAlg=urn%3aa&other=1&{request}", redirected.REQUEST)
    assert (sent.signed, sent.method) == (f"{request}&SigAlg=urn%3aa".encode(), "urn:a")


PROTOCOL = "xmlns:p='urn:oasis:names:tc:SAML:2.0:protocol' xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion'"


@pytest.mark.parametrize(
    "document",
    [
        "Danmark",
        "<LogoutRequest ID='_1' Version='2.0'/>",
        f"<p:LogoutResponse {PROTOCOL} ID='_1' Version='2.0'/>",
        f"<p:LogoutRequest {PROTOCOL} Version='2.0'/>",
        f"<p:LogoutRequest {PROTOCOL} ID='_1' Version='1.1'/>",
        f"<p:LogoutRequest {PROTOCOL} ID='_1' Version='2.0'><a:NameID>a</a:NameID><a:NameID>b</a:NameID></p:LogoutRequest>",
    ],
)
def test_another_form_of_request_is_not_read(document: str) -> None:
    assert fault_of(lambda: leaving_document.request(document.encode())) is AnswerFault.MALFORMED
