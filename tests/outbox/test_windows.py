"""Channels on which we write freely only for a while after somebody's last text."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import event

from service.envelopes import PAGE, Cold, Outgoing, Sent, Verdict
from service.outbox.sweep import sweep
from service.outbox.windows import ENOUGH, NO_WORDING, Window
from service.store.engine import Store
from service.store.tables import Inbound
from tests.outbox.line import NOON, House, Line, failed

WINDOW = Window(
    lasts=timedelta(hours=24), closed=frozenset({"63016"}), reminders=True, notices=True
)
_ids = count(1)


@pytest.fixture
def house(store: Store) -> House:
    """Its people are on a channel with a window; those of others on SMS."""
    return House(store, line=Line(name="chat"))


def wrote(house: House, person: int, at: datetime) -> None:
    with house.store.write() as session:
        session.add(
            Inbound(
                channel="chat", provider_id=f"T{next(_ids)}", address_id=person, at=at,
                intent="done", topic="DONE", rule="exact",
            )
        )  # fmt: skip


def somebody(house: House, hours_ago: float | None = None, **changes: Any) -> int:
    """A person on the chat who last wrote so long ago; None: never."""
    person = house.person(channel="chat", **changes)
    if hours_ago is not None:
        wrote(house, person, NOON - timedelta(hours=hours_ago))
    return person


def deliver(house: House, window: Window = WINDOW) -> None:
    house.deliver(windows={"chat": window})


def gone(house: House) -> list[Cold | None]:
    return [outgoing.cold for outgoing in house.line.given]


def test_shortly_after_a_text_reminders_go_freely(house: House) -> None:
    row = house.put(somebody(house, 23.9))
    deliver(house)
    assert gone(house) == [None]
    assert house.entry(row).params == {}


def test_a_choice_on_their_page_opens_no_window(house: House) -> None:
    person = somebody(house, 30)
    with house.store.write() as session:
        session.add(
            Inbound(
                channel=PAGE, provider_id="P1", address_id=person, at=NOON, intent="pause",
                topic="PAUSE", rule="exact",
            )
        )  # fmt: skip
    row = house.put(person)
    deliver(house)
    assert house.entry(row).params == {"cold": True}


@pytest.mark.parametrize("hours_ago", [24, 300, None])
def test_later_they_go_in_an_approved_wording_of_their_language(
    house: House, hours_ago: float | None
) -> None:
    row = house.put(somebody(house, hours_ago, language="es"))
    deliver(house)
    assert gone(house) == [Cold("es", notice=False)]
    assert (house.entry(row).state, house.entry(row).params) == ("sent", {"cold": True})


def test_the_last_text_counts_and_only_their_own(house: House) -> None:
    person = somebody(house, 30)
    wrote(house, somebody(house), NOON)
    wrote(house, person, NOON - timedelta(hours=1))
    house.put(person)
    deliver(house)
    assert gone(house) == [None]


def test_two_a_day_go_so_and_the_next_day_two_more(house: House) -> None:
    person = somebody(house)
    rows = []
    for _ in range(27):  # to the next day at 14:00; there 9:00 to 20:00 isn't quiet
        rows.append(house.put(person))
        deliver(house)
        house.clock.forward(hours=1)
    went = [row for row in rows if house.entry(row).state == "sent"]
    assert went == [rows[0], rows[1], rows[21], rows[22]]
    assert {house.entry(row).error for row in rows[2:8]} == {ENOUGH}
    assert {house.entry(row).state for row in rows[2:8]} == {"dropped"}
    assert house.entry(rows[2]).text == ""  # no move was used up for it


def test_rows_taken_together_count_together(house: House) -> None:
    person = somebody(house)
    rows = [house.put(person, kind) for kind in ("reminder", "snooze", "notice")]
    deliver(house)
    assert sorted(house.entry(row).state for row in rows) == ["dropped", "sent", "sent"]


def test_what_was_refused_at_the_provider_counts_as_one_of_the_two(house: House) -> None:
    person = somebody(house)
    house.line.script = deque([failed(Verdict.REFUSED, "63049")])
    for _ in range(3):
        house.put(person)
        deliver(house)
        house.clock.forward(hours=1)
    assert house.states() == ["failed", "sent", "dropped"]


def test_a_text_in_between_opens_the_window_again(house: House) -> None:
    person = somebody(house)
    for _ in range(3):
        house.put(person)
        deliver(house)
        house.clock.forward(hours=1)
    wrote(house, person, house.clock.now)
    house.put(person)
    deliver(house)
    assert house.states() == ["sent", "sent", "dropped", "sent"]
    assert gone(house)[-1] is None


@pytest.mark.parametrize(
    ("kind", "window"),
    [
        ("reminder", Window(timedelta(hours=24), notices=True)),
        ("snooze", Window(timedelta(hours=24))),
        ("notice", Window(timedelta(hours=24), reminders=True)),
    ],
)
def test_without_a_wording_nothing_goes_and_the_reason_is_kept(
    house: House, kind: str, window: Window
) -> None:
    row = house.put(somebody(house, 25), kind)
    deliver(house, window)
    assert house.line.given == []
    assert (house.entry(row).state, house.entry(row).error) == ("dropped", NO_WORDING)


def test_a_notice_says_that_it_is_none_of_the_reminders(house: House) -> None:
    house.put(somebody(house, 25), "notice")
    deliver(house)
    assert gone(house) == [Cold("en", notice=True)]


def test_answers_always_go_as_they_are(house: House) -> None:
    person = somebody(house)
    for kind in ("emergency", "consent", "reply"):
        house.put(person, kind)
    deliver(house, Window(timedelta(hours=24)))
    assert gone(house) == [None, None, None]


def test_a_provider_that_says_it_is_over_is_believed_until_the_next_text(house: House) -> None:
    person = somebody(house, 1)
    house.line.script = deque([failed(Verdict.REFUSED, "63016")])
    for _ in range(2):
        house.put(person)
        deliver(house)
        house.clock.forward(hours=1)
    wrote(house, person, house.clock.now)
    house.clock.forward(minutes=1)
    house.put(person)
    deliver(house)
    assert gone(house) == [None, Cold("en", notice=False), None]


def test_how_it_goes_is_decided_anew_for_each_attempt(house: House) -> None:
    person = somebody(house, 25)
    row = house.put(person)
    house.line.script = deque([failed(Verdict.RETRY)])
    deliver(house)
    assert house.entry(row).params == {"cold": True}
    wrote(house, person, house.clock.now)
    house.clock.forward(minutes=1)
    deliver(house)
    assert gone(house) == [Cold("en", notice=False), None]
    assert (house.entry(row).state, house.entry(row).params) == ("sent", {})


@dataclass
class Forgetful(Line):
    """It takes a text and doesn't say so; what it is asked about later is kept."""

    sought: list[Outgoing] = field(default_factory=list)

    def look_up(self, outgoing: Outgoing, known: Sequence[str]) -> Sent | None:
        self.sought.append(outgoing)
        return Sent("SM1")


def test_what_may_have_gone_is_sought_as_it_went(store: Store) -> None:
    line = Forgetful(name="chat", script=deque([failed(Verdict.DOUBTFUL)] * 2))
    house = House(store, line=line)
    rows = [house.put(somebody(house, hours_ago)) for hours_ago in (1, 25)]
    deliver(house)
    house.clock.forward(minutes=3)
    sweep(store, {"chat": line}, house.clock.now)
    assert [outgoing.cold is not None for outgoing in line.sought] == [False, True]
    assert [house.entry(row).provider_id for row in rows] == ["SM1", "SM1"]


@contextmanager
def asked_about_texts_in(store: Store) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_conn: Any, _cursor: Any, sql: str, *_: Any) -> None:
        if "FROM inbound" in sql:
            asked.append(sql)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def test_other_channels_are_not_asked_when_somebody_last_wrote(store: Store) -> None:
    sms, chat = House(store), Line(name="chat")
    sms.put(sms.person())
    with asked_about_texts_in(store) as asked:
        sms.deliver(others=[chat], windows={"chat": WINDOW})
        assert asked == []
        sms.put(somebody(sms))
        sms.deliver(others=[chat], windows={"chat": WINDOW})
    assert len(asked) == 1
    assert (sms.line.given[0].cold, chat.given[0].cold) == (None, Cold("en", notice=False))
