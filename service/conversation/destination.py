"""Where reminders arrive, for somebody with several addresses; HERE moves them."""

from service.conversation.turn import Said, Turn, said
from service.outbox import entries
from service.people import primary


def where(turn: Turn) -> Said:
    """On which channel reminders arrive, and how that is changed."""
    there = turn.reminded_at()
    if there.id == turn.address.id:
        return said("WHERE_HERE")
    return said("WHERE", CHANNEL=turn.channel(there))


def places(turn: Turn) -> list[Said]:
    """The same, for whoever has a choice."""
    theirs = primary.addresses(turn.session, turn.person.id)
    return [where(turn)] if len(theirs) > 1 else []


def now_here(turn: Turn) -> Said:
    return said("HERE_OK", TIME=turn.next_time())


def move_here(turn: Turn) -> list[Said]:
    """HERE, from an address that has agreed. What is queued comes along."""
    if turn.address.primary:
        return [said("HERE_ALREADY", TIME=turn.next_time())]
    primary.prefer(turn.session, turn.address)
    entries.follow(turn.session, turn.address)
    return [now_here(turn)]
