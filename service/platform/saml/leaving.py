"""Single logout: out of the provider with whoever leaves here, and out of here with whoever leaves there.

By the profile of SAML 2.0, in addresses (HTTP-Redirect), signed, as OIOSAML 3 has it. A provider ends what began at it and nothing else:
the one whose key signed the request, of the person whom it knows by that name, and of no other municipality's.
"""

from __future__ import annotations

from uuid import UUID

from limits import RateLimitItemPerSecond, parse
from werkzeug.exceptions import TooManyRequests

from service.platform.accounts import own_account
from service.platform.identity_providers import queries
from service.platform.identity_providers.models import IdentityProvider
from service.platform.identity_providers.rules import ProviderKind
from service.platform.saml import asking, leaving_document, leaving_rules, provider_metadata, redirected
from service.platform.saml.asking import SamlRequest
from service.platform.saml.faults import AnswerFault, NotTaken
from service.platform.saml.leaving_document import LeavingRequest
from service.platform.saml.operations import us
from service.platform.saml.provider_metadata import ProviderMetadata
from service.platform.saml.redirected import Redirected
from service.platform.saml.texts import leaving_refused
from service.platform.web import trail, tries
from service.platform.web.errors import Forbidden
from service.platform.web.identity import address
from tenants.acting import acting_for
from tenants.database import let_go, now, transaction
from tenants.reach import Office, Reach, door

WRONG_REQUESTS = parse("30 per 15 minutes")  # of an address


class LeavingRefused(Forbidden):
    """A request of a provider to sign somebody out, or its answer to ours, that was not taken."""

    def __init__(self, fault: AnswerFault) -> None:
        super().__init__(leaving_refused(fault))
        self.fault = fault


def ask(session_id: UUID) -> SamlRequest | None:
    """A request to end, at the provider where a session that is over began, what it began with; None where it takes no such request."""
    ours = us()
    with acting_for(door()), transaction():
        found = queries.left(session_id)
        row = _provider(found.provider_id) if found else None
    let_go()
    if found is None or row is None:
        return None
    told = _told(row)
    return asking.ask_to_leave(ours, told, found.subject, found.session) if told.leaving else None


def hold_to_answer(query: str, request_id: str, session_id: UUID) -> None:
    """Raise LeavingRefused where an address is not the provider's answer to our request, saying that nobody is signed in there any more."""
    ours = us()
    with acting_for(door()), transaction():
        found = queries.left(session_id)
        row = _provider(found.provider_id) if found else None
    try:
        if row is None:
            raise NotTaken(AnswerFault.ISSUER)
        sent = redirected.read(query, redirected.ANSWER)
        leaving_rules.hold_to_left(leaving_document.answer(sent.document), row.issuer, ours.leaving, request_id)
        if not redirected.is_signed(sent, _told(row).certificates):
            raise NotTaken(AnswerFault.SIGNATURE)
    except NotTaken as error:
        raise _refused(error.fault) from error


def end(query: str) -> str | None:
    """End what a provider asks to be ended, by the address that it sent a browser to: where a browser takes our answer; None for nowhere.

    Raises LeavingRefused for what is no request of a provider's, made for us, just now, and once.
    """
    ours = us()
    tried = tries.begin(WRONG_REQUESTS, "request of a provider from", address())
    try:
        sent = redirected.read(query, redirected.REQUEST)
        asked = leaving_document.request(sent.document)
        leaving_rules.hold_to_leaving(asked, ours.leaving, now())
        with acting_for(door()), transaction():
            signers = _signers(asked, sent)
        let_go()
        _use_up(asked)
    except NotTaken as error:
        raise _refused(error.fault) from error
    tried.give_back()
    known = _end(asked, signers)
    told = _told(signers[0])
    return asking.answer_leaving(ours, told, asked.id, sent.relay, known=known) if told.left else None


def _providers() -> list[IdentityProvider]:
    return [each for each in queries.switched_on() if each.kind == ProviderKind.SAML]


def _provider(provider_id: UUID) -> IdentityProvider | None:
    return next((each for each in _providers() if each.id == provider_id), None)


def _told(row: IdentityProvider) -> ProviderMetadata:
    return provider_metadata.read(row.metadata_xml)


def _signers(asked: LeavingRequest, sent: Redirected) -> list[IdentityProvider]:
    """The municipalities' logins by whose key it is signed: the common proxy is that of many. Raises NotTaken for none."""
    named = [each for each in _providers() if each.issuer == asked.issuer]
    if not named:
        raise NotTaken(AnswerFault.ISSUER)
    found = [each for each in named if redirected.is_signed(sent, _told(each).certificates)]
    if not found:
        raise NotTaken(AnswerFault.SIGNATURE)
    return found


def _use_up(asked: LeavingRequest) -> None:
    """Remember a request by a mark until nobody takes it any more. Raises NotTaken where it is remembered."""
    seconds = int(leaving_rules.REMEMBERED.total_seconds()) + 1
    try:
        tries.begin(RateLimitItemPerSecond(1, seconds), "leaving by", f"{asked.issuer}\n{asked.id}")
    except TooManyRequests as error:
        raise NotTaken(AnswerFault.REPLAYED) from error


def _end(asked: LeavingRequest, signers: list[IdentityProvider]) -> bool:
    """End the sessions that are meant. Returns whether one of these logins knows anybody by that name."""
    theirs = {each.id for each in signers}
    with acting_for(door()), transaction():
        person_id = queries.known_there(asked.issuer, asked.name, theirs)
    if person_id is None:
        return False
    with acting_for(Reach(Office.DOOR, person_id=person_id)), transaction():
        count = own_account.end_sessions_at(person_id, theirs, asked.sessions)
    trail.note("signed_out_there", person=str(person_id), sessions=count)
    return True


def _refused(fault: AnswerFault) -> LeavingRefused:
    trail.note("saml_leaving_refused", why=fault.value)
    return LeavingRefused(fault)
