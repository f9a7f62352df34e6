"""Whether a provider's request to sign somebody out is taken, and its answer to ours. Plain values in and out.

Whether it is signed, by whose key, and came before is found beside (`leaving.py`).
"""

from __future__ import annotations

import datetime as dt

from service.platform.saml.faults import AnswerFault, NotTaken
from service.platform.saml.leaving_document import LeavingAnswer, LeavingRequest
from service.platform.saml.rules import MAX_NAME_ID, SKEW, SUCCESS

LIFE = dt.timedelta(minutes=5)  # how old a request may be
REMEMBERED = LIFE + 2 * SKEW  # how long one could be taken again, were it not remembered


def hold_to_leaving(asked: LeavingRequest, address: str, at: dt.datetime) -> None:
    """Raise NotTaken where a request to sign somebody out was not sent to that address, just now, with a name."""
    if asked.destination != address:
        raise NotTaken(AnswerFault.DESTINATION)
    if asked.issued_at is None or not -SKEW <= at - asked.issued_at < LIFE + SKEW:
        raise NotTaken(AnswerFault.TIME)
    if asked.not_on_or_after is not None and at >= asked.not_on_or_after + SKEW:
        raise NotTaken(AnswerFault.TIME)
    if not 0 < len(asked.name) <= MAX_NAME_ID:
        raise NotTaken(AnswerFault.SUBJECT)


def hold_to_left(answer: LeavingAnswer, issuer: str, address: str, request_id: str) -> None:
    """Raise NotTaken where it is no answer of that provider's to that request, or says that somebody may still be signed in there."""
    if answer.issuer != issuer:
        raise NotTaken(AnswerFault.ISSUER)
    if answer.destination != address:
        raise NotTaken(AnswerFault.DESTINATION)
    if answer.in_response_to != request_id:
        raise NotTaken(AnswerFault.UNSOLICITED)
    if answer.status != SUCCESS:
        raise NotTaken(AnswerFault.STATUS)
