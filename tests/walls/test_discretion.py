"""Logs hold no person.

A statement of every kind is made to fail over somebody's words, as web, as job and as command: the words are nowhere.
"""

from __future__ import annotations

import ast
import json
import logging
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select, text

from config.discretion import BECAUSE, described, traced
from config.embedded import Servers
from config.settings import Settings
from service.platform.notices.models import Notice
from service.platform.web.permits import permit
from service.platform.work import leases, waking
from service.platform.work.listener import listener
from service.platform.work.waking import Wakeup
from tenants.acting import acting_for
from tenants.database import db, transaction, uuid7
from tenants.reach import clock
from tests.support.logged import logged
from tests.walls.ways import visitor

EMAIL, NAME, STORY = "kanarie.fugl@kommune.example", "Kanarie Fuglsang", "Hun græd »hele« aftenen, sagde 'Bo'"
CANARIES = ("kanarie", "Kanarie", "Fuglsang", "græd", "aftenen")
CODE = "0580"
TABLES = """
CREATE TABLE canaries (
    id serial PRIMARY KEY, email text NOT NULL UNIQUE, name text REFERENCES canaries (email), story text CHECK (length(story) < 60),
    short varchar(5), kept text, EXCLUDE USING btree (kept WITH =)
);
GRANT ALL ON canaries, canaries_id_seq TO partnerskab_service;
INSERT INTO canaries (email, kept) VALUES ('{email}', '{story}');
CREATE FUNCTION canary_raises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'no % here', NEW.story
        USING DETAIL = NEW.email, HINT = NEW.name, TABLE = NEW.name, COLUMN = NEW.story, CONSTRAINT = NEW.email, ERRCODE = NEW.short;
END $$;
CREATE TRIGGER raises BEFORE INSERT ON canaries FOR EACH ROW WHEN (length(NEW.short) = 5) EXECUTE FUNCTION canary_raises();
"""


@dataclass(frozen=True)
class Failure:
    """A statement that fails over the canaries, and with which of PostgreSQL's codes; "" where it does not get there."""

    code: str
    sql: str
    values: Mapping[str, Any] = field(default_factory=dict)


def raised(code: str) -> Failure:
    """A trigger that raises with that code, and puts words wherever an error has room for them."""
    return Failure(
        code,
        "INSERT INTO canaries (email, name, story, short) VALUES (:email, :name, :story, :code)",
        {"email": f"2.{EMAIL}", "code": code},
    )


INSERT = "INSERT INTO canaries (email, name, story, kept) VALUES "
FAILURES = {
    "unique": Failure("23505", INSERT + "(:email, NULL, :story, NULL)"),
    "foreign key": Failure("23503", INSERT + "(:story, :name, NULL, NULL)"),
    "check": Failure("23514", INSERT + "(:name, NULL, :long, NULL)", {"long": STORY * 3}),
    "not null": Failure("23502", INSERT + "(NULL, NULL, :story, NULL)"),
    "exclusion": Failure("23P01", INSERT + "(:name, NULL, NULL, :story)"),
    "too long": Failure(
        "22001", "INSERT INTO canaries (email, short) VALUES (:email, :story)", {"email": f"3.{EMAIL}"}
    ),
    "no number": Failure("22P02", "SELECT CAST(:story AS integer)"),
    "no day": Failure("22007", "SELECT CAST(:story AS date)"),
    "no id": Failure("22P02", "SELECT CAST(:name AS uuid)"),
    "no JSON": Failure("22P02", "SELECT CAST(:name AS jsonb)"),
    "no expression": Failure("2201B", "SELECT 'x' ~ :open", {"open": f"({STORY}"}),
    "number too large": Failure("22003", "SELECT CAST(:digits AS integer)", {"digits": "9" * 30}),
    "NUL": Failure("", "SELECT CAST(:nul AS text)", {"nul": f"{STORY}\x00"}),
    "no value at all": Failure("", "SELECT CAST(:object AS text)", {"object": object()}),
    "division": Failure("22012", "SELECT length(:story) / 0"),
    "no such table": Failure("42P01", f"SELECT '{NAME}' FROM \"{NAME}\""),
    "no grammar": Failure("42601", f"SELECT FROM WHERE {NAME} AND '{NAME}'"),
    "not allowed": Failure("42501", "COPY canaries (email) FROM PROGRAM 'echo Kanarie'"),
    "only reading": Failure("25006", "SET TRANSACTION READ ONLY; INSERT INTO canaries (email) VALUES ('Kanarie')"),
    "takes too long": Failure("57014", "SET LOCAL statement_timeout = '20ms'; SELECT pg_sleep(30), 'Kanarie'"),
    "locked": Failure("55P03", "SET LOCAL lock_timeout = '20ms'; UPDATE canaries SET kept = 'Kanarie'"),
    **{f"raised as {code}": raised(code) for code in ("P0001", "40001", "40P01", "22000", "XX000")},
}
# Even SQLAlchemy's whole text holds no word of these: only the statement's values did, which are not shown.
QUIET = {"too long", "no expression", "number too large", "NUL", "no value at all", "division"}


@pytest.fixture
def canaries(app: Flask, place: Servers) -> Iterator[psycopg.Connection]:
    """A table to fail on, and a transaction of somebody else's that holds its row."""
    with psycopg.connect(place.database_owner_url, autocommit=True) as owner:
        owner.execute(TABLES.format(email=EMAIL, story=STORY.replace("'", "''")))
        try:
            with psycopg.connect(place.database_owner_url) as other:
                other.execute("SELECT FROM canaries FOR UPDATE")
                yield other
        finally:
            owner.execute("DROP TABLE canaries; DROP FUNCTION canary_raises")


def fail(failure: Failure) -> None:
    """Make the statement fail."""
    with transaction():
        for sql in failure.sql.split("; "):
            db.session.execute(text(sql), {"email": EMAIL, "name": NAME, "story": STORY, **failure.values})


def work(failure: Failure, _lease: UUID) -> bool:
    """A job that fails so."""
    fail(failure)
    return True


def errors() -> dict[str, Exception]:
    """What each of the failures raises."""
    found = {}
    for name, failure in FAILURES.items():
        with acting_for(clock([CODE])), pytest.raises(Exception) as caught:
            fail(failure)
        found[name] = caught.value
        assert (getattr(getattr(caught.value, "orig", None), "sqlstate", None) or "") == failure.code, (
            name,
            caught.value,
        )
    return found


def words_in(whole: str) -> set[str]:
    """The canaries in a text."""
    return {word for word in CANARIES if word in whole or json.dumps(word)[1:-1] in whole}


def test_what_is_told_of_an_error_says_where_and_not_what(app: Flask, canaries: psycopg.Connection) -> None:
    with app.app_context():
        found = errors()
    assert {name: described(error) for name, error in found.items() if words_in(described(error) + traced(error))} == {}
    assert (
        described(found["unique"])
        == "IntegrityError: UniqueViolation 23505, table canaries, constraint canaries_email_key"
    )
    assert described(found["not null"]) == "IntegrityError: NotNullViolation 23502, table canaries, column email"
    assert described(found["no number"]) == "DataError: InvalidTextRepresentation 22P02"
    assert described(found["raised as P0001"]) == "ProgrammingError: RaiseException P0001"
    assert "Traceback (most recent call last):" in traced(found["division"])
    assert "in fail" in traced(found["division"])


def test_the_control_told_as_python_does_they_would_be_there(app: Flask, canaries: psycopg.Connection) -> None:
    with app.app_context():
        whole = {name: "".join(traceback.format_exception(error)) for name, error in errors().items()}
    assert {name for name, said in whole.items() if not words_in(said)} == QUIET


def test_no_engine_shows_what_it_was_given(migrated: Flask, root: Path) -> None:
    with migrated.app_context():
        assert db.engine.hide_parameters
    made = {
        f"{path.name}:{node.lineno}": {keyword.arg for keyword in node.keywords}
        for folder in ("config", "migrations", "service", "tenants")
        for path in (root / folder).rglob("*.py")
        if "node_modules" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in ("create_engine", "engine_from_config")
    }
    assert made
    assert {where for where, options in made.items() if "hide_parameters" not in options} == set()


ANYTHING = {
    "Exception",
    "BaseException",
    "SQLAlchemyError",
    "DBAPIError",
    "IntegrityError",
    "OperationalError",
    "Error",
}


def in_its_own_words(source: str) -> list[int]:
    """The lines where who catches anything, or an error of the database, puts it into words as it stands."""
    found = []
    for handler in ast.walk(ast.parse(source)):
        if not isinstance(handler, ast.ExceptHandler) or handler.name is None or handler.type is None:
            continue
        if ANYTHING.isdisjoint(each.rpartition(".")[2] for each in ast.unparse(handler.type).strip("()").split(", ")):
            continue
        for node in (each for each in ast.walk(handler) if isinstance(each, ast.expr)):
            words = (
                node.args if isinstance(node, ast.Call) and ast.unparse(node.func) in ("str", "repr", "print") else []
            )
            words += [node.value] if isinstance(node, ast.FormattedValue) else []
            found += [node.lineno for each in words if isinstance(each, ast.Name) and each.id == handler.name]
    return sorted(found)


def test_who_catches_anything_does_not_tell_it_in_its_own_words(root: Path) -> None:
    """What is kept with a row and shown on a page is `told`."""
    sources = [path for folder in ("config", "service", "tenants") for path in (root / folder).rglob("*.py")]
    assert {str(path): lines for path in sources if (lines := in_its_own_words(path.read_text()))} == {}


def test_the_control_who_does_is_found() -> None:
    caught = "try:\n    x()\nexcept {} as error:\n    row.last_error = {}"
    for kind, words in (
        ("Exception", 'f"{error}"'),
        ("psycopg.Error", "str(error)"),
        ("(ValueError, DBAPIError)", "repr(error)"),
    ):
        assert in_its_own_words(caught.format(kind, words)) == [4]
    assert in_its_own_words(caught.format("Exception", "told(error)")) == []
    assert in_its_own_words(caught.format("ValueError", "str(error)")) == []


@pytest.mark.gate("16.3.4", "16.5.1", "16.5.4")
def test_the_web_logs_and_shows_no_word(
    app: Flask, canaries: psycopg.Connection, place: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does the log of PostgreSQL, where it is ours."""
    failing: list[Failure] = []
    monkeypatch.setitem(app.view_functions, "language.choose", permit.public(lambda: fail(failing[-1])))
    asker, pages = visitor(app), ""
    with logged() as log:
        for failure in FAILURES.values():
            failing.append(failure)
            answer = asker.ask("POST", "/sprog")
            assert answer.status_code in (409, 500, 503)
            pages += answer.text
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    shown = sum("exception" in line or line["event"] == "database_away" for line in lines)
    assert shown == len(FAILURES) - 1  # who comes second is told, and no error
    assert "UniqueViolation" not in log.getvalue()
    assert words_in(log.getvalue() + pages) == set()
    server = (
        Path(str(psycopg.conninfo.conninfo_to_dict(place.database_url).get("host", ""))).parent / "postgres/server.log"
    )
    if server.exists():
        assert words_in(server.read_text()) == set()


@pytest.mark.gate("16.3.4")
def test_a_job_logs_and_keeps_no_word(app: Flask, canaries: psycopg.Connection, settings: Settings) -> None:
    """Neither the row that it failed on, which pages show, nor Redis, nor the log, whether the job caught it or not."""
    with logged() as log, app.app_context():
        for name, failure in FAILURES.items():
            with acting_for(clock([CODE])), transaction():
                row = Notice(
                    municipality_code=CODE, id=uuid7(), about=name, recipient="a@b.example", subject="S", body="B"
                )
                db.session.add(row)
            with acting_for(clock([CODE])):
                assert not leases.once(Notice, Notice.id == row.id, 60, partial(work, failure), "notice_failed")
        with acting_for(clock([CODE])), transaction():
            kept = {row.about: row.last_error for row in db.session.execute(select(Notice.about, Notice.last_error))}
        redis = Redis.from_url(settings.redis_url)
        _work(redis, app)
        in_redis = "".join(str(redis.dump(key)) for key in redis.scan_iter())
    assert set(kept) == set(FAILURES)
    assert all(kept.values())
    assert words_in("".join(filter(None, kept.values()))) == set()
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert sum(line["event"] == "notice_failed" for line in lines) == len(FAILURES)
    assert [line["function"] for line in lines if line["event"] == "job_failed"] == [BREAKS]
    assert words_in(log.getvalue() + in_redis) == set()


def breaks() -> None:
    """A job that catches nothing."""
    with acting_for(clock([CODE])):
        fail(FAILURES["unique"])


BREAKS = f"{__name__}.breaks"


def _work(redis: Redis, app: Flask) -> None:
    here = listener(redis, {BREAKS: breaks})

    def in_this_process(job: Any, queue: Any) -> None:
        here.perform_job(job, queue, here.prepare_execution(job))

    here.fork_work_horse = in_this_process  # type: ignore[method-assign]
    here.monitor_work_horse = lambda *_arguments: None  # type: ignore[method-assign]
    waking.wake_each([Wakeup(BREAKS, ())])
    here.work(burst=True, logging_level="WARNING")


@pytest.mark.gate("16.5.4")
def test_a_command_and_whatever_nobody_catches_log_no_word(app: Flask, canaries: psycopg.Connection) -> None:
    """Nor do libraries that log an error in their own words, nor a warning."""
    with app.app_context():
        found = errors()
    with logged() as log:
        for error in found.values():
            sys.excepthook(type(error), error, error.__traceback__)
            logging.getLogger("a.library").warning("gave up: %s %r", error, error)
            logging.getLogger("gunicorn.error").error("Error handling request", exc_info=error)
        warnings.showwarning(UserWarning(f"ugyldig: {EMAIL}"), UserWarning, "a.py", 1)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["event"] for line in lines].count("uncaught") == len(FAILURES)
    assert len(lines) == 3 * len(FAILURES) + 1
    assert words_in(log.getvalue()) == set()


def _raised(make: Callable[[], object]) -> Exception:
    try:
        make()
    except Exception as error:
        return error
    raise AssertionError


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: int(NAME), "ValueError: invalid literal for int() with base 10: [masked]"),
        (lambda: dict[str, str]()["findes_ikke"], "KeyError: 'findes_ikke'"),
        (lambda: dict[str, str]()[NAME], "KeyError: [masked]"),
        (lambda: dict[str, str]()[STORY], "KeyError: [masked]"),
        (lambda: None.x, "AttributeError: 'NoneType' object has no attribute 'x'"),  # type: ignore[attr-defined]
        (
            f"{STORY}\udc80".encode,
            "UnicodeEncodeError: [masked] codec can't encode character [masked] in position",
        ),
        (
            lambda: Path("/findes/ikke").read_text(),
            "FileNotFoundError: [Errno 2] No such file or directory: '/findes/ikke'",
        ),
        (
            lambda: json.loads(f"{{{STORY}"),
            "JSONDecodeError: Expecting property name enclosed in double quotes: line 1",
        ),
    ],
)
def test_any_other_error_says_what_it_is_without_what_was_written(make: Callable[[], object], says: str) -> None:
    error = _raised(make)
    assert described(error).startswith(says)
    assert words_in(traced(error).replace(ast.unparse(ast.Constant(STORY)), "")) == set()


def test_what_led_to_an_error_is_told_in_its_order() -> None:
    try:
        try:
            int(NAME)
        except ValueError as error:
            raise LookupError("for oven") from error
    except LookupError as error:
        lines = traced(error).splitlines()
    # How many lines a step takes, and how it is underlined, Python's versions differ in.
    whole = [line for line in lines if not line.startswith(" ") and line]
    assert whole == ["Traceback (most recent call last):", whole[1], BECAUSE, whole[0], "LookupError: for oven"]
    assert whole[1].startswith("ValueError")
