"""DONE and STRETCH: people who moved are not nudged again at once."""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import func, select

from service.conversation.turn import Said, Turn, said
from service.reminders import compose
from service.store.tables import AddressRow, Inbound

MOVED = timedelta(minutes=25)


def done(turn: Turn) -> list[Said]:
    if not turn.active:
        return turn.not_in("DONE_NEW")
    _moved(turn)
    return [said("DONE_OK", N=done_today(turn), TIME=turn.next_time())]


def done_today(turn: Turn) -> int:
    """How often they texted DONE since their local midnight."""
    midnight = datetime.combine(turn.local.date(), time(0), turn.local.tzinfo).astimezone(UTC)
    counted = (
        select(func.count())
        .select_from(AddressRow)
        .join(Inbound, Inbound.address_id == AddressRow.id)
        .where(
            AddressRow.person_id == turn.person.id,
            Inbound.topic == "DONE",
            Inbound.at >= midnight,
        )
    )
    return turn.session.scalar(counted) or 0


def stretch(turn: Turn) -> list[Said]:
    """A stretch now, for anybody who asks."""
    move = compose.choose(turn.session, turn.house.catalogue, turn.person, turn.now)
    _moved(turn)
    return [said(move.id)]


def _moved(turn: Turn) -> None:
    rest = turn.now + MOVED
    person = turn.person
    person.rest_until = max(person.rest_until, rest) if person.rest_until else rest
