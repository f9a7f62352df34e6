"""What can be done with a provider that speaks SAML: send somebody there, take in what it says when they come back, and try it."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from flask import current_app
from limits import parse

from service.platform.accounts.operations import Begun
from service.platform.identity_providers import operations as providers
from service.platform.identity_providers import queries
from service.platform.identity_providers.operations import NotLetIn
from service.platform.identity_providers.rules import (
    ArrivalRefused,
    AssuranceLevel,
    Provider,
    ProviderKind,
    ProviderSettings,
)
from service.platform.identity_providers.spoken import speaks
from service.platform.identity_providers.texts import REFUSALS
from service.platform.saml import asking, provider_metadata, rules, taking
from service.platform.saml.asking import SamlRequest, Us
from service.platform.saml.document import MAX_BYTES, Claims
from service.platform.saml.faults import AnswerFault, NotTaken
from service.platform.saml.provider_metadata import ProviderMetadata
from service.platform.saml.rules import Attribute, ExpectedAnswer, SamlStatement
from service.platform.saml.texts import FAULTS
from service.platform.web import trail, tries
from service.platform.web.errors import Forbidden, NotFound
from service.platform.web.identity import Identity, Role, address
from service.platform.web.versions import WHATEVER, Seen
from tenants.acting import acting_for
from tenants.database import let_go, now, transaction
from tenants.reach import door

ENTITY_ID, ANSWERS, LEAVING = "/saml/metadata", "/log-ind/saml/svar", "/log-ud/saml"
WRONG_ANSWERS = parse("30 per 15 minutes")  # of an address


class AnswerRefused(Forbidden):
    """An answer that was not taken, and in words why."""

    def __init__(self, fault: AnswerFault) -> None:
        super().__init__(str(FAULTS[fault]))
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying a provider: which attributes it sent, the roles in them, and why nobody would come in by it, if so."""

    sent: frozenset[Attribute]
    roles: frozenset[Role]
    refused: str | None


def us() -> Us:
    """Whom providers know us as. Raises NotFound where nobody signs in through SAML here."""
    settings = current_app.extensions["settings"]
    if not speaks(ProviderKind.SAML):
        raise NotFound
    return Us(
        entity_id=settings.public_url + ENTITY_ID,
        address=settings.public_url + ANSWERS,
        leaving=settings.public_url + LEAVING,
        key_file=settings.saml_key_file,
        certificate_file=settings.saml_certificate_file,
        demands_encryption=settings.saml_encryption == "demanded",
    )


def metadata() -> bytes:
    """What a provider is told of us."""
    return asking.metadata(us())


def keep(
    code: str,
    metadata_xml: str,
    least_level: AssuranceLevel,
    *,
    demanded: bool,
    switched_on: bool,
    seen: Seen = WHATEVER,
) -> UUID:
    """Keep a municipality's provider, by its metadata. Returns its id.

    Raises NotMetadata for what cannot be used, Refusal, and Changed when it is not as it was seen.
    """
    values = {role: privilege for privilege, role in rules.PRIVILEGES.items()}
    given = ProviderSettings(
        issuer=provider_metadata.read(metadata_xml).entity_id,
        client_id=current_app.extensions["settings"].public_url + ENTITY_ID,
        metadata_xml=metadata_xml,
        roles_claim=rules.NAMES[Attribute.PRIVILEGES][0],
        manager_value=values[Role.MANAGER],
        staff_value=values[Role.STAFF],
        least_level=least_level,
        demanded=demanded,
        switched_on=switched_on,
    )
    return providers.keep(code, ProviderKind.SAML, given, seen)


def ask(provider_id: UUID, *, anew: bool) -> SamlRequest:
    """A request to a provider that is switched on; `anew`: whatever somebody proved to it before. Raises NotFound."""
    ours = us()
    with acting_for(door()), transaction():
        provider, told = _provider(provider_id)
    let_go()
    return asking.ask(ours, told, provider.least_level, anew=anew)


def _provider(provider_id: UUID) -> tuple[Provider, ProviderMetadata]:
    provider = queries.provider(provider_id)
    row = next((each for each in queries.switched_on() if each.id == provider_id), None)
    if provider is None or row is None or provider.kind is not ProviderKind.SAML:
        raise NotFound
    return provider, provider_metadata.read(row.metadata_xml)


def arrive(
    provider_id: UUID, request_id: str, answer: str, device: str, proved_since: dt.datetime | None = None
) -> Begun:
    """Begin a session of whoever the provider says has come, in answer to that request.

    `proved_since`: they were asked then to prove it anew, to be tied to the account whose name there was let go. Raises AnswerRefused,
    NotLetIn or Conflict.
    """
    provider, said = _said(provider_id, request_id, answer)
    _hold_to_proof(provider, said, proved_since)
    with _in_words(provider, said):
        return providers.arrive(said.assertion, device, anew=proved_since is not None)


def _hold_to_proof(provider: Provider, said: SamlStatement, since: dt.datetime | None) -> None:
    if since is not None and said.assertion.at < since - rules.SKEW:
        raise _refused(provider, AnswerFault.TIME)


def connect(identity: Identity, provider_id: UUID, request_id: str, answer: str) -> None:
    """Let the present person's account be whom the provider speaks of from now on. Raises AnswerRefused, NotLetIn or Conflict."""
    provider, said = _said(provider_id, request_id, answer)
    with _in_words(provider, said):
        providers.connect(identity, said.assertion)


def confirm(identity: Identity, provider_id: UUID, request_id: str, answer: str, asked: dt.datetime) -> str:
    """The session of one who has proved it anew since they were asked, in place of the present one: its token.

    Raises AnswerRefused, NotLetIn or Conflict.
    """
    provider, said = _said(provider_id, request_id, answer)
    _hold_to_proof(provider, said, asked)
    with _in_words(provider, said):
        return providers.confirm(identity, said.assertion)


def _said(provider_id: UUID, request_id: str, answer: str) -> tuple[Provider, SamlStatement]:
    provider, claims = _taken(provider_id, request_id, answer)
    try:
        return provider, rules.said(claims, provider, now())
    except NotTaken as error:
        raise _refused(provider, error.fault) from error


@contextmanager
def _in_words(provider: Provider, said: SamlStatement) -> Iterator[None]:
    """Where no role is sent, say why there is none."""
    try:
        yield
    except NotLetIn as error:
        if error.why is ArrivalRefused.NO_ROLE and said.without_role:
            raise _refused(provider, said.without_role) from error
        raise


def try_out(provider_id: UUID, request_id: str, answer: str) -> Tried:
    """What the provider sent, in answer to that request. Nobody is let in by it, and nothing of it is kept."""
    try:
        provider, claims = _taken(provider_id, request_id, answer)
    except AnswerRefused as error:
        return Tried(frozenset(), frozenset(), error.message)
    sent = frozenset(each for each in Attribute if rules.values(claims, each))
    try:
        said = rules.said(claims, provider, now())
    except NotTaken as error:
        return Tried(sent, frozenset(), str(FAULTS[error.fault]))
    roles = frozenset(place.role for place in said.assertion.roles)
    if said.without_role:
        return Tried(sent, roles, str(FAULTS[said.without_role]))
    told = said.assertion.name and said.assertion.email
    return Tried(sent, roles, None if told else str(REFUSALS[ArrivalRefused.NOT_TOLD]))


def _taken(provider_id: UUID, request_id: str, answer: str) -> tuple[Provider, Claims]:
    """Raises AnswerRefused. Who sends many that are not taken waits: what a provider encrypted is not to be guessed at."""
    ours = us()
    tried = tries.begin(WRONG_ANSWERS, "answer of a provider from", address())
    with acting_for(door()), transaction():
        provider, told = _provider(provider_id)
    let_go()
    try:
        expected = ExpectedAnswer(provider, request_id, ours.address, ours.entity_id, now())
        claims = taking.take(_bytes(answer), ours, told, expected)
    except NotTaken as error:
        raise _refused(provider, error.fault) from error
    tried.give_back()
    return provider, claims


def _bytes(answer: str) -> bytes:
    if len(answer) > 2 * MAX_BYTES:
        raise NotTaken(AnswerFault.MALFORMED)
    try:
        return base64.b64decode("".join(answer.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotTaken(AnswerFault.MALFORMED) from error


def _refused(provider: Provider, fault: AnswerFault) -> AnswerRefused:
    trail.note("saml_refused", why=fault.value, municipality=provider.municipality_code)
    return AnswerRefused(fault)
