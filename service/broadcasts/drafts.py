"""A broadcast's way: written down as a draft, begun, cancelled. Each step is one operator's, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from messages.broadcasts import BroadcastWords
from service.broadcasts import wording
from service.broadcasts.audience import Audience
from service.broadcasts.compose import TRIAL
from service.broadcasts.wording import Refused
from service.outbox import entries, gate
from service.people import primary
from service.store.broadcast_tables import Broadcast
from service.store.tables import AddressRow, Entry, Person, Plan
from service.store.turns import take_turn

DRAFT, GOING, CANCELLED, DONE = "draft", "going", "cancelled", "done"
MOST_DAYS = 3
MOST_REST = 90
MOST_NAMED = 2_000  # people in a list
WITHDRAWN = "the broadcast was cancelled"


@dataclass(frozen=True, slots=True)
class Draft:
    """What an operator chose on the form."""

    texts: Mapping[str, str]
    fallback: str = ""
    audience: Audience = field(default_factory=Audience)
    left_out: Sequence[int] = ()
    rest_days: int = 0
    days: int = 1
    until: str = "20:00"


def write_down(
    session: Session, words: BroadcastWords, draft: Draft, token: str, by: str, now: datetime
) -> tuple[Broadcast, bool]:
    """The draft of this form, and whether it is new: sent twice it is the same. Raises Refused."""
    take_turn(session, "broadcast", token)
    known = session.scalars(select(Broadcast).where(Broadcast.token == token)).first()
    if known is not None:
        return known, False
    wording.check(words, draft.texts, draft.fallback)
    made = Broadcast(
        token=token,
        made_by=by,
        created_at=now,
        texts=dict(draft.texts),
        fallback=draft.fallback,
        audience=draft.audience.kept(),
        left_out=sorted(set(draft.left_out)),
        rest_days=draft.rest_days,
        days=draft.days,
        until=draft.until,
    )
    session.add(made)
    session.flush()
    return made, True


def take_turns(session: Session) -> None:
    """Of several that are sent at once each finds what is left after the one before."""
    take_turn(session, "broadcast")


def begin(
    session: Session, broadcast_id: int, people: int, billed: int, now: datetime
) -> Broadcast | None:
    """It goes from now on, to so many people; None when it was begun, or thrown away, before.

    `billed`: segments that it is to cost.
    """
    take_turns(session)  # slots are unique, and a moment is soon over
    broadcast = session.get(Broadcast, broadcast_id)
    if broadcast is None or broadcast.state != DRAFT:
        return None
    last = session.scalar(select(func.max(Broadcast.slot)))
    slot = now if last is None else max(now, last + timedelta(microseconds=1))
    broadcast.state, broadcast.slot = GOING, slot
    broadcast.people, broadcast.billed = people, billed
    session.flush()
    return broadcast


def cancel(session: Session, broadcast_id: int, now: datetime) -> bool:
    """No more of it is written, and what is queued is to be withdrawn (writing.withdraw_slice).

    False when it isn't going. A draft is thrown away by this, too.
    """
    cancelled = session.execute(
        update(Broadcast)
        .where(Broadcast.id == broadcast_id, Broadcast.state.in_((DRAFT, GOING)))
        .values(
            state=CANCELLED,
            written_at=func.coalesce(Broadcast.written_at, now),
            ended_at=case((Broadcast.state == DRAFT, now), else_=Broadcast.ended_at),
        )
        .returning(Broadcast.id)
        .execution_options(synchronize_session=False)
    )
    return cancelled.first() is not None


def show(
    session: Session,
    words: BroadcastWords,
    broadcast: Broadcast,
    address: AddressRow,
    language: str,
    now: datetime,
    quiet: tuple[time, time],
) -> None:
    """Send the text in one language to an address that is in, to see how it looks.

    Raises Refused where it wouldn't go now. `quiet`: as the gate takes it.
    """
    person = session.get_one(Person, address.person_id)
    at = primary.primary(session, person.id)
    if person.state != "active" or address.standing != "in" or at is None or at.id != address.id:
        raise Refused("A text to try goes only where reminders go: to somebody who said YES there.")
    # Pressed twice it goes once, in each language.
    place = sorted(broadcast.texts).index(language)
    half_minute = now.replace(second=now.second // 30 * 30, microsecond=place)
    row = entries.row(
        person_id=person.id,
        address_id=address.id,
        channel=address.channel,
        kind=entries.BROADCAST,
        slot=half_minute,
        params={TRIAL: broadcast.id},
        text=words.framed(broadcast.texts[language], language),
        segments=wording.size(words, broadcast.texts[language], language).count,
        now=now,
    )
    plan = session.get(Plan, person.plan_id) if person.plan_id else None
    why_not = gate.may_send(Entry(**row), person, address, plan, now=now, quiet=quiet)
    if why_not:
        raise Refused(f"It wouldn't go there now ({why_not}): try it later, or another number.")
    if entries.write(session.connection(), row) is None:
        raise Refused("It went there a moment ago: wait half a minute to send it again.")
