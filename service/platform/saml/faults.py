"""Why an answer of a provider is not taken. What each means to a person stands in `texts.py`."""

from __future__ import annotations

from enum import StrEnum


class AnswerFault(StrEnum):
    """What is wrong with an answer."""

    MALFORMED = "malformed"  # no answer of SAML, or one of a form that hides something
    STATUS = "status"  # the provider says that it did not go well
    UNSOLICITED = "unsolicited"  # this browser did not ask for it
    ISSUER = "issuer"  # it is another provider's
    DESTINATION = "destination"  # it is addressed to another address
    AUDIENCE = "audience"  # it is meant for another service
    TIME = "time"  # it is over, not valid yet, or does not say when
    UNSIGNED = "unsigned"
    WEAK_SIGNATURE = "weak_signature"  # by a method that is not trusted any more, or that we do not know
    SIGNATURE = "signature"  # it is not by the provider, or was changed on the way
    UNENCRYPTED = "unencrypted"  # though the municipality demands it
    ENCRYPTION = "encryption"  # by a method that this machine cannot read
    UNREADABLE = "unreadable"  # it was encrypted for another key
    SUBJECT = "subject"  # no persistent name of the person
    REPLAYED = "replayed"
    CVR = "cvr"  # no CVR number, or another municipality's
    LEVEL = "level"  # no level of assurance, or too low a one
    PRIVILEGES = "privileges"  # none, or in a form that cannot be read
    NO_PRIVILEGE = "no_privilege"  # none of this service's
    SCOPE = "scope"  # ours, but for another organisation
    CONSTRAINED = "constrained"  # ours, but narrowed in a way that this service does not know


class NotTaken(Exception):
    """An answer that is not taken."""

    def __init__(self, fault: AnswerFault) -> None:
        super().__init__(fault.value)
        self.fault = fault
