"""Passwords and codes that somebody gives to prove who they are, and how often they may be wrong."""

from dataclasses import dataclass

from flask import session
from sqlalchemy.orm import Session

from service.operators import accounts, audit, codes, passwords, throttle
from service.operators.throttle import Attempt
from service.store.operator_tables import Operator
from service.store.turns import take_turn
from service.web import proxies
from service.web.dashboard import doors, familiar

WRONG = "That name, password or code isn't right."
NOT_YOURS = "That isn't your password."
TOO_OFTEN = "Too many attempts: wait a quarter of an hour, then try again."
CROWDED = "Many are signing in at this moment: try again in a few seconds."


@dataclass
class Refusal(Exception):
    """Raised before the transaction; returned in it, since what it has noted must stay."""

    sentence: str
    status: int


@dataclass(frozen=True, slots=True)
class Proof:
    """A password that was right when it was looked at. `settle` says whether it counts."""

    attempt: Attempt
    right: bool
    kept: str  # the password it was compared with, as it is kept

    def settle(self, writing: Session, wrong: str = WRONG) -> Operator | Refusal:
        """The operator, in the transaction that goes on with it; or why not, which is noted then.

        Attempts are counted again, one after the other: of many that come at once no more are
        answered than of as many that come in turn.
        """
        take_turn(writing, "sign-in")
        if throttle.stops(writing, self.attempt, doors.wall()):
            return Refusal(TOO_OFTEN, 429)
        operator = accounts.find(writing, self.attempt.name) if self.right else None
        if operator is None or operator.password_hash != self.kept:
            _note(writing, audit.REFUSED, self.attempt)
            return Refusal(wrong, 403)
        return operator


def of_name(name: str, password: str) -> Proof:
    """Of whoever wants to sign in. Raises Refusal."""
    key, name = doors.key(), accounts.normal(name)
    with doors.runtime().store.read() as reading:
        kept = accounts.find(reading, name)
    known = familiar.browser()
    noted = throttle.named(key, kept, name)
    if known.knows(noted):
        attempt = Attempt(noted, throttle.browser(key, known.number), familiar=True)
    else:
        attempt = Attempt(noted, throttle.place(key, proxies.client()))
    return _looked_at(attempt, kept, password)


def of_own(operator: Operator, password: str) -> Proof:
    """Of somebody signed in, who is about to change their account. Raises Refusal."""
    origin = throttle.browser(doors.key(), str(session.get(doors.TOKEN)))
    return _looked_at(Attempt(operator.name, origin, familiar=True), operator, password)


def _looked_at(attempt: Attempt, kept: Operator | None, password: str) -> Proof:
    with doors.runtime().store.read() as reading:
        if throttle.stops(reading, attempt, doors.wall()):
            raise Refusal(TOO_OFTEN, 429)
    # Hashing takes a while: nobody waits for the database meanwhile.
    try:
        right = accounts.knows(kept, password)
    except passwords.Crowded:
        raise Refusal(CROWDED, 503) from None
    return Proof(attempt, right, kept.password_hash if kept is not None else "")


def code(writing: Session, proof: Proof, operator: Operator, given: str) -> Refusal | None:
    """Is the code right as well, where the account wants one? Why not is noted."""
    spent = throttle.stops_codes(writing, proof.attempt, doors.wall())
    if operator.totp_secret and (spent or not codes.use(operator, given, doors.wall())):
        _note(writing, audit.WRONG_CODE, proof.attempt)
        return Refusal(WRONG, 403)
    return None


def _note(writing: Session, action: str, attempt: Attempt) -> None:
    audit.note(writing, action, None, doors.wall(), name=attempt.name, origin=attempt.origin)
