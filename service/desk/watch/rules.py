"""What is wrong, in words: where it is and what to do. Plain values in, lines out, in English as all that commands say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.desk.home.accessibility import is_old
from service.reporting.statements.closing import released_from
from tenants.calendar import month_name

GRACE = dt.timedelta(hours=2)  # that a month's statements have to be issued once they go out by themselves
LATE = dt.timedelta(minutes=30)  # that work which is due waits before it is late
MAIL_TOLD = dt.timedelta(
    days=7
)  # that a mail which was given up is told of here; the Monday list tells of it until it is dealt with
SEAL_ENDS = dt.timedelta(days=30)  # that are left of a seal's certificate when it is told of
MAX_NAMED = 10
STUCK = "see the page Gået i stå (/gaaet-i-staa)"


@dataclass(frozen=True, slots=True)
class Work:
    """How much of one kind of work waits."""

    kind: str
    due: int  # not done yet
    late: int  # of it, what has waited for too long
    failed: int  # given up
    failed_lately: int
    oldest: dt.datetime | None  # since when what has waited longest waits


@dataclass(frozen=True, slots=True)
class Aside:
    """What unattended work has set aside: a step, where, since when and why."""

    step: str
    municipality_code: str | None  # None where it is a step of the whole country
    since: dt.datetime
    detail: str


def named(codes: Collection[str]) -> str:
    """Municipalities in a line: how many, and the first of them by code."""
    more = f" and {len(codes) - MAX_NAMED} more" if len(codes) > MAX_NAMED else ""
    several = "municipality" if len(codes) == 1 else "municipalities"
    return f"{len(codes)} {several} ({', '.join(sorted(codes)[:MAX_NAMED])}{more})"


def age(since: dt.datetime, moment: dt.datetime) -> str:
    """How long ago, as one says it."""
    minutes = max(dt.timedelta(), moment - since) // dt.timedelta(minutes=1)
    return (
        f"{minutes} minutes"
        if minutes < 120
        else f"{minutes // 60} hours"
        if minutes < 2880
        else f"{minutes // 1440} days"
    )


def closed(months: Sequence[dt.date], moment: dt.datetime) -> list[dt.date]:
    """Those of the months whose statements must have been issued by now, but for those that somebody lets wait."""
    return [month for month in months if released_from(month) + GRACE <= moment]


AS_THE_OWNER = "run `flask --app wsgi db upgrade` as the owner"
DEPENDENCIES: Mapping[tuple[str, str], str] = {
    ("database", "unreachable"): "PostgreSQL does not answer at DATABASE_URL; see that it runs and lets the service in",
    ("migrations", "missing"): f"the database holds no schema of ours; {AS_THE_OWNER}",
    ("migrations", "behind"): f"the schema is another version's; {AS_THE_OWNER}, or bring the code to where it is",
    (
        "migrations",
        "different",
    ): f"the schema is not what its revision should have made of it; {AS_THE_OWNER}, which says what differs",
    ("walls", "missing"): f"the database holds no walls; {AS_THE_OWNER}",
    ("walls", "deaf"): f"PostgreSQL knows another SECRET_KEY; {AS_THE_OWNER}, with the present one",
    ("walls", "open"): f"a door is left open by `db upgrade -x rolling`; {AS_THE_OWNER}, and then `walls close`",
    ("redis", "unreachable"): "no answer at REDIS_URL, so nobody knows whether worker and timetable live; start it",
    ("worker", "missing"): "none is there; start one (`systemctl start partnerskab-worker@1`)",
    ("timetable", "missing"): "no beat for three minutes; restart partnerskab-timetable and read its log",
}


def of_dependencies(found: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with what the service stands on, as `/readyz` tells it."""
    if found.get("database") != "ok":
        found = {name: state for name, state in found.items() if name not in ("migrations", "walls")}
    for name, state in found.items():
        if state not in ("ok", "unknown", "ahead"):  # ahead: while a new version takes the place of this one
            yield f"{name}: {DEPENDENCIES.get((name, state), state)}"


def of_statements(missing: Mapping[dt.date, Collection[str]], moment: dt.datetime) -> Iterator[str]:
    """The months whose statements should have gone out by themselves, and that lack some."""
    for month, codes in missing.items():
        if codes:
            name = month_name(month)
            yield (
                f"statements: {named(codes)} have none for {name}, which should have gone out {age(released_from(month), moment)} ago;"
                f" run `flask --app wsgi statements close --month {name}` and see the page Opgørelser"
            )


def of_work(work: Collection[Work], moment: dt.datetime) -> Iterator[str]:
    """Work that is late, and work that was given up. Of a file of their own, and of whom they invited, people are told themselves."""
    for one in work:
        if one.late and one.oldest:
            yield f"{one.kind}: {one.late} wait too long, the oldest for {age(one.oldest, moment)}; {STUCK}, and see that workers run"
        failed = one.failed_lately if one.kind == "mail" else one.failed
        if failed and one.kind not in ("import", "export", "invitation"):
            lately = f" in the last {MAIL_TOLD.days} days" if one.kind == "mail" else ""
            yield f"{one.kind}: {failed} given up{lately}; {STUCK}"


def of_aside(aside: Collection[Aside]) -> Iterator[str]:
    """What is set aside, a line for each step."""
    steps: dict[str, list[Aside]] = {}
    for one in aside:
        steps.setdefault(one.step, []).append(one)
    for step, ones in steps.items():
        first = min(ones, key=lambda one: one.since)
        codes = [one.municipality_code for one in ones if one.municipality_code]
        where = f"in {named(codes)}" if codes else "for the whole country"
        yield f"set aside: {step} {where} since {first.since:%Y-%m-%d %H:%M} UTC, {first.detail}; see the page Sat til side (/sat-til-side)"


def of_ledger(broken: Collection[str], unread: Collection[str]) -> Iterator[str]:
    """The chains whose heads are not their last entries, and those that the clock should have read again by now."""
    if broken:
        yield f"ledger: the head of {', '.join(sorted(broken)[:MAX_NAMED])} is not its last entry; run `flask --app wsgi ledger verify`"
    if unread:
        yield (
            f"ledger: {named(unread)} not read for over a week, to see that it is whole;"
            " see that the timetable runs, and the page Sat til side (/sat-til-side)"
        )


def of_log(unsigned: int, has_key: bool) -> Iterator[str]:
    """The log of papers, where it grows and nobody can sign it. That the clock does not is told as all that is set aside."""
    if unsigned and not has_key:
        yield (
            f"log of papers: {unsigned} papers stand in no signed checkpoint; make a key by `flask --app wsgi papers log-key FILE`"
            " and name it in LOG_KEY_FILE"
        )


def of_contacts(named: Mapping[str, str], demanded: bool) -> Iterator[str]:
    """The settings that name whom people turn to, and name nobody, where they are demanded."""
    lacking = [name for name, value in named.items() if demanded and not value]
    if lacking:
        yield f"contacts: nobody is named by {', '.join(lacking)}; docs/operations.md says what they are for"


def of_seal(last: dt.datetime | None, demanded: bool, moment: dt.datetime) -> Iterator[str]:
    """A seal that papers lack, where one is demanded, or whose certificate soon ends."""
    if last is None and demanded:
        yield "seal: papers are issued without a seal, as SEAL_KEY_FILE is not set; docs/operations.md says how a key is made"
    if last is not None and last - moment < SEAL_ENDS:
        yield f"seal: the certificate of SEAL_KEY_FILE ends on {last:%Y-%m-%d}; after that papers wait for a new one"


def of_review(reviewed: dt.date, today: dt.date) -> Iterator[str]:
    """An accessibility statement that is to be reviewed anew."""
    if is_old(reviewed, today):
        yield (
            f"accessibility: the statement was reviewed on {reviewed}, over a year ago; hold it against the service,"
            " and put the day into service/desk/home/accessibility.py"
        )


def of_backup(newest: dt.datetime | None, limit: dt.timedelta, demanded: bool, moment: dt.datetime) -> Iterator[str]:
    """A newest backup that is too old; none at all only where one is demanded."""
    if newest is None and demanded:
        yield "backup: none was ever made; run `flask --app wsgi backup DIR` as the backup role (partnerskab-backup.timer does it nightly)"
    if newest is not None and moment - newest > limit:
        hours = limit // dt.timedelta(hours=1)
        yield f"backup: the newest is {age(newest, moment)} old, {hours} hours are the most; see the log of partnerskab-backup"
