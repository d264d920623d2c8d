"""Addresses that settings hold. Each check raises ValueError, which says what is wrong."""

import re
from ipaddress import ip_network
from urllib.parse import SplitResult, urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
BROKERS = ("redis", "rediss", "amqp", "amqps")


def check_web(url: str) -> None:
    """Of a service that is called over the web; empty: none."""
    parts = urlsplit(url)
    if url and not (
        parts.hostname
        and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))
    ):
        raise ValueError("must begin with https:// (plain http only for 127.0.0.1)")
    if parts.username or parts.query or parts.fragment or re.search(r"\s", url):
        raise ValueError("must be a bare address, without user, query, fragment or blanks")
    _check_port(parts, "https://sms.example.org:8443")


def check_broker(url: str) -> None:
    """Empty: no broker."""
    parts = urlsplit(url)
    if url and parts.scheme not in BROKERS:
        raise ValueError("must begin with redis://, rediss://, amqp:// or amqps://")
    _check_port(parts, "redis://host:6379/0")
    database = parts.path.removeprefix("/")
    if parts.scheme.startswith("redis") and database and not database.isdecimal():
        raise ValueError("must end in the number of a database, such as redis://host:6379/0")


def check_proxies(given: str) -> None:
    """Addresses and networks, comma-separated; * for any."""
    for each in filter(None, map(str.strip, given.split(","))):
        try:
            each == "*" or ip_network(each)
        except ValueError:
            raise ValueError(
                "must be addresses or networks, such as 10.0.0.7,192.168.0.0/16, or *"
            ) from None


def check_database(url: str) -> None:
    """Empty: a file in DATA_DIR. The rest is checked where it is opened."""
    scheme, _, place = url.partition("://")
    if scheme.startswith("sqlite") and place in {"", "/", "/:memory:"}:
        raise ValueError("must name a file, such as sqlite:////var/lib/upright.db: memory is lost")


def _check_port(parts: SplitResult, example: str) -> None:
    try:
        parts.port  # noqa: B018 -- reading it checks it
    except ValueError:
        raise ValueError(f"must have a number as its port, such as {example}") from None
