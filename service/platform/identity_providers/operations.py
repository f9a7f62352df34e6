"""What can be done about providers: keep one, arrive by it, and connect it to the account that one has."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ARRAY, Text, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from service.platform.accounts import arriving
from service.platform.accounts import queries as accounts
from service.platform.accounts.arriving import CameBy
from service.platform.accounts.operations import Begun
from service.platform.factors import sealing
from service.platform.identity_providers import issuers, queries, rules
from service.platform.identity_providers.models import IdentityProvider
from service.platform.identity_providers.rules import (
    ArrivalDecision,
    ArrivalRefused,
    Assertion,
    KnownSubject,
    Provider,
    ProviderKind,
    ProviderSettings,
)
from service.platform.identity_providers.texts import ISSUER_FAULTS, REFUSALS
from service.platform.ledger.operations import record
from service.platform.people.operations import leave
from service.platform.web import trail
from service.platform.web.errors import Conflict, Forbidden, Refusal
from service.platform.web.identity import Identity
from service.platform.web.versions import WHATEVER, Seen
from tenants.acting import acting_for
from tenants.calendar import day_of
from tenants.database import db, let_go, now, transaction, uuid7, vouch
from tenants.reach import Office, Reach, door


def keep(code: str, kind: ProviderKind, given: ProviderSettings, seen: Seen = WHATEVER) -> UUID:
    """Keep a municipality's provider of a kind: make it, or change it. Returns its id.

    Raises Refusal for another's issuer, and Changed when it is not as it was seen.
    """
    production = current_app.extensions["settings"].production
    fault = issuers.fault_of(given.issuer, given.tenant, production=production) if kind is ProviderKind.OIDC else None
    if fault:
        raise _beside("issuer", str(ISSUER_FAULTS[fault]))
    if given.switched_on and not (given.client_id and given.roles_claim and (given.manager_value or given.staff_value)):
        raise _beside("switched_on", _("Say first whom the provider knows us as, and where and how it sends roles."))
    if given.manager_value and given.manager_value == given.staff_value:
        raise _beside("staff_value", _("A manager and staff need a value each."))
    if given.demanded and not given.switched_on:
        raise _beside("demanded", _("It must be switched on before it can be demanded."))
    if kind is ProviderKind.OIDC and queries.is_anothers(given.issuer, code):
        raise _beside("issuer", _("Another municipality has this issuer. Each has its own."))
    row = queries.kept(code, kind)
    seen.still(queries.as_sent(row))
    provider_id = row.id if row else uuid7()
    told = {
        **{name: value for name, value in asdict(given).items() if name != "client_secret"},
        "municipality_code": code,
        "id": str(provider_id),
        "kind": kind.value,
        "secret": rf"\x{_seal(given.client_secret, provider_id).hex()}" if given.client_secret else None,
    }
    db.session.execute(select(func.app.keep_provider(cast(told, JSONB))))
    switches = {"switched_on": given.switched_on, "demanded": given.demanded, "asks_second": given.asks_second}
    record("provider.kept", f"provider:{provider_id}", code, kind=kind.value, **switches)
    return provider_id


def _beside(field: str, message: str) -> Refusal:
    return Refusal(message, {field: [message]})


def _key() -> bytes:
    return sealing.key_of(current_app.config["SECRET_KEY"], "provider")


def _seal(secret: str, provider_id: UUID) -> bytes:
    return sealing.seal(secret, provider_id, _key())


def secret_of(row: IdentityProvider) -> str:
    """The secret that a provider knows us by; empty where there is none, or it was sealed with another key."""
    return (sealing.opened(row.secret, row.id, _key()) or "") if row.secret else ""


class NotLetIn(Forbidden):
    """Somebody does not come in by a provider: `why`, and in words what to do."""

    def __init__(self, why: ArrivalRefused) -> None:
        super().__init__(str(REFUSALS[why]))
        self.why = why


def arrive(said: Assertion, device: str = "", *, anew: bool = False) -> Begun:
    """Begin a session of whoever a provider says has come, on a device; made on their first arrival, with the roles that it sends.

    Roles that it sends no longer end. `anew`: they have just proved it to the provider, and may be tied to the account whose name there was
    let go. Raises NotLetIn, or Conflict where something changed meanwhile.
    """
    let_go()
    provider, known, decision = _decide(said, anew=anew)
    person_id = known.person_id if known else uuid7()
    if decision.refused and not decision.ends:
        raise _refused(said, provider, decision.refused)
    code = provider.municipality_code
    begun = None
    with acting_for(Reach(Office.MUNICIPALITY, frozenset({code}), person_id)), transaction():
        if known and known.released:
            _tie_anew(said, person_id, code)
        _arrive(said, person_id, decision, code)
        if decision.refused:
            leave(person_id, code)
        else:
            how = rules.how(said, provider)
            token = arriving.begin(person_id, code, device, _came_by(said))
            begun = Begun(token, proved=arriving.prove(token, person_id, how, said.at))
    if begun is None:
        raise _refused(said, provider, decision.refused or ArrivalRefused.NO_ROLE)
    return begun


def _decide(said: Assertion, *, anew: bool = False) -> tuple[Provider, KnownSubject | None, ArrivalDecision]:
    """The provider, whom its subject is known as (`anew`: or whose was let go), and what follows; read at the door."""
    with acting_for(door()), transaction():
        provider = queries.provider(said.provider_id)
        if provider is None:
            raise _refused(said, None, ArrivalRefused.OTHER_PROVIDER)
        known = queries.known(provider.issuer, said.subject, day_of(now()))
        if known is None and anew:
            known = queries.released(provider.id, _address(said), now())
        taken = accounts.person_by_email(said.email) is not None
        return provider, known, rules.decide(said, provider, known, taken)


def _refused(said: Assertion, provider: Provider | None, why: ArrivalRefused) -> NotLetIn:
    place = provider.municipality_code if provider else ""
    trail.note(
        "arrival_refused", why=why.value, kind=said.kind.value, municipality=place, subject=trail.mark(said.subject)
    )
    return NotLetIn(why)


def _address(said: Assertion) -> str:
    return said.email.strip().lower()


def _tie_anew(said: Assertion, person_id: UUID, code: str) -> None:
    """Let the person whose name at a provider was let go be whom it speaks of now. Raises Conflict where that was done meanwhile."""
    email = _address(said)
    word = vouch("tied", said.provider_id, said.subject.encode().hex(), email.encode().hex())
    if db.session.scalar(select(func.app.tie_anew(said.provider_id, said.subject, email, word))) != person_id:
        raise Conflict(_("Something changed while you signed in. Try again."))
    record("provider.tied_anew", f"person:{person_id}", code)


def _arrive(said: Assertion, person_id: UUID, decision: ArrivalDecision, code: str) -> None:
    """Let the person have the roles that are sent, and no others."""
    sent = sorted({place.role.value for place in said.roles})
    email = _address(said)
    word = vouch(
        "arrived", said.provider_id, said.subject.encode().hex(), person_id, email.encode().hex(), ",".join(sent)
    )
    asked = func.app.arrive(
        said.provider_id,
        said.subject,
        person_id,
        email,
        said.name,
        cast(sent, ARRAY(Text)),
        rules.GIVEN,
        rules.ENDED,
        word,
    )
    if db.session.scalar(select(asked)) != person_id:
        raise Conflict(_("Something changed while you signed in. Try again."))
    for act, roles in (("provider.role_given", decision.gives), ("provider.role_ended", decision.ends)):
        for role in sorted(roles):
            record(act, f"person:{person_id}", code, role=role.value)


def confirm(identity: Identity, said: Assertion) -> str:
    """The session of one who has proved anew, to their provider, who they are, in place of the present one: its token.

    Raises NotLetIn, and Conflict where it speaks of somebody else.
    """
    let_go()
    provider, known, decision = _decide(said)
    if decision.refused:
        raise _refused(said, provider, decision.refused)
    if known is None or known.person_id != identity.person_id:
        raise Conflict(_("You confirmed as somebody else than who is signed in. Sign out, and sign in again."))
    return arriving.prove_anew(identity.token, identity.person_id, rules.how(said, provider), said.at, _came_by(said))


def _came_by(said: Assertion) -> CameBy:
    return CameBy(said.provider_id, said.session)


def connect(identity: Identity, said: Assertion) -> None:
    """Let the present person's account be whom the provider speaks of from now on: they have proved both.

    Raises NotLetIn, also where it does not send a role that they have, and Conflict where it speaks of somebody else.
    """
    let_go()
    provider, known, _decision = _decide(said)
    held = KnownSubject(identity.person_id, disabled=False, roles=frozenset(accounts.places_of(identity.person_id)))
    decision = rules.decide(said, provider, held, address_taken=False)
    if decision.refused:
        raise _refused(said, provider, decision.refused)
    if known and known.person_id != identity.person_id:
        raise Conflict(_("The municipality's login belongs to another account already."))
    if decision.ends:
        raise Conflict(
            _("The municipality's login does not send the role that you have here. Ask your IT department first.")
        )
    word = vouch("connected", identity.person_id, provider.id, said.subject.encode().hex())
    if known is None and db.session.scalar(select(func.app.connect(provider.id, said.subject, word))):
        record("provider.connected", f"person:{identity.person_id}", provider.municipality_code)
