"""The embedded Redis: configured as a whole, and started or joined."""

from __future__ import annotations

import json
import secrets
import time
from pathlib import Path
from urllib.parse import quote

from redis import ConnectionError as NoRedis
from redis import Redis
from redis import TimeoutError as NoAnswer
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.embedded_host import START_SECONDS, own_folder, run, socket_of, write_private
from config.embedded_programs import EmbeddedError, redis_server

REDIS_SOCKET = "redis.sock"


def start_redis(var: Path) -> str:
    """Start or join Redis. It keeps nothing on disk: it is a wakeup, what it announces is in PostgreSQL."""
    folder = var / "redis"
    socket, password = socket_of(folder, REDIS_SOCKET), _redis_password(var)
    client = redis_client(var)
    if not redis_answers(client):
        own_folder(folder)
        own_folder(socket.parent)
        write_private(folder / "server.conf", _redis_configuration(folder, socket, password), folder)
        run([redis_server(), folder / "server.conf"], folder)
        until = time.monotonic() + START_SECONDS
        while not redis_answers(client):
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
        write_private(file, secrets.token_urlsafe(24))
    return file.read_text()


def redis_client(var: Path) -> Redis:
    """A client that does not try again: whether Redis is there is the question."""
    socket = socket_of(var / "redis", REDIS_SOCKET)
    password = _redis_password(var)
    return Redis(unix_socket_path=str(socket), password=password, retry=Retry(NoBackoff(), 0), socket_timeout=2)


def redis_answers(client: Redis) -> bool:
    """Whether it is there: one that hangs is, and a second one beside it would mend nothing."""
    try:
        return bool(client.ping())
    except NoRedis:
        return False
    except NoAnswer:
        return True
