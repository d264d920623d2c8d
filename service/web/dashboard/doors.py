"""Who may open which page of the dashboard, and what is noted when they do something there."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec

from flask import Response, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service.operators import accounts, audit, sign_ins
from service.operators.changes import By
from service.store.operator_tables import Operator
from service.web import here
from service.web.dashboard import carrying

TOKEN = "operator"  # noqa: S105 -- under which the browser's session keeps it
NOT_YOURS = "Your account may look, but not do this: ask an operator."

P = ParamSpec("P")

runtime, key, origin = here.runtime, here.key, here.origin


def wall() -> datetime:
    """The time by which sign-ins end. A demo's clock can be moved, and would end them."""
    return runtime().clock.wall()


def wants(
    role: str, *, own: bool = False, unasked: bool = False
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """A page for whoever is signed in with this role; others are sent to sign in, or refused.

    `own`: it changes nothing but the account of whoever is signed in, so a viewer may.
    `unasked`: a page of ours fetches it by itself, so it is no sign that anybody is there.
    """

    def guard(page: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(page)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            g.unasked = unasked
            operator = signed_in()
            if operator is None:
                if request.method == "POST":
                    return carrying.waiting()
                back = request.full_path.rstrip("?")
                return redirect(url_for("dashboard.sign_in", back=back), 303)
            if not accounts.may(operator, role):
                abort(403, NOT_YOURS)
            return page(*args, **kwargs)

        # tests/web/test_doors.py asks for these.
        guarded.wants, guarded.own, guarded.unasked = role, own, unasked  # type: ignore[attr-defined]
        return guarded

    return guard


def signed_in() -> Operator | None:
    """Who is signed in in this browser."""
    if "operator" not in g:
        g.operator = _signed_in(session.get(TOKEN))
    found: Operator | None = g.operator
    return found


def own() -> Operator:
    """Whoever is signed in, behind a door that wants somebody."""
    operator = signed_in()
    assert operator is not None
    return operator


def _signed_in(token: object) -> Operator | None:
    if not isinstance(token, str):
        return None
    store, now = runtime().store, wall()
    with store.read() as reading:
        found = sign_ins.who(reading, token, now)
        if found is None:
            return None
        operator, sign_in = found
        reading.expunge(operator)
        unseen = not g.get("unasked") and sign_ins.unseen(sign_in, now)
    if unseen:
        with store.write() as writing:
            sign_ins.seen(writing, token, now)
    return operator


def note(writing: Session, action: str, person_id: int | None = None, **detail: Any) -> None:
    """Note in the audit what whoever is signed in has done; in the transaction that does it."""
    audit.note(writing, action, signed_in(), wall(), person_id=person_id, origin=origin(), **detail)


def by() -> By:
    """Whoever is signed in, as the one who changes an account."""
    return By(wall(), signed_in(), origin(), str(session.get(TOKEN)))


def not_kept(response: Response) -> Response:
    """No cache keeps what a dashboard shows, and no search engine lists it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return here.not_kept(response)
