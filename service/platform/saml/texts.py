"""Why an answer of a provider is not taken, and what it should send, in words that say what to do."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.platform.identity_providers.rules import AssuranceLevel
from service.platform.saml.faults import AnswerFault
from service.platform.saml.rules import Attribute

_NOT_OURS = _l("The answer of the municipality's login is not for this sign-in. Begin again on the sign-in page.")
_NOT_RIGHT = _l("The answer of the municipality's login is not as it must be. Ask your IT department to look at it.")

FAULTS = {
    AnswerFault.MALFORMED: _NOT_RIGHT,
    AnswerFault.STATUS: _l("The municipality's login did not let you in. Try again, or ask your IT department."),
    AnswerFault.UNSOLICITED: _NOT_OURS,
    AnswerFault.ISSUER: _l(
        "Another login than the municipality's answered. The IT department must give DRC its new metadata."
    ),
    AnswerFault.DESTINATION: _l(
        "The municipality's login sends its answer to another address. The IT department must take in our metadata anew."
    ),
    AnswerFault.AUDIENCE: _l(
        "The answer is meant for another service. The IT department must take in our metadata anew."
    ),
    AnswerFault.TIME: _l(
        "The answer is too old, or is not valid yet. Try again. If it goes on, a clock is wrong somewhere."
    ),
    AnswerFault.UNSIGNED: _l("The municipality's login must sign the assertion itself, and not the answer alone."),
    AnswerFault.WEAK_SIGNATURE: _l(
        "The municipality's login signs by a method that is not safe. It must use RSA with SHA-256."
    ),
    AnswerFault.SIGNATURE: _l(
        "The signature is not by the key that DRC has. The IT department must give DRC its new metadata."
    ),
    AnswerFault.UNENCRYPTED: _l(
        "The municipality's login must encrypt what it says of you, for the key in our metadata."
    ),
    AnswerFault.ENCRYPTION: _l(
        "The municipality's login encrypts in a way that we cannot read. It must use AES with 128 or 256 bits, and RSA-OAEP with SHA-1."
    ),
    AnswerFault.UNREADABLE: _l(
        "What the municipality's login sent could not be opened and found signed. The IT department must exchange metadata with DRC anew."
    ),
    AnswerFault.SUBJECT: _l("The municipality's login must send a persistent name of you (NameID, persistent)."),
    AnswerFault.REPLAYED: _l("This sign-in has been used already. Begin again on the sign-in page."),
    AnswerFault.CVR: _l(
        "The municipality's login does not send the municipality's own CVR number. Choose your own municipality, or ask your IT department."
    ),
    AnswerFault.LEVEL: _l("You must sign in with more assurance: the level (NSIS) is missing, or too low."),
    AnswerFault.PRIVILEGES: _l(
        "The municipality's login sends no privileges that can be read. Ask your IT department to send them as OIO-BPP."
    ),
    AnswerFault.NO_PRIVILEGE: _l(
        "Your municipality has given you no role in Partnerskab. Ask your IT department for one."
    ),
    AnswerFault.SCOPE: _l(
        "Your role in Partnerskab is given for another CVR number. Ask your IT department to give it for the municipality."
    ),
    AnswerFault.CONSTRAINED: _l(
        "Your role in Partnerskab is given with a constraint, which Partnerskab cannot keep to. Ask your IT department to give it without."
    ),
}
ATTRIBUTES = {
    Attribute.CVR: _l("The municipality's CVR number"),
    Attribute.LEVEL: _l("How sure the login is (NSIS)"),
    Attribute.PRIVILEGES: _l("Roles in Partnerskab (OIO-BPP)"),
    Attribute.NAME: _l("The person's name"),
    Attribute.EMAIL: _l("The person's e-mail address"),
}
LEVELS = {
    AssuranceLevel.LOW: _l("Low"),
    AssuranceLevel.SUBSTANTIAL: _l("Substantial"),
    AssuranceLevel.HIGH: _l("High"),
}


def leaving_refused(fault: AnswerFault) -> str:
    """Why nobody was signed out, for whoever sees the page and for their IT department."""
    return _(
        "Your municipality's login asked us to sign you out, but not in a way that we can trust (%(why)s)."
        " Sign out by the button on the page.",
        why=fault.value,
    )
