"""Taking an answer of a provider in: what is to hold, from its form to that nobody has used it before."""

from __future__ import annotations

from limits import RateLimitItemPerSecond
from werkzeug.exceptions import TooManyRequests

from service.platform.saml import document, rules, signatures
from service.platform.saml.asking import Us
from service.platform.saml.document import Answer, Claims
from service.platform.saml.faults import AnswerFault, NotTaken
from service.platform.saml.provider_metadata import ProviderMetadata
from service.platform.saml.rules import ExpectedAnswer
from service.platform.saml.signatures import Signed
from service.platform.web import tries


def take(data: bytes, us: Us, metadata: ProviderMetadata, expected: ExpectedAnswer) -> Claims:
    """What the provider says in answer to our request. Raises NotTaken. It is used up by it: a second time it is not taken."""
    answer = document.answer(data)
    rules.hold_to_request(answer, expected)
    if answer.signed:
        signatures.hold_to_signature(data, Signed.ANSWER, answer.id, metadata.certificates)
    claims = _claims(data, answer, us, metadata)
    rules.hold_to_conditions(claims, expected)
    _use_up(claims, expected)
    return claims


def _claims(data: bytes, answer: Answer, us: Us, metadata: ProviderMetadata) -> Claims:
    """What a signed assertion says. Of what was encrypted it is never told how far it could be read: that would help to read it."""
    if answer.claims is not None:
        if us.demands_encryption:
            raise NotTaken(AnswerFault.UNENCRYPTED)
        signatures.hold_to_signature(data, Signed.ASSERTION, answer.claims.id, metadata.certificates)
        return answer.claims
    try:
        opened = signatures.decrypted(data, us.key_file)
        claims = document.answer(opened).claims
        if claims is None:
            raise NotTaken(AnswerFault.UNREADABLE)
        signatures.hold_to_signature(opened, Signed.ASSERTION, claims.id, metadata.certificates)
    except NotTaken as error:
        raise NotTaken(AnswerFault.UNREADABLE) from error
    return claims


def _use_up(claims: Claims, expected: ExpectedAnswer) -> None:
    """Remember an assertion by a mark until nobody takes it any more. Raises NotTaken where it is remembered."""
    seconds = max(1, int((rules.over(claims) - expected.at).total_seconds()) + 1)
    try:
        tries.begin(RateLimitItemPerSecond(1, seconds), "assertion of", f"{claims.issuer}\n{claims.id}")
    except TooManyRequests as error:
        raise NotTaken(AnswerFault.REPLAYED) from error
