"""Browsers in which somebody has signed in before: others' guesses don't keep them out.

A signed cookie says so, and lets nobody in: it only gives its browser a count of its own.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

COOKIE = "familiar"
_KEPT = timedelta(days=180)
_MOST = 8  # names; of more, the ones used longest ago are forgotten


@dataclass(frozen=True, slots=True)
class Browser:
    number: str = ""
    names: tuple[str, ...] = ()  # who has signed in here, the latest first

    def knows(self, name: str) -> bool:
        return name in self.names


def browser() -> Browser:
    """The one that asks; without a number and names for one that we don't know."""
    try:
        number, *names = _signer().loads(request.cookies.get(COOKIE, ""))
    except (BadSignature, ValueError, TypeError):
        return Browser()
    return Browser(str(number), tuple(map(str, names)))


def remember(response: Response, name: str) -> None:
    """That this name has signed in here."""
    known = browser()
    names = [name, *(each for each in known.names if each != name)][:_MOST]
    response.set_cookie(
        COOKIE,
        _signer().dumps([known.number or secrets.token_hex(8), *names]),
        max_age=_KEPT,
        path="/dashboard",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="familiar browser")
