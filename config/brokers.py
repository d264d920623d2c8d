"""Addresses of brokers."""

from urllib.parse import urlsplit

SCHEMES = ("redis", "rediss", "amqp", "amqps")


def check(url: str) -> None:
    """Raises ValueError, which says what is wrong. Empty: no broker."""
    parts = urlsplit(url)
    if url and parts.scheme not in SCHEMES:
        raise ValueError("must begin with redis://, rediss://, amqp:// or amqps://")
    try:
        parts.port  # noqa: B018 -- reading it checks it
    except ValueError:
        raise ValueError("must have a number as its port, such as redis://host:6379/0") from None
    database = parts.path.removeprefix("/")
    if parts.scheme.startswith("redis") and database and not database.isdecimal():
        raise ValueError("must end in the number of a database, such as redis://host:6379/0")
