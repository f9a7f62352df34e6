"""A mail, and what a mail server's answer means for it."""

from __future__ import annotations

import datetime as dt
import smtplib
from dataclasses import dataclass
from uuid import UUID

from service.platform.work.faults import Fault, fault_of

NO_SERVICE = (421, 452)  # it closes, or has no room: nothing to do with who the mail is for


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one person. Its id is its Message-ID: sent twice, it is one mail to its reader."""

    id: UUID
    recipient: str
    subject: str
    body: str
    created_at: dt.datetime
    attachments: tuple[Attachment, ...] = ()


class Unaddressable(ValueError):
    """The address is none that a mail can carry."""

    fault = Fault.REFUSED


def fault_of_mail(error: Exception) -> Fault:
    """What kind of fault a mail met with. A server that does not take us at all is away; one that does not take this mail, refuses."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _said(max((code for code, _text in error.recipients.values()), default=500))
    if isinstance(error, smtplib.SMTPDataError):
        return _said(error.smtp_code)
    if isinstance(error, OSError):  # the way to it, its certificate, the folder; no greeting, no entry, not our sender
        return Fault.AWAY
    return fault_of(error)


def _said(code: int) -> Fault:
    if code in NO_SERVICE:
        return Fault.AWAY
    return Fault.REFUSED if code >= 500 else Fault.PUT_OFF
