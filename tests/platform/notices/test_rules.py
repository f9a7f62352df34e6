"""What a mail server's answer means for a mail."""

from __future__ import annotations

import smtplib

import pytest

from service.platform.notices.rules import Unaddressable, fault_of_mail
from service.platform.work.faults import Fault


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"unknown")}), Fault.REFUSED),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (450, b"later")}), Fault.PUT_OFF),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (452, b"no room")}), Fault.AWAY),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (450, b""), "c@d.example": (550, b"")}), Fault.REFUSED),
        (smtplib.SMTPRecipientsRefused({}), Fault.REFUSED),
        (smtplib.SMTPDataError(451, b"later"), Fault.PUT_OFF),
        (smtplib.SMTPDataError(500, b"no"), Fault.REFUSED),
        (smtplib.SMTPDataError(554, b"no"), Fault.REFUSED),
        (smtplib.SMTPDataError(421, b"closing"), Fault.AWAY),
        (smtplib.SMTPSenderRefused(550, b"not you", "drc@drc.example"), Fault.AWAY),
        (smtplib.SMTPServerDisconnected("gone"), Fault.AWAY),
        (FileNotFoundError("the folder"), Fault.AWAY),
        (Unaddressable("no address"), Fault.REFUSED),
        (ValueError("a fault in the code"), Fault.UNREADABLE),
    ],
)
def test_a_server_that_does_not_take_us_is_away_and_one_that_does_not_take_this_mail_refuses_it(
    error: Exception, expected: Fault
) -> None:
    assert fault_of_mail(error) is expected
