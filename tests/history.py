"""Ninety days of a service's history, made by the database itself: as many people and texts as are asked for.

Reminders and answers go in working hours; most arrive. Numbers stand for chance, so that two
databases are the same.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text

from service.store.engine import Store

DAYS = 90
PLANS = 1800  # of which each minute of the hour has as many
_WAIT = 600.0
_AT_ONCE = 500_000
_ZONES = ("America/New_York", "Europe/London", "Asia/Kolkata")
_TOPICS = ("DONE", "DONE", "DONE", "DONE", "POSTURE", "LIFT", "STRETCH", "HELP", "UNKNOWN", "FEVER")


def fill(store: Store, people: int, entries: int, until: datetime) -> None:
    """The last texts go at `until`."""
    with store.migrating(_WAIT) as connection:
        for statement in _crowd(store.dialect, people, until):
            connection.execute(text(statement))
    for first in range(0, entries, _AT_ONCE):
        last = min(first + _AT_ONCE, entries)
        with store.migrating(_WAIT) as connection:
            for statement in _texts(store.dialect, people, entries, first, last, until):
                connection.execute(text(statement))
    with store.migrating(_WAIT) as connection:
        connection.execute(text("ANALYZE"))


def _crowd(dialect: str, people: int, until: datetime) -> Iterator[str]:
    yield from _plans(dialect, until)
    rows = _numbers(dialect, 1, people)
    then = _moment(dialect, f"{_epoch(until - timedelta(days=DAYS))} + i % {DAYS * 86_400}")
    zone = _one_of(_ZONES, "i % 3")
    yield (
        "INSERT INTO person (id, created_at, state, language, leaning, country, zone, agreed, held_why, "
        "seated, discreet, left_out, last_seen_at, plan_id) "
        f"SELECT i, {then}, {_one_of(('active', 'active', 'active', 'stranger', 'stopped'), 'i % 5')}, "
        f"{_one_of(('en', 'en', 'es', 'zh'), 'i % 4')}, '', 'US', {zone}, 8, '', "
        f"{_no(dialect)}, {_no(dialect)}, '[]', {then}, CASE WHEN i % 5 < 3 THEN 1 + i % {PLANS} END FROM {rows}"
    )
    channel = _one_of(("sms", "sms", "whatsapp", "telegram"), "i % 4")
    yield (
        'INSERT INTO address (id, person_id, channel, handle, "primary", standing, out_by, dead) '
        f"SELECT i, i, {channel}, '+1' || (2000000000 + i), {_yes(dialect)}, 'in', '', '' FROM {rows}"
    )
    yield (
        "INSERT INTO consent (id, address_id, handle_hash, at, event, source, rule, shown, used, provider_id) "
        f"SELECT i, i, '', {then}, {_one_of(('given',) * 9 + ('withdrawn',), 'i % 10')}, 'text', 'start', "
        f"'', '', '' FROM {rows}"
    )
    first: date = until.date() - timedelta(days=DAYS - 1)
    for number in range(DAYS):
        day = first + timedelta(days=number)
        yield f"INSERT INTO spending (sender, day, segments) VALUES ('sms', '{day}', {9_000 + 37 * number})"


def _plans(dialect: str, until: datetime) -> Iterator[str]:
    """In each of the zones; the first of them are due next."""
    hours = "'09:' || (10 + i / 180) || '-17:00'"
    yield (
        "INSERT INTO plan (id, zone, days, hours, lunch, every, minute, holidays, own, next_at, cursor) "
        f"SELECT i + 1, {_one_of(_ZONES, 'i % 3')}, '1111100', {hours}, '', 60, i / 3 % 60, '', {_no(dialect)}, "
        f"{_moment(dialect, f'{_epoch(until)} + i')}, 0 FROM {_numbers(dialect, 0, PLANS - 1)}"
    )


def _texts(
    dialect: str, people: int, entries: int, first: int, last: int, until: datetime
) -> Iterator[str]:
    """Of ten rows three answer a text; ids rise with time."""
    a_day = max(entries // DAYS, 1)
    midnight = until.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)

    def second(number: str) -> str:
        """Of working hours, 9 hours a day before the hour of `until`."""
        day = f"({number}) / {a_day}"
        return (
            f"{_epoch(midnight)} + {day} * 86400 + {until.hour - 8} * 3600 "
            f"+ (({number}) % {a_day}) * 32400 / {a_day}"
        )

    at = _moment(dialect, second("i"))
    slot = _moment(dialect, f"(({second('i')}) / 60) * 60")
    answer = "i % 10 > 6"
    kind = f"CASE WHEN i % 2003 = 7 THEN 'emergency' WHEN {answer} THEN 'reply' ELSE 'reminder' END"
    state = (
        "CASE WHEN i % 61 = 3 THEN 'failed' WHEN i % 97 = 4 THEN 'expired' WHEN i % 13 = 2 THEN 'sent' "
        f"WHEN i >= {entries - entries // 5000} THEN 'queued' ELSE 'delivered' END"
    )
    error = "CASE WHEN i % 61 = 3 THEN '30004: The recipient''s phone or carrier blocks our texts.' ELSE '' END"
    person = f"1 + i % {people}"
    channel = _one_of(("sms", "sms", "whatsapp", "telegram"), f"({person}) % 4")
    yield (
        "INSERT INTO entry (id, person_id, address_id, inbound_id, channel, kind, slot, key, params, text, "
        "created_at, not_before, best_before, state, attempt, attempts, looks, provider_id, error, segments, "
        f"settled_at) SELECT i + 1, {person}, {person}, CASE WHEN {answer} THEN i / 10 * 3 + i % 10 - 6 END, "
        f"{channel}, {kind}, CASE WHEN NOT ({answer}) THEN {slot} END, 'NK1', '{{}}', "
        "'Upright: stand up and stretch. Roll both shoulders back, slowly, five times.', "
        f"{at}, {at}, {at}, {state}, 'a' || i, 1, 0, 'SM' || i, {error}, 1, {at} "
        f"FROM {_numbers(dialect, first, last - 1)}"
    )
    came = _moment(dialect, second("i * 10 / 3"))
    topic = _one_of(_TOPICS, "i % 10")
    yield (
        "INSERT INTO inbound (id, channel, provider_id, address_id, at, intent, topic, rule) "
        f"SELECT i + 1, 'sms', 'IN' || i, 1 + (i * 7) % {people}, {came}, "
        f"CASE WHEN i % 601 = 1 THEN 'emergency' ELSE lower({topic}) END, {topic}, 'exact' "
        f"FROM {_numbers(dialect, first // 10 * 3, last // 10 * 3 - 1)}"
    )


def _numbers(dialect: str, first: int, last: int) -> str:
    if dialect == "postgresql":
        return f"generate_series({first}::bigint, {last}::bigint) AS n(i)"
    return (
        f"(WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) "
        "SELECT i FROM n)"
    )


def _moment(dialect: str, seconds: str) -> str:
    if dialect == "postgresql":
        return f"to_timestamp({seconds})"
    return f"strftime('%Y-%m-%d %H:%M:%S.000000', {seconds}, 'unixepoch')"


def _epoch(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())


def _one_of(words: tuple[str, ...], number: str) -> str:
    whens = " ".join(f"WHEN {at} THEN '{word}'" for at, word in enumerate(words))
    return f"CASE {number} {whens} END"


def _no(dialect: str) -> str:
    return "false" if dialect == "postgresql" else "0"


def _yes(dialect: str) -> str:
    return "true" if dialect == "postgresql" else "1"
