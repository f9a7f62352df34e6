"""Owe a mail, and send what is owed."""

from __future__ import annotations

import contextlib
import datetime as dt
import smtplib
import ssl
from collections.abc import Callable, Iterator
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.dialects.postgresql import insert

from service.platform.keeping import REMOVED, without
from service.platform.notices.models import Notice
from service.platform.notices.rules import Letter, Unaddressable, fault_of_mail
from service.platform.work import leases, waking
from service.platform.work.faults import Fault
from service.platform.work.waking import Wakeup
from tenants.acting import acting_for
from tenants.database import db, now, transaction, uuid7
from tenants.reach import clock
from tenants.register import all_codes

JOB = "service.notices.jobs.send"
SENDER = "Partnerskab <ingen-svar@{host}>"


def owe(code: str, about: str, recipient: str, subject: str, body: str) -> None:
    """Owe `recipient` one mail about one thing; owing it again changes nothing. Text is plain, lines end in newline."""
    added = db.session.execute(
        insert(Notice)
        .values(
            municipality_code=code,
            id=uuid7(),
            about=about,
            recipient=recipient,
            subject=subject,
            body=body,
            due_from=now(),
        )
        .on_conflict_do_nothing(index_elements=["municipality_code", "about", "recipient"])
        .returning(Notice.id)
    ).scalar()
    if added is not None:
        waking.wake(JOB, code, str(added), queue=waking.MAIL)


def wakeup(code: str, notice_id: UUID) -> Wakeup:
    """What wakes a worker for one mail."""
    return Wakeup(JOB, (code, str(notice_id)), waking.MAIL)


def owed(codes: frozenset[str]) -> list[tuple[str, UUID]]:
    """The mails that wait, within the codes: (municipality, id)."""
    return [
        (row.municipality_code, row.id)
        for row in db.session.execute(
            select(Notice.municipality_code, Notice.id)
            .where(Notice.municipality_code.in_(codes), leases.is_due(Notice, now()))
            .order_by(Notice.due_from)
            .limit(500)
        )
    ]


def send(code: str, notice_id: UUID, mail_url: str, public_host: str, lease_seconds: int) -> bool:
    """Send one mail. Returns whether this call sent it; False when it is sent, held by another, or did not go.

    The Message-ID is that of the row, so that a mail whose confirmation was lost and that goes out again is one mail to its reader.
    A server that is away is not asked by each mail in turn: all of them wait a while.
    """
    key = and_(Notice.municipality_code == code, Notice.id == notice_id)
    with acting_for(clock([code])):
        with transaction():
            lease = leases.claim(Notice, key, lease_seconds)
        if lease is None:
            return False
        try:
            return _send(key, lease, mail_url, public_host)
        except Exception as error:  # the server, the way to it, an address no header can carry: the mail is kept
            fault = fault_of_mail(error)
            leases.put_down(
                Notice, key, lease, error, "mail_failed", fault=fault, detail=cause(error), notice=str(notice_id)
            )
    if fault is Fault.AWAY:
        _hold_off()
    return False


def _send(key: ColumnElement[bool], lease: UUID, mail_url: str, public_host: str) -> bool:
    with transaction():
        row = leases.still_held(Notice, key, lease)
        if row is None:
            return False
        letter = Letter(row.id, row.recipient, row.subject, row.body, row.created_at)
        deliver(letter, mail_url, public_host)
        leases.done(row)
        row.sent_at = now()
        return True


def cause(error: Exception) -> str:
    """What went wrong, for the one who looks into it, without the words of the server: they may hold what was written."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"SMTPRecipientsRefused {sorted(code for code, _text in error.recipients.values())}"
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return f"{type(error).__name__} {code or ''}".strip()


def _hold_off() -> None:
    """Let every mail that waits wait a little longer."""
    until = now() + dt.timedelta(seconds=leases.AWAY_SECONDS)
    with acting_for(clock()), transaction():
        codes = all_codes()
    with acting_for(clock(codes)), transaction():
        waiting = and_(leases.is_due(Notice, until), Notice.due_from < until)
        db.session.execute(
            update(Notice).where(waiting).values(due_from=until).execution_options(synchronize_session=False)
        )


def deliver(letter: Letter, mail_url: str, public_host: str) -> None:
    """Send a mail, now. Whatever it meets with is raised."""
    message = _message(letter, public_host)
    with _way_out(mail_url) as send_out:
        send_out(message)


def _message(letter: Letter, public_host: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = SENDER.format(host=public_host)
    try:
        message["To"] = Address(addr_spec=letter.recipient)  # one address, whatever stands in it
    except (ValueError, IndexError, MessageError) as error:
        raise Unaddressable("no address") from error
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(letter.created_at)
    message["Message-ID"] = f"<{letter.id}@{public_host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    for each in letter.attachments:
        kind, _slash, subtype = each.media_type.partition("/")
        message.add_attachment(each.content, maintype=kind, subtype=subtype, filename=each.name)
    return message


@contextlib.contextmanager
def _way_out(mail_url: str) -> Iterator[Callable[[EmailMessage], object]]:
    """How mail leaves: an SMTP server, or a folder of .eml files."""
    if mail_url.startswith("file:"):
        folder = Path(mail_url.removeprefix("file:"))
        folder.mkdir(parents=True, exist_ok=True)

        def write(message: EmailMessage) -> None:
            name = message["Message-ID"].strip("<>").split("@")[0]
            aside = folder / f"{name}.part"
            aside.write_bytes(message.as_bytes())
            aside.rename(folder / f"{name}.eml")  # whole or not at all, on a disk that is full too

        yield write
        return
    parts = urlsplit(mail_url)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with kind(parts.hostname or "localhost", parts.port or 0, timeout=20) as server:
        server.ehlo()  # only now does the server say what it can
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))

        def send(message: EmailMessage) -> None:
            try:
                server.send_message(message)
            except smtplib.SMTPNotSupportedError as error:  # letters in the address that the server does not carry
                raise Unaddressable("no address that the server carries") from error

        yield send


def take_lines(row: Notice, text: str) -> None:
    """Take the lines that hold a text out of a mail: of one that is not sent yet, the rest is still to arrive."""
    row.body = "\n".join(without(line, text, REMOVED) for line in row.body.split("\n"))
