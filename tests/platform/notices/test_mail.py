"""Mail that is owed: a real server on the loopback gets each once, whatever was down meanwhile, and nothing can be slipped in."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import errno
import smtplib
import socket
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from flask import Flask
from sqlalchemy import select, update

from service.platform.notices import operations, rules
from service.platform.notices.models import Notice
from service.platform.work import leases
from service.platform.work.faults import Fault
from tenants.acting import acting_for
from tenants.database import db, now, transaction
from tenants.reach import clock

CODE = "0101"
HOST = "partnerskab.example"


class Inbox:
    """What a mail server received. `answer` is what it says to a message."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.to: list[list[str]] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.mails.append(message)
            self.to.append([str(each) for each in envelope.rcpt_tos])
        return self.answer


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """A mail server on the loopback."""
    box = Inbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.url = f"smtp://127.0.0.1:{controller.port}"  # type: ignore[attr-defined]
    yield box
    controller.stop()


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def owe(
    about: str = "statement:2026-10:1",
    recipient: str = "leder@kommune.example",
    subject: str = "Emne",
    body: str = "Tekst\n",
) -> None:
    with acting_for(clock([CODE])), transaction():
        operations.owe(CODE, about, recipient, subject, body)


def ids() -> list[UUID]:
    with acting_for(clock([CODE])), transaction():
        return [key for _code, key in operations.owed(frozenset({CODE}))]


def rows() -> list[Notice]:
    with acting_for(clock([CODE])), transaction():
        return list(db.session.scalars(select(Notice).order_by(Notice.created_at)))


def send_all(url: str) -> list[bool]:
    return [operations.send(CODE, key, url, HOST, 60) for key in ids()]


def come_round() -> None:
    """Let the time pass that the next try waits for."""
    with acting_for(clock([CODE])), transaction():
        db.session.execute(update(Notice).values(due_from=now()))


def test_each_mail_is_received_once_under_its_own_name(inbox: Inbox) -> None:
    for _twice in range(2):
        owe(subject="Månedsopgørelse for oktober", body="Kære Åse\n\nDen er klar.\n")
    owe(recipient="medarbejder@kommune.example")
    url = inbox.url  # type: ignore[attr-defined]
    waiting = ids()
    assert len(waiting) == 2
    assert send_all(url) == [True, True]
    assert send_all(url) == []
    assert not operations.send(CODE, waiting[0], url, HOST, 60), "however often it is woken for"
    assert [mail["To"] for mail in inbox.mails] == ["leder@kommune.example", "medarbejder@kommune.example"]
    assert [mail["Message-ID"] for mail in inbox.mails] == [f"<{key}@{HOST}>" for key in waiting]
    first = inbox.mails[0]
    assert first["Subject"] == "Månedsopgørelse for oktober"
    assert first["From"] == f"Partnerskab <ingen-svar@{HOST}>"
    assert first["Auto-Submitted"] == "auto-generated"
    body = first.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == "Kære Åse\n\nDen er klar.\n"
    assert all(row.sent_at and row.work_state == "done" for row in rows())


def test_a_mail_whose_confirmation_was_lost_goes_again_under_the_same_name(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is killed between the server's yes and the commit: better twice the same mail than none."""
    owe()
    url = inbox.url  # type: ignore[attr-defined]
    with monkeypatch.context() as patch:
        patch.setattr(leases, "done", _killed)
        with pytest.raises(KeyboardInterrupt):
            send_all(url)
    assert not ids(), "the lease of the dead still holds"
    with acting_for(clock([CODE])), transaction():
        db.session.execute(update(Notice).values(lease_until=now() - dt.timedelta(seconds=1)))
    assert send_all(url) == [True]
    assert len({mail["Message-ID"] for mail in inbox.mails}) == 1
    assert len({mail["Date"] for mail in inbox.mails}) == 1


def _killed(_row: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.gate("16.5.2")
def test_with_the_server_down_it_is_kept_and_goes_when_it_is_up(inbox: Inbox) -> None:
    owe()
    assert send_all(f"smtp://127.0.0.1:{free_port()}") == [False]
    (row,) = rows()
    assert (row.work_state, row.attempts, row.sent_at) == ("due", 0, None), "no try is used up"
    assert (row.fault, row.last_error) == ("away", f"ConnectionRefusedError {errno.ECONNREFUSED}")
    assert row.due_from > now()
    assert not ids(), "not at once again"
    come_round()
    inbox.answer = "451 4.3.0 kom igen senere"
    assert send_all(inbox.url) == [False]  # type: ignore[attr-defined]
    inbox.answer = "250 OK"
    come_round()
    assert send_all(inbox.url) == [True]  # type: ignore[attr-defined]
    assert len(inbox.mails) == 1


def test_with_the_server_down_for_a_month_no_mail_is_given_up(inbox: Inbox) -> None:
    owe()
    for _try in range(50):
        assert send_all(f"smtp://127.0.0.1:{free_port()}") == [False]
        come_round()
    assert send_all(inbox.url) == [True]  # type: ignore[attr-defined]
    assert len(inbox.mails) == 1


def test_a_server_that_is_away_is_asked_by_one_mail_and_not_by_each_in_turn() -> None:
    for number in range(5):
        owe(about=f"prøve:{number}")
    (first, *_rest) = ids()
    assert not operations.send(CODE, first, f"smtp://127.0.0.1:{free_port()}", HOST, 60)
    assert not ids(), "the others wait with it"
    assert {row.fault for row in rows()} == {"away", None}
    come_round()
    assert len(ids()) == 5


def test_a_server_that_puts_a_mail_off_is_asked_for_three_days(inbox: Inbox) -> None:
    inbox.answer = "451 4.3.0 kom igen senere"
    owe()
    waited = dt.timedelta()
    for _try in range(12):
        (row,) = rows()
        assert row.work_state == "due"
        send_all(inbox.url)  # type: ignore[attr-defined]
        (row,) = rows()
        assert row.fault == "put_off"
        waited += row.due_from - now()
        come_round()
    assert rows()[0].work_state == "failed"
    assert dt.timedelta(days=3) < waited < dt.timedelta(days=5)


def test_an_address_that_is_refused_is_told_at_once_and_holds_nobody_up(inbox: Inbox) -> None:
    inbox.answer = "550 5.1.1 ukendt modtager"
    owe()
    owe(recipient="anden@kommune.example")
    (first, second) = ids()
    url = inbox.url  # type: ignore[attr-defined]
    assert not operations.send(CODE, first, url, HOST, 60)
    assert [(row.work_state, row.fault) for row in rows()] == [("failed", "refused"), ("due", None)]
    assert "ukendt" not in (rows()[0].last_error or ""), "a server's words may hold what was written"
    inbox.answer = "250 OK"
    assert operations.send(CODE, second, url, HOST, 60)


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"no")}), Fault.REFUSED),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (450, b"greylisted")}), Fault.PUT_OFF),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (421, b"closing")}), Fault.AWAY),
        (smtplib.SMTPDataError(554, b"no"), Fault.REFUSED),
        (smtplib.SMTPDataError(451, b"later"), Fault.PUT_OFF),
        (smtplib.SMTPDataError(452, b"no room"), Fault.AWAY),
        (smtplib.SMTPSenderRefused(550, b"who are you", "x@y.example"), Fault.AWAY),
        (smtplib.SMTPAuthenticationError(535, b"no"), Fault.AWAY),
        (smtplib.SMTPConnectError(554, b"no"), Fault.AWAY),
        (smtplib.SMTPServerDisconnected("gone"), Fault.AWAY),
        (ssl.SSLCertVerificationError("nobody's"), Fault.AWAY),
        (socket.gaierror(-2, "no such host"), Fault.AWAY),
        (TimeoutError(), Fault.AWAY),
        (OSError(errno.ENOSPC, "full"), Fault.AWAY),
        (NotADirectoryError(errno.ENOTDIR, "no folder"), Fault.AWAY),
        (PermissionError(errno.EACCES, "not ours"), Fault.AWAY),
        (rules.Unaddressable("no address"), Fault.REFUSED),
        (KeyError("a fault of ours"), Fault.UNREADABLE),
    ],
)
def test_what_a_servers_answer_means(error: Exception, fault: Fault) -> None:
    assert rules.fault_of_mail(error) is fault


@pytest.mark.gate("1.3.11")
@pytest.mark.parametrize(
    "subject",
    ["Emne\r\nBcc: tyv@ude.example", "Emne\nX-Evil: 1\n\nkrop", "Emne\u2028Bcc: tyv@ude.example", "Emne\x0bBcc: x"],
)
def test_a_subject_cannot_bring_a_header(inbox: Inbox, subject: str) -> None:
    owe(subject=subject)
    assert send_all(inbox.url) == [True]  # type: ignore[attr-defined]
    (mail,) = inbox.mails
    assert inbox.to == [["leder@kommune.example"]]
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert mail["Subject"] == " ".join(subject.split())
    assert mail.get_content().strip() == "Tekst"


@pytest.mark.gate("1.3.11")
@pytest.mark.parametrize(
    "recipient",
    [
        "a@kommune.example\r\nBcc: tyv@ude.example",
        "a@kommune.example, tyv@ude.example",
        "a@kommune.example\nRCPT TO:<tyv@ude.example>",
        "uden-snabel",
        "",
    ],
)
def test_an_address_cannot_bring_another(inbox: Inbox, recipient: str) -> None:
    owe(recipient=recipient)
    assert send_all(inbox.url) == [False]  # type: ignore[attr-defined]
    assert not inbox.mails
    assert (rows()[0].work_state, rows()[0].fault) == ("failed", "refused"), "and it is told, not tried over and over"


@pytest.mark.gate("1.3.11")
@pytest.mark.parametrize(
    "body", ["En linje\n.\nMAIL FROM:<tyv@ude.example>\n", "Kære Æøå ☕\n", "x" * 5000 + "\n", "a\rb\n"]
)
def test_a_body_stays_a_body(inbox: Inbox, body: str) -> None:
    owe(body=body)
    assert send_all(inbox.url) == [True]  # type: ignore[attr-defined]
    (mail,) = inbox.mails
    assert [line for line in mail.get_content().splitlines() if line] == [line for line in body.splitlines() if line]


def test_control_written_by_hand_the_same_subject_brings_a_header() -> None:
    planted = email.message_from_string(
        "Subject: Emne\r\nBcc: tyv@ude.example\r\n\r\nTekst", policy=email.policy.default
    )
    assert planted["Bcc"] == "tyv@ude.example"


def test_a_server_that_asks_for_a_name_is_told_it() -> None:
    seen: list[tuple[bytes, bytes]] = []

    def check(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object) -> AuthResult:
        seen.append((given.login, given.password))  # type: ignore[attr-defined]
        return AuthResult(success=True)

    box = Inbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), authenticator=check, auth_require_tls=False)
    controller.start()
    try:
        owe()
        assert send_all(f"smtp://post:hem%40melig@127.0.0.1:{controller.port}") == [True]
    finally:
        controller.stop()
    assert seen == [(b"post", b"hem@melig")]
    assert len(box.mails) == 1


def test_where_the_server_offers_tls_nothing_is_said_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate here is nobody's: the mail is kept rather than sent in the open."""
    box = Inbox()
    controller = Controller(
        box, hostname="127.0.0.1", port=free_port(), tls_context=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    )
    controller.start()
    try:
        owe()
        assert send_all(f"smtp://127.0.0.1:{controller.port}") == [False]
    finally:
        controller.stop()
    assert not box.mails
    assert rows()[0].work_state == "due"


def test_a_folder_gets_an_eml_file_that_a_mail_program_reads(tmp_path: Path) -> None:
    owe(subject="Månedsopgørelse", body="Kære Åse\n")
    (key,) = ids()
    assert send_all(f"file:{tmp_path / 'post'}") == [True]
    (file,) = (tmp_path / "post").iterdir()
    assert file.name == f"{key}.eml"
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert mail["Message-ID"] == f"<{key}@{HOST}>"
    assert mail["Subject"] == "Månedsopgørelse"


def test_a_folder_that_cannot_be_written_keeps_the_mail(tmp_path: Path) -> None:
    (tmp_path / "post").write_text("a file stands where the folder should")
    owe()
    assert send_all(f"file:{tmp_path / 'post'}") == [False]
    assert rows()[0].work_state == "due"


def test_a_municipality_sees_none_of_it() -> None:
    from tenants.reach import Office, Reach

    owe()
    with acting_for(Reach(Office.MUNICIPALITY, frozenset({CODE}))), transaction():
        assert db.session.scalars(select(Notice)).all() == []
    assert len(rows()) == 1
