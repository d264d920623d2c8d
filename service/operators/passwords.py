"""Passwords of operators: what will do, how one is kept, and how many are looked at at once."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from werkzeug.security import check_password_hash, generate_password_hash

SHORTEST = 12  # characters
LONGEST = 256  # more would only keep the machine busy hashing
METHOD = "scrypt:32768:8:1"  # 32 MB and some 60 ms for each look
# Every look holds 32 MB and a web thread, and the others are there for texts: what is more than
# this is sent away at once.
_LOOKS = BoundedSemaphore(2)
_PLACES = BoundedSemaphore(4)
# Compared with where there is no such operator, so that the time taken doesn't tell.
_NOBODY = (
    f"{METHOD}$rWCMDzLCn4CyJgjq$a8d7448ab2c325e5c3ceb49704c1520b94452733b0f245483a18ede1d0655e63"
    "b6bb77f8f275dacc4198bd0269f7de3d4a93fc6c0f130010edfe79b11b15393b"
)
_FIRST_TRIED = {
    "password", "passwort", "contraseña", "mypassword", "passwd", "qwerty", "qwertyuiop", "qwertz", "asdfghjkl",
    "welcome", "letmein", "iloveyou", "admin", "administrator", "dashboard", "changeme", "secret", "upright",
    "abc", "abcd",
}  # fmt: skip
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
_GROUPS, _EACH = 4, 5


class Refused(Exception):
    """This account can't be made or changed so; the message says what to do."""


class Crowded(Exception):
    """So many passwords are being looked at that this one must come again in a moment."""


def made() -> str:
    """A password that nobody guesses (99 bits), to be read off a screen."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_EACH)) for _ in range(_GROUPS))
    return "-".join(groups)


def hashed(name: str, password: str) -> str:
    """As it is kept. Takes a while: call it before a transaction. Raises Refused."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused(f"A password has {SHORTEST} to {LONGEST} characters: use several words.")
    if _is_easy(name, password.lower()):
        raise Refused("This password is too easy to guess: use several words.")
    with _LOOKS:
        return generate_password_hash(password, METHOD)


def _is_easy(name: str, password: str) -> bool:
    """The name, a few signs again and again, digits alone, or a word that everybody tries first with some."""
    letters = "".join(filter(str.isalpha, password))
    repeated = password in {name, name * 2, name * 3} or len(set(password)) < 5
    return repeated or not letters or letters in {*_FIRST_TRIED, name}


def fits(kept: str, password: str) -> bool:
    """Is this the password? `kept`: empty where there is none to compare with, which takes as long.

    Raises Crowded.
    """
    with _place(), _LOOKS:
        right = check_password_hash(kept or _NOBODY, password[: LONGEST + 1])
    return right and bool(kept)


@contextmanager
def _place() -> Iterator[None]:
    if not _PLACES.acquire(blocking=False):
        raise Crowded
    try:
        yield
    finally:
        _PLACES.release()
