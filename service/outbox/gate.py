"""The one gate: may this text go to this person now? Asked again after the claim, just before it goes."""

from collections.abc import Mapping
from datetime import datetime, time
from functools import lru_cache
from typing import Any, Protocol

from service import hours
from service.envelopes import State
from service.hours import Span
from service.outbox.entries import ASKED, BROADCAST, STARTED, TO_THE_GONE

BEST_BEFORE = "best-before"
DEAD = "address dead"
BUDGET = "budget"  # what the money of the month doesn't reach

_THROUGH_A_HOLD = frozenset({"STILL_YOU"})


class Entry(Protocol):
    """What is asked of the rows that these stand for: few columns, since it is asked of each text."""

    @property
    def kind(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def params(self) -> Mapping[str, Any]: ...
    @property
    def slot(self) -> datetime | None: ...
    @property
    def best_before(self) -> datetime | None: ...


class Person(Protocol):
    @property
    def state(self) -> str: ...
    @property
    def zone(self) -> str: ...
    @property
    def held_until(self) -> datetime | None: ...
    @property
    def held_why(self) -> str: ...
    @property
    def rest_until(self) -> datetime | None: ...


class Address(Protocol):
    @property
    def standing(self) -> str: ...
    @property
    def dead(self) -> str: ...


class Plan(Protocol):
    @property
    def own(self) -> bool: ...
    @property
    def hours(self) -> str: ...


def settled_as(reason: str) -> State:
    """What becomes of a row that was refused."""
    return State.EXPIRED if reason in {BEST_BEFORE, BUDGET} else State.DROPPED


def may_send(
    entry: Entry,
    person: Person | None,
    address: Address | None,
    plan: Plan | None,
    *,
    now: datetime,
    quiet: tuple[time, time],
) -> str | None:
    """None: it may go. Otherwise why not. `quiet`: when texting may begin and must end, local time."""
    if person is None or address is None:
        return "nobody there"
    if entry.best_before is not None and entry.best_before <= now:
        return BEST_BEFORE
    if entry.kind in STARTED:
        return _not_wanted(entry, person, address, now) or _not_now(entry, person, plan, now, quiet)
    return _not_to_them(entry, address)


def _not_to_them(entry: Entry, address: Address) -> str | None:
    """Of an answer. Somebody who writes to us after they left is answered, within minutes."""
    if entry.kind == "emergency" or (entry.params or {}).get(ASKED):
        return None
    if address.dead:
        return DEAD
    out = address.standing == "out" and entry.key not in TO_THE_GONE
    return "opted out" if out else None


def _not_wanted(entry: Entry, person: Person, address: Address, now: datetime) -> str | None:
    if address.dead:
        return DEAD
    if address.standing != "in" or person.state != "active":
        return "no consent"
    held = person.held_until is not None and person.held_until > now
    if held and entry.key not in _THROUGH_A_HOLD:
        return f"held: {person.held_why}"
    slot = entry.slot or now
    if entry.kind == "reminder" and person.rest_until is not None and person.rest_until > slot:
        return "moved or snoozed"
    return None


def _not_now(
    entry: Entry, person: Person, plan: Plan | None, now: datetime, quiet: tuple[time, time]
) -> str | None:
    """Quiet hours give way only to hours that the person set.

    Those are asked of the slot, which a text may follow by a few minutes; quiet hours of the clock, as
    is all of a broadcast, whose slot is one moment for everybody.
    """
    if not person.zone:
        return "zone unknown"
    if plan is not None and plan.own:
        slot = now if entry.kind == BROADCAST else entry.slot or now
        return (
            None
            if hours.inside(_spans(plan.hours), _time(slot, person.zone))
            else "outside their hours"
        )
    return None if _time(now, person.zone) in Span(*quiet) else "quiet hours"


def _time(moment: datetime, zone: str) -> time:
    return hours.local(moment, zone).time()


@lru_cache(maxsize=1024)
def _spans(windows: str) -> tuple[Span, ...]:
    return tuple(Span.parse(span) for span in windows.split())
