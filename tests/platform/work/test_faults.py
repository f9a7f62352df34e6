"""A fault of ours is not an outage: which error is which."""

from __future__ import annotations

import errno
import socket

import psycopg
import pytest
from jinja2 import UndefinedError
from psycopg import errors
from redis import exceptions as redis
from rq.timeouts import JobTimeoutException
from sqlalchemy import exc

from service.platform.documents.renderer import PressLost, RenderingFailed
from service.platform.web.errors import Refusal
from service.platform.work.faults import PERMANENT, Fault, fault_of


def of_database(kind: type[exc.DBAPIError], said: Exception) -> exc.DBAPIError:
    """An error as SQLAlchemy hands it on."""
    return kind("SELECT", {"name": "Kirsten"}, said)


OURS = (
    KeyError("findes_ikke"),
    ValueError("no date"),
    TypeError("none"),
    AttributeError("none"),
    LookupError("none"),
    IndexError("none"),
    ZeroDivisionError(),
    AssertionError(),
    RecursionError(),
    UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    UndefinedError("'findes_ikke' is undefined"),
    NotImplementedError(),
    Refusal("no"),
    FileNotFoundError(errno.ENOENT, "a template is missing"),
    of_database(exc.IntegrityError, errors.UniqueViolation("twice")),
    of_database(exc.DataError, errors.NumericValueOutOfRange("too large")),
    of_database(exc.ProgrammingError, errors.UndefinedColumn("no such column")),
    of_database(exc.ProgrammingError, errors.InsufficientPrivilege("no")),
    of_database(exc.DataError, psycopg.DataError("a NUL")),
    exc.StatementError("no such type", "SELECT", {}, ValueError()),
    redis.ResponseError("WRONGTYPE"),
)
OUTAGES = (
    of_database(exc.OperationalError, psycopg.OperationalError("the connection is lost")),
    of_database(exc.OperationalError, errors.ConnectionException("08000")),
    of_database(exc.OperationalError, errors.AdminShutdown("57P01")),
    of_database(exc.OperationalError, errors.CrashShutdown("57P02")),
    of_database(exc.OperationalError, errors.CannotConnectNow("57P03")),
    of_database(exc.OperationalError, errors.DiskFull("53100")),
    of_database(exc.OperationalError, errors.OutOfMemory("53200")),
    of_database(exc.OperationalError, errors.TooManyConnections("53300")),
    of_database(exc.OperationalError, errors.IoError("58030")),
    of_database(exc.OperationalError, errors.SerializationFailure("40001")),
    of_database(exc.OperationalError, errors.DeadlockDetected("40P01")),
    of_database(exc.OperationalError, errors.LockNotAvailable("55P03")),
    of_database(exc.InternalError, errors.ReadOnlySqlTransaction("25006")),
    of_database(exc.OperationalError, errors.InvalidPassword("28P01")),
    exc.TimeoutError("every connection is taken"),
    redis.ConnectionError("refused"),
    redis.TimeoutError("hangs"),
    redis.BusyLoadingError("loading"),
    redis.ReadOnlyError("a replica"),
    ConnectionRefusedError(errno.ECONNREFUSED, "refused"),
    BrokenPipeError(errno.EPIPE, "gone"),
    TimeoutError(),
    socket.gaierror(-3, "no name service"),
    *(
        OSError(number, "")
        for number in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENOMEM)
    ),
)
LOST = (
    MemoryError(),
    JobTimeoutException("300 seconds"),
    PressLost("ended at its limits"),
    of_database(exc.OperationalError, errors.QueryCanceled("57014")),
)


@pytest.mark.parametrize("error", OURS, ids=repr)
def test_a_fault_of_ours(error: Exception) -> None:
    assert fault_of(error) is Fault.UNREADABLE
    assert fault_of(error) in PERMANENT


@pytest.mark.parametrize("error", OUTAGES, ids=repr)
def test_an_outage(error: Exception) -> None:
    assert fault_of(error) is Fault.AWAY
    assert fault_of(error) not in PERMANENT


@pytest.mark.parametrize("error", LOST, ids=repr)
def test_a_try_that_was_lost(error: Exception) -> None:
    assert fault_of(error) is Fault.LOST
    assert fault_of(error) not in PERMANENT


def test_an_error_that_knows_says_so_itself() -> None:
    assert fault_of(RenderingFailed("template")) is Fault.UNPRINTABLE
