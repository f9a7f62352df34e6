"""An answer of a provider as a document: which form it must have, and what stands in it. Bytes in, plain values out.

What a signature covers and what is read must be one and the same, whoever arranged the document (signature wrapping). So there is one
form alone: a Response with one Assertion, each id once, each signature a child of what it signs and of nothing else, with the methods
that are trusted today. Whether a signature is right is asked afterwards (`signatures.py`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from service.platform.saml.faults import AnswerFault, NotTaken
from service.platform.saml.safe_xml import NotSafe, parsed

MAX_BYTES = 200_000
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
SAMLP = "{urn:oasis:names:tc:SAML:2.0:protocol}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
XENC = "{http://www.w3.org/2001/04/xmlenc#}"

SIGNATURES = frozenset(
    f"http://www.w3.org/2001/04/xmldsig-more#{method}"
    for method in ("rsa-sha256", "rsa-sha384", "rsa-sha512", "ecdsa-sha256", "ecdsa-sha384", "ecdsa-sha512")
)
DIGESTS = frozenset(
    {
        "http://www.w3.org/2001/04/xmlenc#sha256",
        "http://www.w3.org/2001/04/xmldsig-more#sha384",
        "http://www.w3.org/2001/04/xmlenc#sha512",
    }
)
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
TRANSFORMS = ("http://www.w3.org/2000/09/xmldsig#enveloped-signature", EXCLUSIVE)
# What xmlsec1 1.2 opens, which Debian 12 has: of OAEP that with SHA-1 alone, which OAEP does not need to be free of collisions.
CIPHERS = frozenset(
    {
        "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
        "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
        "http://www.w3.org/2009/xmlenc11#aes128-gcm",
        "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    }
)
KEY_TRANSPORT = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """By what the bearer of an assertion is whom it speaks of."""

    method: str
    recipient: str
    in_response_to: str
    not_before: dt.datetime | None
    not_on_or_after: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Claims:
    """What an assertion says."""

    id: str
    issuer: str
    name_format: str
    name: str
    confirmations: tuple[Confirmation, ...]
    not_before: dt.datetime | None
    not_on_or_after: dt.datetime | None
    audiences: tuple[frozenset[str], ...]  # each restriction names some, and one of each must be us
    proved_at: dt.datetime | None
    attributes: Mapping[str, tuple[str, ...]]
    session: str = ""  # what the provider calls what one is signed in to there; "" where it says nothing


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered. Of an assertion that is still encrypted there are no claims."""

    id: str
    issuer: str
    destination: str
    in_response_to: str
    status: str
    signed: bool  # the answer as a whole; an assertion always is
    claims: Claims | None


def answer(data: bytes) -> Answer:
    """What stands in a document. Raises NotTaken for another form than the one there is."""
    try:
        root = parsed(data, MAX_BYTES)
    except NotSafe as error:
        raise NotTaken(AnswerFault.MALFORMED) from error
    if root.tag != f"{SAMLP}Response" or root.get("Version") != "2.0":
        raise NotTaken(AnswerFault.MALFORMED)
    _hold_to_ids(root)
    status = value_of(root, f"{SAMLP}Status/{SAMLP}StatusCode")
    assertion = _assertion_of(root)
    signed = _hold_to_signature(root)
    _hold_to_places(root, assertion)
    return Answer(
        root.get("ID", ""),
        text(root.find(f"{SAML}Issuer")),
        root.get("Destination", ""),
        root.get("InResponseTo", ""),
        status,
        signed,
        _claims(assertion) if assertion is not None else None,
    )


def _hold_to_ids(root: Element) -> None:
    """Each id stands once, by whatever name, so that all programs find the same thing by it."""
    counted = Counter(
        value for each in root.iter() for name, value in each.attrib.items() if name.rpartition("}")[2].lower() == "id"
    )
    if not root.get("ID") or any(times > 1 for times in counted.values()):
        raise NotTaken(AnswerFault.MALFORMED)


def _assertion_of(root: Element) -> Element | None:
    """The one assertion; None of one that is encrypted, or of a provider that says that it did not go well."""
    plain, sealed = list(root.iter(f"{SAML}Assertion")), list(root.iter(f"{SAML}EncryptedAssertion"))
    if len(plain) > 1 or len(sealed) > 1:
        raise NotTaken(AnswerFault.MALFORMED)
    holders = [root, *sealed]
    if any(each not in list(root) for each in sealed) or not all(
        any(each in list(h) for h in holders) for each in plain
    ):
        raise NotTaken(AnswerFault.MALFORMED)
    if sealed and not plain:
        _hold_to_encryption(sealed[0])
    return plain[0] if plain else None


def _hold_to_encryption(sealed: Element) -> None:
    """Encrypted once, with methods that can be opened here."""
    data, keys = list(sealed.iter(f"{XENC}EncryptedData")), list(sealed.iter(f"{XENC}EncryptedKey"))
    if len(data) != 1 or len(keys) != 1:
        raise NotTaken(AnswerFault.MALFORMED)
    key = keys[0].find(f"{XENC}EncryptionMethod")
    digests = [each.get("Algorithm") for each in key.iter(f"{DS}DigestMethod")] if key is not None else []
    if (
        value_of(data[0], f"{XENC}EncryptionMethod", "Algorithm") not in CIPHERS
        or value_of(keys[0], f"{XENC}EncryptionMethod", "Algorithm") != KEY_TRANSPORT
        or any(digest != SHA1 for digest in digests)
    ):
        raise NotTaken(AnswerFault.ENCRYPTION)


def _hold_to_signature(signed: Element) -> bool:
    """Whether something bears a signature of its own: where the schema has it, of that thing, and made by trusted methods."""
    found = signed.findall(f"{DS}Signature")
    if not found:
        return False
    info, references = found[0].findall(f"{DS}SignedInfo"), list(found[0].iter(f"{DS}Reference"))
    if (
        len(found) > 1
        or found[0] not in list(signed)[:2]
        or len(info) != 1
        or references != info[0].findall(f"{DS}Reference")
    ):
        raise NotTaken(AnswerFault.MALFORMED)
    if [(each.get("URI"), _methods(each, "Transform")) for each in references] != [
        (f"#{signed.get('ID')}", TRANSFORMS)
    ]:
        raise NotTaken(AnswerFault.MALFORMED)
    by, laid_out, digest = (_methods(info[0], f"{what}Method") for what in ("Signature", "Canonicalization", "Digest"))
    if not (len(by) == len(digest) == 1 and by[0] in SIGNATURES and digest[0] in DIGESTS and laid_out == (EXCLUSIVE,)):
        raise NotTaken(AnswerFault.WEAK_SIGNATURE)
    return True


def _methods(element: Element, what: str) -> tuple[str, ...]:
    return tuple(each.get("Algorithm", "") for each in element.iter(f"{DS}{what}"))


def _hold_to_places(root: Element, assertion: Element | None) -> None:
    """There are no other signatures than those of the answer and of its assertion, and nothing is hidden in one."""
    if assertion is not None and not _hold_to_signature(assertion):
        raise NotTaken(AnswerFault.UNSIGNED)
    own = [each for holder in (root, assertion) if holder is not None for each in holder.findall(f"{DS}Signature")]
    if len(list(root.iter(f"{DS}Signature"))) != len(own) or any(True for _ in root.iter(f"{DS}Object")):
        raise NotTaken(AnswerFault.MALFORMED)


def _claims(assertion: Element) -> Claims:
    subject, conditions = assertion.find(f"{SAML}Subject"), assertion.find(f"{SAML}Conditions")
    statement = assertion.find(f"{SAML}AuthnStatement")
    if subject is None or conditions is None or statement is None:
        raise NotTaken(AnswerFault.MALFORMED)
    name = subject.find(f"{SAML}NameID")
    return Claims(
        assertion.get("ID", ""),
        text(assertion.find(f"{SAML}Issuer")),
        name.get("Format", "") if name is not None else "",
        text(name),
        tuple(_confirmation(each) for each in subject.findall(f"{SAML}SubjectConfirmation")),
        moment(conditions.get("NotBefore")),
        moment(conditions.get("NotOnOrAfter")),
        tuple(
            frozenset(text(each) for each in restriction.findall(f"{SAML}Audience"))
            for restriction in conditions.findall(f"{SAML}AudienceRestriction")
        ),
        moment(statement.get("AuthnInstant")),
        dict(_attributes(assertion)),
        statement.get("SessionIndex", ""),
    )


def _confirmation(found: Element) -> Confirmation:
    data = found.find(f"{SAML}SubjectConfirmationData")
    given: Mapping[str, str] = data.attrib if data is not None else {}
    return Confirmation(
        found.get("Method", ""),
        given.get("Recipient", ""),
        given.get("InResponseTo", ""),
        moment(given.get("NotBefore")),
        moment(given.get("NotOnOrAfter")),
    )


def _attributes(assertion: Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The attributes with a text for a value, by name. One that is said twice is no form of ours."""
    found = [
        each
        for statement in assertion.findall(f"{SAML}AttributeStatement")
        for each in statement.findall(f"{SAML}Attribute")
    ]
    if len({each.get("Name") for each in found}) != len(found):
        raise NotTaken(AnswerFault.MALFORMED)
    for each in found:
        values = (text(value) for value in each.findall(f"{SAML}AttributeValue") if not len(value))
        yield each.get("Name", ""), tuple(value for value in values if value)


def value_of(element: Element, path: str, name: str = "Value") -> str:
    """The attribute of the one element there; empty where there is none. Raises NotTaken where there are several."""
    found = element.findall(path)
    if len(found) > 1:
        raise NotTaken(AnswerFault.MALFORMED)
    return found[0].get(name, "") if found else ""


def text(element: Element | None) -> str:
    """The text of an element; empty where there is none. Raises NotTaken where there is more than text in it."""
    if element is None:
        return ""
    if len(element):
        raise NotTaken(AnswerFault.MALFORMED)
    return (element.text or "").strip()


def moment(written: str | None) -> dt.datetime | None:
    """A moment, which says its zone; None where there is none. Raises NotTaken for what is none."""
    if written is None:
        return None
    try:
        found = dt.datetime.fromisoformat(written)
    except ValueError as error:
        raise NotTaken(AnswerFault.MALFORMED) from error
    if found.tzinfo is None:
        raise NotTaken(AnswerFault.MALFORMED)
    return found
