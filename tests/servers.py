"""The servers that tests use wherever they answer, and which of them don't."""

import os
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

_PATIENCE = 2  # seconds
_SETTINGS = {
    "postgresql": "TEST_POSTGRES_URL",
    "redis": "TEST_REDIS_URL",
    "rabbitmq": "TEST_RABBITMQ_URL",
    "servers of a test's own": "initdb, pg_ctl, redis-server",
}
_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)  # Debian, Ubuntu


def _address(name: str, default: str) -> str:
    return os.environ.get(_SETTINGS[name]) or default


POSTGRESQL = _address("postgresql", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
REDIS = _address("redis", "redis://127.0.0.1:6379")
RABBITMQ = _address("rabbitmq", "amqp://guest:guest@127.0.0.1:5672")


def absent() -> Mapping[str, str]:
    """The servers that let nobody in, each with the setting that says where it is."""
    doors = {
        "postgresql": _postgresql,
        "redis": _redis,
        "rabbitmq": _rabbitmq,
        "servers of a test's own": _programs,
    }
    return {name: _SETTINGS[name] for name, enter in doors.items() if not enter()}


def program(name: str) -> str | None:
    """Where a server's program is, if it is anywhere."""
    return shutil.which(name, path=os.pathsep.join(map(str, _PLACES))) or shutil.which(name)


def missing_programs() -> list[str]:
    """What a test that starts servers of its own would miss."""
    return [name for name in ("initdb", "pg_ctl", "redis-server") if program(name) is None]


def connect_to_postgresql(url: str = POSTGRESQL) -> psycopg.Connection:
    """As the one who makes and drops the databases of tests."""
    plain = url.replace("postgresql+psycopg:", "postgresql:", 1)
    return psycopg.connect(plain, autocommit=True, connect_timeout=_PATIENCE)


def _postgresql() -> bool:
    try:
        connect_to_postgresql().close()
    except psycopg.OperationalError:
        return False
    return True


def _redis() -> bool:
    parts = urlsplit(REDIS)
    try:
        with socket.create_connection(
            (parts.hostname or "", parts.port or 6379), _PATIENCE
        ) as line:
            line.sendall(b"PING\r\n")
            return line.recv(1) in {
                b"+",
                b"-",
            }  # PONG, or that it wants the password of the address
    except OSError:
        return False


def _rabbitmq() -> bool:
    parts = urlsplit(RABBITMQ)
    try:
        with socket.create_connection(
            (parts.hostname or "", parts.port or 5672), _PATIENCE
        ) as line:
            line.sendall(b"AMQP\x00\x00\x09\x01")
            return line.recv(1) == b"\x01"  # the first frame of AMQP 0-9-1
    except OSError:
        return False


def _programs() -> bool:
    return not missing_programs()
