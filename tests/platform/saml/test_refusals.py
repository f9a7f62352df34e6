"""The refusal table: each line is an answer of a real provider in which one thing is wrong, and why it is not taken.

What an assertion says of a person is held to rules (`test_rules.py`); this is about whether the provider said it, to us, now, and once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from saml2.saml import SCM_HOLDER_OF_KEY
from saml2.saml import Audience as SamlAudience

from service.platform.saml import rules
from service.platform.saml.document import MAX_BYTES
from service.platform.saml.faults import AnswerFault, NotTaken
from service.platform.saml.rules import SKEW
from service.platform.saml.safe_xml import MAX_DEPTH
from service.platform.web import tries
from tests.platform.saml.conftest import REQUEST, expected, known, refused, take
from tests.support.saml import SamlProvider, pair

Bend = Callable[[Any, Any], object]
WITH_SHA_256 = (
    b'xmlenc#rsa-oaep-mgf1p"><d:DigestMethod xmlns:d="http://www.w3.org/2000/09/xmldsig#"'
    b' Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/></ENC:EncryptionMethod>'
)
CIPHERS = ["http://www.w3.org/2009/xmlenc11#aes256-gcm", "http://www.w3.org/2001/04/xmlenc#aes256-cbc"]
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


def bent(where: str, name: str, value: Any) -> Bend:
    """Set one thing of an answer before it is signed: `where` says which part of it."""

    def bend(response: Any, assertion: Any) -> None:
        confirmation = assertion.subject.subject_confirmation[0]
        parts = {
            "response": response,
            "status": response.status.status_code,
            "response issuer": response.issuer,
            "assertion": assertion,
            "issuer": assertion.issuer,
            "name": assertion.subject.name_id,
            "confirmation": confirmation,
            "bearer": confirmation.subject_confirmation_data,
            "conditions": assertion.conditions,
            "audience": assertion.conditions.audience_restriction[0].audience[0],
            "statement": assertion.authn_statement[0],
        }
        setattr(parts[where], name, value)

    return bend


def another_audience(_response: Any, assertion: Any) -> None:
    """A second restriction, which we are not in."""
    also = SamlAudience(text="https://another.example")
    assertion.conditions.audience_restriction.append(
        type(assertion.conditions.audience_restriction[0])(audience=[also])
    )


def told(moment: dt.datetime) -> str:
    """A moment as it stands in an assertion."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
ELSEWHERE = "https://another.example/svar"
BENT: dict[str, tuple[AnswerFault, Bend]] = {
    "the provider refused": (
        AnswerFault.STATUS,
        bent("status", "value", "urn:oasis:names:tc:SAML:2.0:status:Responder"),
    ),
    "the answer is another provider's": (
        AnswerFault.ISSUER,
        bent("response issuer", "text", "https://idp.another.example"),
    ),
    "the assertion is another provider's": (AnswerFault.ISSUER, bent("issuer", "text", "https://idp.another.example")),
    "nobody asked for it": (AnswerFault.UNSOLICITED, bent("response", "in_response_to", None)),
    "another asked for the answer": (AnswerFault.UNSOLICITED, bent("response", "in_response_to", "_another")),
    "another asked for the assertion": (AnswerFault.UNSOLICITED, bent("bearer", "in_response_to", "_another")),
    "nobody asked for the assertion": (AnswerFault.UNSOLICITED, bent("bearer", "in_response_to", None)),
    "it is sent elsewhere": (AnswerFault.DESTINATION, bent("response", "destination", ELSEWHERE)),
    "it is sent nowhere": (AnswerFault.DESTINATION, bent("response", "destination", None)),
    "it is for another's address": (AnswerFault.DESTINATION, bent("bearer", "recipient", ELSEWHERE)),
    "it is for whoever has a key": (AnswerFault.DESTINATION, bent("confirmation", "method", SCM_HOLDER_OF_KEY)),
    "it is for another service": (AnswerFault.AUDIENCE, bent("audience", "text", "https://another.example")),
    "it is for any service": (AnswerFault.AUDIENCE, bent("conditions", "audience_restriction", [])),
    "it is for another service as well": (AnswerFault.AUDIENCE, another_audience),
    "it is over": (AnswerFault.TIME, bent("conditions", "not_on_or_after", told(NOW - DAY))),
    "it was to be handed over before": (AnswerFault.TIME, bent("bearer", "not_on_or_after", told(NOW - DAY))),
    "it holds for ever": (AnswerFault.TIME, bent("conditions", "not_on_or_after", None)),
    "it can be handed over for ever": (AnswerFault.TIME, bent("bearer", "not_on_or_after", None)),
    "it is not valid yet": (AnswerFault.TIME, bent("conditions", "not_before", told(NOW + DAY))),
    "it is not to be handed over yet": (AnswerFault.TIME, bent("bearer", "not_before", told(NOW + DAY))),
    "who they are was proved tomorrow": (
        AnswerFault.TIME,
        bent("statement", "authn_instant", told(NOW + DAY)),
    ),
    "the name is another each time": (
        AnswerFault.SUBJECT,
        bent("name", "format", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"),
    ),
    "there is no name": (AnswerFault.SUBJECT, bent("name", "text", "")),
    "the name is too long": (AnswerFault.SUBJECT, bent("name", "text", "a" * 257)),
    "it does not say when": (AnswerFault.MALFORMED, bent("statement", "authn_instant", "soon")),
    "it says no zone": (AnswerFault.MALFORMED, bent("statement", "authn_instant", "2026-11-30T12:00:00")),
    "it is of another version": (AnswerFault.MALFORMED, bent("response", "version", "1.1")),
    "two things have one id": (
        AnswerFault.MALFORMED,
        lambda response, assertion: setattr(assertion, "id", response.id),
    ),
}


@pytest.mark.parametrize("signs", [("assertion",), ("assertion", "response")])
@pytest.mark.parametrize("cipher", ["", *CIPHERS])
def test_what_is_right_is_taken(app: Flask, provider: SamlProvider, cipher: str, signs: tuple[str, ...]) -> None:
    """The control of every line."""
    data = provider.answer(REQUEST, encrypts=cipher, signs=signs)
    claims = take(app, provider, data, expected(), encrypted=bool(cipher))
    found = rules.said(claims, known(), NOW)
    assert found.without_role is None
    assert found.assertion.email == "signe.prove@kommune.example"


@pytest.mark.parametrize("line", BENT)
def test_what_is_bent_is_not_taken(app: Flask, provider: SamlProvider, line: str) -> None:
    fault, bend = BENT[line]
    data = provider.answer(REQUEST, bend=bend, encrypts="")
    assert refused(app, provider, data) is fault


@pytest.mark.gate("6.8.3")
def test_it_is_taken_once(app: Flask, provider: SamlProvider) -> None:
    """Whoever sends it a second time, from the same browser or another, as long as it holds."""
    data, first = provider.answer(REQUEST), expected()
    take(app, provider, data, first)
    for later in (dt.timedelta(0), 5 * MINUTE):
        with pytest.raises(NotTaken) as found:
            take(app, provider, data, replace(first, at=first.at + later))
        assert found.value.fault is AnswerFault.REPLAYED


def test_it_is_remembered_as_long_as_it_is_taken(
    app: Flask, provider: SamlProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds: list[int] = []
    monkeypatch.setattr(tries, "begin", lambda limit, _what, _whose: seconds.append(limit.get_expiry()))
    held_to = expected()
    claims = take(app, provider, provider.answer(REQUEST), held_to)
    assert claims.not_on_or_after
    assert held_to.at + dt.timedelta(seconds=seconds[0]) >= claims.not_on_or_after + SKEW


def test_the_clocks_may_differ_a_little(app: Flask, provider: SamlProvider) -> None:
    """It holds for five minutes, and three more for the clocks."""
    for later, taken in ((7 * MINUTE, True), (10 * MINUTE, False)):
        data, held_to = provider.answer(REQUEST), expected()
        then = replace(held_to, at=held_to.at + later)
        if taken:
            take(app, provider, data, then)
        else:
            assert refused(app, provider, data, then) is AnswerFault.TIME


def test_the_certificate_counts_and_not_the_one_in_the_answer(app: Flask, provider: SamlProvider) -> None:
    stranger = SamlProvider(provider.us, pair("stranger"))
    assert refused(app, provider, stranger.answer(REQUEST, encrypts="")) is AnswerFault.SIGNATURE
    assert refused(app, provider, stranger.answer(REQUEST), encrypted=True) is AnswerFault.UNREADABLE
    take(app, stranger, stranger.answer(REQUEST), expected())


@pytest.mark.parametrize(
    ("changed", "to"),
    [(b">Substantial<", b">High<"), (b"29189854<", b"29189846<"), (b"Signe ", b"Sigfred "), (b"0c11<", b"0c12<")],
)
def test_what_was_changed_on_the_way_is_not_taken(
    app: Flask, provider: SamlProvider, changed: bytes, to: bytes
) -> None:
    data = provider.answer(REQUEST, encrypts="")
    assert changed in data
    assert refused(app, provider, data.replace(changed, to)) is AnswerFault.SIGNATURE


def test_an_answer_that_is_signed_as_a_whole_is_whole(app: Flask, provider: SamlProvider) -> None:
    data = provider.answer(REQUEST, encrypts="", signs=("assertion", "response"))
    assert refused(app, provider, data.replace(b"<ns0:Status>", b"<ns0:Status> ")) is AnswerFault.SIGNATURE


@pytest.mark.gate("6.8.2")
def test_an_assertion_must_be_signed_itself(app: Flask, provider: SamlProvider) -> None:
    assert refused(app, provider, provider.answer(REQUEST, signs=(), encrypts="")) is AnswerFault.UNSIGNED
    assert refused(app, provider, provider.answer(REQUEST, signs=("response",), encrypts="")) is AnswerFault.UNSIGNED
    assert refused(app, provider, provider.answer(REQUEST, signs=()), encrypted=True) is AnswerFault.UNREADABLE


@pytest.mark.parametrize(
    "weak",
    [
        {"signed_by": "http://www.w3.org/2000/09/xmldsig#rsa-sha1"},
        {"digest": "http://www.w3.org/2000/09/xmldsig#sha1"},
        {"signed_by": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha224"},
        {"digest": "http://www.w3.org/2001/04/xmldsig-more#sha224"},
    ],
)
def test_a_method_that_is_trusted_no_more_signs_nothing(
    app: Flask, provider: SamlProvider, weak: dict[str, Any]
) -> None:
    assert refused(app, provider, provider.answer(REQUEST, encrypts="", **weak)) is AnswerFault.WEAK_SIGNATURE
    whole = provider.answer(REQUEST, encrypts="", signs=("response", "assertion"), **weak)
    assert refused(app, provider, whole) is AnswerFault.WEAK_SIGNATURE


def test_what_is_to_be_encrypted_is(app: Flask, provider: SamlProvider) -> None:
    assert refused(app, provider, provider.answer(REQUEST, encrypts=""), encrypted=True) is AnswerFault.UNENCRYPTED


def test_what_was_encrypted_for_another_is_not_opened(app: Flask, provider: SamlProvider) -> None:
    other = pair("another")
    for_another = SamlProvider(replace(provider.us, certificate_file=other.certificate_file), provider.pair)
    assert refused(app, provider, for_another.answer(REQUEST), encrypted=True) is AnswerFault.UNREADABLE


@pytest.mark.parametrize(
    ("cipher", "changed", "to"),
    [
        ("http://www.w3.org/2001/04/xmlenc#tripledes-cbc", b"", b""),
        (CIPHERS[0], b"xmlenc#rsa-oaep-mgf1p", b"xmlenc#rsa-1_5"),
        (CIPHERS[0], b"http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", b"http://www.w3.org/2009/xmlenc11#rsa-oaep"),
        (
            CIPHERS[0],
            b'xmlenc#rsa-oaep-mgf1p"/>',
            WITH_SHA_256,
        ),
    ],
)
def test_what_this_machine_cannot_open_is_told(
    app: Flask, provider: SamlProvider, cipher: str, changed: bytes, to: bytes
) -> None:
    """OAEP with SHA-256 among it, which Debian 12's xmlsec1 does not know."""
    data = provider.answer(REQUEST, encrypts=cipher)
    prefix = re.findall(rb"<(\w+):EncryptionMethod", data)[0]
    assert changed in data
    assert (
        refused(app, provider, data.replace(changed, to.replace(b"ENC", prefix)), encrypted=True)
        is AnswerFault.ENCRYPTION
    )


ASSERTION = re.compile(rb"<ns1:Assertion .*</ns1:Assertion>", re.DOTALL)
SIGNATURE = re.compile(rb"<ns2:Signature .*</ns2:Signature>", re.DOTALL)


def wrapped(data: bytes, place: str) -> bytes:
    """What was signed moved elsewhere, and a forged assertion where it is looked for: the known ways to wrap a signature."""
    signed = ASSERTION.findall(data)[0]
    bare, signature = SIGNATURE.sub(b"", signed), SIGNATURE.findall(signed)[0]
    forged = re.sub(rb' ID="[^"]+"', b' ID="_forged"', bare, count=1).replace(b"Signe ", b"Sigfred ")
    inside = forged.replace(b"</ns1:Issuer>", b"</ns1:Issuer>%s", 1)
    extensions = b"<ns0:Extensions>%s</ns0:Extensions><ns0:Status>"
    found = {
        "before it": signed.join([forged, b""]),
        "after it": signed + forged,
        "within it": forged.replace(b"</ns1:Assertion>", signed + b"</ns1:Assertion>"),
        "with the signature in the forged one": inside.replace(b"%s", signature) + bare,
        "within the signature": inside.replace(
            b"%s", signature.replace(b"</ns2:Signature>", bare + b"</ns2:Signature>")
        ),
        "as an object of the signature": inside.replace(
            b"%s", signature.replace(b"</ns2:Signature>", b"<ns2:Object>" + bare + b"</ns2:Object></ns2:Signature>")
        ),
        "among the extensions": forged,
        "under the same id": signed + forged.replace(b"_forged", re.findall(rb'ID="([^"]+)"', bare)[0]),
        "as advice": forged.replace(
            b"<ns1:AuthnStatement", b"<ns1:Advice>" + signed + b"</ns1:Advice><ns1:AuthnStatement", 1
        ),
    }[place]
    whole = ASSERTION.sub(lambda _: found, data)
    return (
        whole.replace(b"<ns0:Status>", extensions.replace(b"%s", signed), 1)
        if place == "among the extensions"
        else whole
    )


WRAPPED = [
    "before it",
    "after it",
    "within it",
    "with the signature in the forged one",
    "within the signature",
    "as an object of the signature",
    "among the extensions",
    "under the same id",
    "as advice",
]


@pytest.mark.gate("6.8.2")
@pytest.mark.parametrize("where", WRAPPED)
def test_a_signature_that_is_wrapped_covers_nothing(app: Flask, provider: SamlProvider, where: str) -> None:
    data = wrapped(provider.answer(REQUEST, encrypts=""), where)
    assert b"Sigfred" in data
    assert refused(app, provider, data) is AnswerFault.MALFORMED


@pytest.mark.parametrize("where", ["response", "assertion"])
def test_a_whole_answer_is_wrapped_no_better(app: Flask, provider: SamlProvider, where: str) -> None:
    """The signed answer within a forged one, or within the signature of that."""
    data = provider.answer(REQUEST, encrypts="", signs=("response", "assertion")).partition(b"?>")[2]
    forged = data.replace(b"Signe ", b"Sigfred ").replace(re.findall(rb'ID="([^"]+)"', data)[0], b"_forged", 1)
    end = b"</ns0:Response>" if where == "response" else b"</ns1:Assertion>"
    assert refused(app, provider, forged.replace(end, data.strip() + end)) is AnswerFault.MALFORMED


def test_control_the_signature_alone_would_let_it_through(provider: SamlProvider) -> None:
    """xmlsec1 finds what was signed wherever it was moved to: the form is what keeps it out."""
    from service.platform.saml import document, signatures
    from service.platform.saml.signatures import Signed

    data = provider.answer(REQUEST, encrypts="")
    claims = document.answer(data).claims
    assert claims is not None
    for place in ("among the extensions", "before it", "as advice"):
        signatures.hold_to_signature(wrapped(data, place), Signed.ASSERTION, claims.id, [provider.pair.certificate])


@pytest.mark.parametrize(
    ("changed", "to"),
    [
        (b"<ns0:Response ", b"<!DOCTYPE a><ns0:Response "),
        (b"<ns0:Response ", b'<!DOCTYPE a [<!ENTITY e "3f1f">]><ns0:Response '),
        (b"<ns0:Response ", b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a"><ns0:Response '),
        (b"3f1f9d2e", b"3f1f<!-- -->9d2e"),
        (b"<ns0:Status>", b"<!-- --><ns0:Status>"),
        (b"<ns0:Status>", b"<?a?><ns0:Status>"),
        (
            b"<ns0:Status>",
            b"<ns0:Extensions>" + b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH + b"</ns0:Extensions><ns0:Status>",
        ),
        (b"</ns0:Response>", b" " * MAX_BYTES + b"</ns0:Response>"),
        (b"</ns0:Response>", b""),
        (b"Signe ", b"\xff "),
        (b"ns0:Response", b"ns0:LogoutResponse"),
        (b"<ns1:Conditions", b"<ns1:Conditionz"),
        (b"xmldsig#enveloped-signature", b"xmldsig#base64"),
        (b"</ns2:SignedInfo>", b"</ns2:SignedInfo><ns2:SignedInfo/>"),
        (b"</ns2:Signature>", b"<ns2:Object/></ns2:Signature>"),
    ],
)
def test_a_document_of_another_form_is_not_read(app: Flask, provider: SamlProvider, changed: bytes, to: bytes) -> None:
    data = provider.answer(REQUEST, encrypts="")
    assert changed in data
    assert refused(app, provider, data.replace(changed, to)) is AnswerFault.MALFORMED


def test_an_attribute_is_not_said_twice(app: Flask, provider: SamlProvider) -> None:
    def twice(_response: Any, assertion: Any) -> None:
        statement = assertion.attribute_statement[0]
        statement.attribute.append(statement.attribute[0])

    assert refused(app, provider, provider.answer(REQUEST, bend=twice, encrypts="")) is AnswerFault.MALFORMED
