"""Passkeys, as browsers and py_webauthn have them: what a browser is asked, and whether what it answers is right.

The library is loaded by the processes that meet a passkey, and by no other: it takes 16 MB and a fifth of a second.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

NAME = "Partnerskab"
WAITS = 5 * 60 * 1000  # milliseconds that a browser gives its person
_DEFAULT_PORTS = {"https": 443, "http": 80}


class NotProved(Exception):
    """What a browser has answered proves nothing."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where passkeys are good: the host that they are bound to, and the origin that a browser says it was on."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Made:
    """A passkey that a browser has made."""

    credential_id: bytes
    public_key: bytes
    counter: int


def place_of(public_url: str) -> Place | None:
    """Where passkeys are good, for a service that is reached there; None for a bare IP address, which browsers take none for."""
    parts = urlsplit(public_url)
    host = (parts.hostname or "").lower()
    try:
        ip_address(host)
    except ValueError:
        port = f":{parts.port}" if parts.port not in (None, _DEFAULT_PORTS.get(parts.scheme)) else ""
        return Place(host, f"{parts.scheme}://{host}{port}")
    return None


def to_make(place: Place, person_id: UUID, email: str, name: str, held: Iterable[bytes], challenge: bytes) -> str:
    """What a browser is told to make a passkey, as JSON: none on a device that has one already.

    A finger, a face or a code is asked for, here and below: whoever only has the device is not its person.
    """
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_registration_options(
        rp_id=place.host,
        rp_name=NAME,
        user_id=person_id.bytes,
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        timeout=WAITS,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.PREFERRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=each) for each in held],
    )
    return webauthn.options_to_json(options)


def to_show(place: Place, held: Iterable[bytes], challenge: bytes) -> str:
    """What a browser is told to show one of these passkeys, as JSON."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_authentication_options(
        rp_id=place.host,
        challenge=challenge,
        timeout=WAITS,
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=each) for each in held],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def made(place: Place, answer: str, challenge: bytes) -> Made:
    """The passkey that a browser says it has made. Raises NotProved."""
    import webauthn

    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except Exception as error:  # whatever the library meets with: what it is sent is from outside, to the last byte
        raise NotProved from error
    return Made(found.credential_id, found.credential_public_key, found.sign_count)


def shown(place: Place, answer: str, challenge: bytes, passkey: Made) -> int:
    """The count that a passkey says with what it has signed: higher than before, where it counts at all. Raises NotProved."""
    import webauthn

    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.counter,
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise NotProved from error
    return found.new_sign_count


def read(answer: str) -> tuple[bytes, bytes]:
    """Which passkey answers, and the challenge that it says it has signed: to find both, and not to believe either. Raises NotProved."""
    try:
        sent: Any = json.loads(answer)
        told: Any = json.loads(_bytes(sent["response"]["clientDataJSON"]))
        return _bytes(sent["rawId"]), _bytes(told["challenge"])
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise NotProved from error


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
