"""Which way an outbox row may go, and who moves it there; the database refuses every other way.

A row that must not come twice is only as safe as the weakest statement that touches it, in any
process and any version still running: so the rule stands in the database, as a trigger.
"""

from collections.abc import Iterator
from enum import StrEnum

from service.envelopes import State


class Mover(StrEnum):
    """The part of the service that makes a move."""

    CLAIM = "claim"  # takes a queued row for sending, under a lease
    GATE = "gate"  # refuses a claimed row before it is sent
    SETTLE = "settle"  # writes what came of an attempt
    SWEEP = "sweep"  # finds out what a crash or a lost answer left in doubt
    RECEIPT = "receipt"  # what the provider reports: proof, so it may correct what we gave up
    WITHDRAW = "withdraw"  # takes back what is still queued, or puts it back
    EXPIRE = "expire"  # ends what came too late
    CATCH_UP = "catch_up"  # queues an answer that missed its webhook's, or wasn't taken


_ARRIVED = (State.DELIVERED, State.UNDELIVERED, State.FAILED)
_WAYS: dict[Mover, dict[State, tuple[State, ...]]] = {
    Mover.CLAIM: {State.QUEUED: (State.SENDING,)},
    Mover.GATE: {State.SENDING: (State.EXPIRED, State.DROPPED)},
    # A sweep may have given up, or queued again, what turns out to be sent.
    Mover.SETTLE: {
        State.SENDING: (State.SENT, *_ARRIVED, State.QUEUED, State.DOUBTFUL, State.EXPIRED),
        State.DOUBTFUL: (State.SENT, *_ARRIVED, State.QUEUED, State.EXPIRED),
        State.QUEUED: (State.SENT, *_ARRIVED),
        State.LOST: (State.SENT, *_ARRIVED),
    },
    Mover.SWEEP: {
        State.SENDING: (State.DOUBTFUL, State.QUEUED),  # one without words never went
        State.DOUBTFUL: (State.SENT, *_ARRIVED, State.QUEUED, State.LOST),
    },
    Mover.RECEIPT: {
        State.ANSWERED: (State.SENT, *_ARRIVED),
        # Nobody is reached there: the row goes on to another address of the same person.
        State.SENT: (*_ARRIVED, State.QUEUED),
        State.QUEUED: (State.SENT, *_ARRIVED),
        State.SENDING: (State.SENT, *_ARRIVED),
        State.DOUBTFUL: (State.SENT, *_ARRIVED),
        State.EXPIRED: (State.SENT, *_ARRIVED),
        State.DROPPED: (State.SENT, *_ARRIVED),
        State.LOST: (State.SENT, *_ARRIVED),
    },
    Mover.WITHDRAW: {State.QUEUED: (State.DROPPED,), State.DROPPED: (State.QUEUED,)},
    Mover.EXPIRE: {State.QUEUED: (State.EXPIRED,)},
    Mover.CATCH_UP: {State.ANSWERED: (State.QUEUED,), State.SENDING: (State.QUEUED,)},
}

MOVES: frozenset[tuple[State, State]] = frozenset(
    (before, after)
    for ways in _WAYS.values()
    for before, afters in ways.items()
    for after in afters
)


def movers(before: State, after: State) -> frozenset[Mover]:
    """Who may move a row this way; nobody: the database refuses it."""
    return frozenset(mover for mover, ways in _WAYS.items() if after in ways.get(before, ()))


def enforcement(dialect: str) -> Iterator[str]:
    """The SQL that makes a database keep to MOVES.

    For migrations: one that changes the moves, or rebuilds the table, runs these anew.
    """
    listed = ", ".join(f"'{before}>{after}'" for before, after in sorted(MOVES))
    strays = f"OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({listed})"
    if dialect == "sqlite":
        yield "DROP TRIGGER IF EXISTS entry_moves"
        yield (
            f"CREATE TRIGGER entry_moves BEFORE UPDATE OF state ON entry WHEN {strays} "  # noqa: S608 -- our own names
            "BEGIN SELECT RAISE(ABORT, 'entry: no way leads from this state to that one'); END"
        )
        return
    yield (
        "CREATE OR REPLACE FUNCTION entry_refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'entry: no way leads from % to %', OLD.state, NEW.state "
        "USING ERRCODE = 'check_violation'; END $$"
    )
    yield "DROP TRIGGER IF EXISTS entry_moves ON entry"
    yield (
        f"CREATE TRIGGER entry_moves BEFORE UPDATE OF state ON entry FOR EACH ROW WHEN ({strays}) "
        "EXECUTE FUNCTION entry_refuse_move()"
    )


def release(dialect: str) -> Iterator[str]:
    """The SQL that undoes it."""
    if dialect == "sqlite":
        yield "DROP TRIGGER entry_moves"
        return
    yield "DROP TRIGGER entry_moves ON entry"
    yield "DROP FUNCTION entry_refuse_move()"
