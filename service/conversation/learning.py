"""Topics, MORE, MENU and STATUS: what there is to read."""

from datetime import timedelta

from sqlalchemy import or_, select

from service.conversation import destination, wording
from service.conversation.moving import done_today
from service.conversation.turn import Said, Turn, said
from service.reminders import plans
from service.store.tables import Entry

GENTLER = "STRAIN"
GENTLE = timedelta(days=3)  # after a strain only the gentle stretches come
RECENT = timedelta(days=1)  # MORE carries on from a topic read within


def topic(turn: Turn) -> list[Said]:
    name = turn.reading.topic
    if name == GENTLER:
        turn.person.gentle_until = turn.now + GENTLE
    size = turn.house.reply_size
    key = f"{name}.{size}"
    return [said(key if turn.house.catalogue.has(key) else f"{name}.sms")]


def same_day(turn: Turn) -> list[Said]:
    """A sign that wants a doctor today, such as a past cancer; named as it was understood."""
    turn.language = turn.reading.language or turn.language
    sign = turn.reading.argument or turn.house.catalogue.say("words.any_sign", turn.language)
    return [said("SAMEDAY", SIGN=sign)]


def more(turn: Turn) -> list[Said]:
    """The next part of the topic they read last."""
    last = turn.session.scalars(
        select(Entry.key)
        .where(
            Entry.address_id == turn.address.id,
            Entry.slot.is_(None),
            Entry.created_at > turn.now - RECENT,
            or_(Entry.key.like("%.sms"), Entry.key.like("%.lite"), Entry.key.like("%.more.%")),
        )
        .order_by(Entry.id.desc())
        .limit(1)
    ).first()
    return [said(_after(turn, last))] if last else [said("MORE_NONE")]


def _after(turn: Turn, key: str) -> str:
    name, part = key.split(".", 1)
    if part == "lite":
        return f"{name}.sms"
    number = int(part.removeprefix("more.")) + 1 if part.startswith("more.") else 1
    if number > turn.house.catalogue.more_parts(name, turn.language):
        return "MORE_NONE"
    return f"{name}.more.{number}"


def thanked(turn: Turn) -> list[Said]:
    """A bare "thanks" or "ok" asks for nothing: an answer would cost both sides a text."""
    return [] if turn.reading.exact else [said("THANKS")]


def unknown(turn: Turn) -> list[Said]:
    """A helpful answer to what we can't read: the nearest topics, and the number."""
    if not turn.inbound.text.strip():
        return [said("EMPTY")]
    nearest = turn.reading.nearest
    if len(nearest) < 3:
        return [said("UNKNOWN")]
    return [said("UNKNOWN_NEAR", K1=nearest[0], K2=nearest[1], K3=nearest[2])]


def status(turn: Turn) -> list[Said]:
    """Their settings, the next reminder, today's count, and the emergency number we would name."""
    if not turn.active:
        return turn.not_in("STATUS_NEW")
    person = turn.person
    rhythm = plans.rhythm_of(turn.session, person)
    return [
        said(
            "STATUS",
            DAYS=wording.days(turn.house.catalogue, rhythm.days, turn.language),
            HOURS=wording.windows(rhythm),
            EVERY=wording.interval(turn.house.catalogue, rhythm.every, turn.language),
            TZ=wording.place_name(rhythm.zone, turn.language) or "?",
            TIME=turn.next_time(),
            N=done_today(turn),
        ),
        *destination.places(turn),
    ]


def preferences(turn: Turn) -> list[Said]:
    """Their own page, and which settings there are; where reminders go, for whoever can choose."""
    page = turn.house.pages.to(turn.person, turn.address, turn.now)
    first = said("PREFS_PAGE", PAGE=page) if page else said("PREFS")
    return [first, *(destination.places(turn) if turn.active else ())]
