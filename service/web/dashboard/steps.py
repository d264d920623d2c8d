"""How far a message got, as far as its row knows, in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.envelopes import State
from service.outbox.gate import BEST_BEFORE
from service.store.tables import Entry

_ENDED = {
    State.ANSWERED: "Given to the provider in the answer to their text",
    State.SENT: "Sent: the provider has taken it",
    State.DELIVERED: "Delivered, says the provider",
    State.UNDELIVERED: "Not delivered, says the provider",
    State.FAILED: "Failed for good",
    State.EXPIRED: "Expired: it came too late to be of use",
    State.DROPPED: "Not sent: withdrawn, or refused just before it went",
    State.LOST: "Lost: nobody knows whether it went, and it was let go",
}
_WAITS = {
    State.QUEUED: "Queued: it waits for its turn",
    State.SENDING: "Being sent",
    State.DOUBTFUL: "In doubt: the provider is asked whether it went",
}
_OUTLIVED = (State.QUEUED, State.DOUBTFUL, State.EXPIRED)  # what may follow an attempt that failed


@dataclass(frozen=True, slots=True)
class Step:
    """A moment in a message's life; `done`: has it come? `failed`: it tells the row's error."""

    at: datetime | None
    name: str
    done: bool = True
    failed: bool = False


def timeline(entry: Entry, now: datetime) -> Sequence[Step]:
    """The moment of an attempt's failure isn't kept, nor, once it is tried again, when it was due first."""
    state, due = State(entry.state), entry.not_before
    begun = [Step(entry.created_at, "Written")]
    if entry.claimed_at is not None:
        begun.append(Step(entry.claimed_at, _taken(entry, state)))
    if state in _ENDED:
        last = [Step(entry.settled_at, _ENDED[state])]
        if entry.settled_at is not None and due > entry.settled_at:
            last.append(Step(due, "It would have been due", done=False))
            return [*begun, *_failure(entry, state), *last]
    else:
        last = [Step(None, _WAITS[state], done=False)]
        if state is State.QUEUED and entry.claimed_at is not None and due > entry.claimed_at:
            return [*begun, *_failure(entry, state), Step(due, "Next try", done=False)]
        if due > now:
            return [*begun, *_failure(entry, state), *last, Step(due, "Due", done=False)]
    begun.append(Step(due, "Due again" if entry.attempts > 1 else "Due"))
    return [*sorted(begun, key=_at), *_failure(entry, state), *last]


def _at(step: Step) -> tuple[datetime | None, bool]:
    """Of two steps in the same moment the one that is taken is the later."""
    return step.at, step.name.startswith("Taken")


def _taken(entry: Entry, state: State) -> str:
    """What waits again may have been taken more often than it counts as tried."""
    counts = entry.attempts and state is not State.QUEUED
    return f"Taken for sending (attempt {entry.attempts})" if counts else "Taken for sending"


def _failure(entry: Entry, state: State) -> Sequence[Step]:
    """That the last attempt failed, where that wasn't the end."""
    if entry.claimed_at is None or state not in _OUTLIVED or entry.error in {"", BEST_BEFORE}:
        return []
    told = f"Didn't go: {entry.error} (attempts so far: {entry.attempts})"
    return [Step(None, told, failed=True)]
