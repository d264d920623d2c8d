"""Nobody is reached at one address: the same row goes on at another one of the same person, in its time."""

from collections import deque
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest

from service.envelopes import Address, Receipt, State, Verdict
from service.outbox import entries
from service.outbox.receipts import record
from service.outbox.windows import Window
from service.store.tables import AddressRow, Entry
from tests.outbox.line import NOON, House, Line, failed

GONE: dict[str, Any] = {"verdict": Verdict.DEAD, "code": "30005", "reason": "unknown number"}


@pytest.fixture
def chat() -> Line:
    return Line(name="chat")


def linked(house: House, **changes: Any) -> int:
    """Somebody with a number, where reminders go, and a chat under an id 100 higher."""
    person = house.person()
    row = {"channel": "chat", "handle": f"c{person}", "standing": "in", "primary": False} | changes
    with house.store.write() as session:
        session.add(AddressRow(id=person + 100, person_id=person, **row))
    return person


def receive(
    house: House,
    attempt: str,
    state: State,
    *,
    carriers: Collection[str] = frozenset({"sms", "chat"}),
    **changes: Any,
) -> None:
    number = Address("sms", house.address(1).handle)
    given: dict[str, Any] = {"provider_id": f"SM-{attempt}", "address": number} | changes
    with house.store.write() as session:
        record(session, Receipt(attempt=attempt, state=state, **given), house.clock.now, carriers)


def rows(house: House) -> list[tuple[str, str]]:
    with house.store.read() as session:
        found = session.query(Entry).order_by(Entry.id)
        return [(row.channel, row.state) for row in found]


def primaries(house: House) -> list[str]:
    with house.store.read() as session:
        found = session.query(AddressRow).filter(AddressRow.primary)
        return [row.channel for row in found]


def test_a_refused_number_sends_the_same_row_to_the_other_address(house: House, chat: Line) -> None:
    row = house.put(linked(house))
    house.line.script = deque([failed(Verdict.DEAD, "21614")])
    house.deliver(others=[chat])
    assert len(house.line.given) == len(chat.given) == 1
    assert rows(house) == [("chat", "sent")]
    assert house.entry(row).attempts == 2
    assert primaries(house) == ["chat"]
    assert house.address(1).dead == "21614: as the test says"


def test_a_later_report_that_nobody_is_there_does_the_same(house: House, chat: Line) -> None:
    house.put(linked(house))
    house.deliver(others=[chat])
    [first] = house.line.given
    receive(house, first.attempt, State.UNDELIVERED, **GONE)
    house.deliver(others=[chat])
    assert [outgoing.text for outgoing in chat.given] == [first.text]
    assert rows(house) == [("chat", "sent")]
    assert primaries(house) == ["chat"]


def test_late_reports_of_the_first_attempt_do_not_touch_the_second(
    house: House, chat: Line
) -> None:
    row = house.put(linked(house))
    house.deliver(others=[chat])
    [first] = house.line.given
    receive(house, first.attempt, State.UNDELIVERED, **GONE)
    late = [
        (State.SENT, {}),
        (State.UNDELIVERED, GONE),
        (State.FAILED, GONE),
        (State.DELIVERED, {}),
    ]
    for state, told in late:
        receive(house, first.attempt, state, **told)
        assert house.entry(row).state == "queued"
    house.deliver(others=[chat])
    for state, told in late:
        receive(house, first.attempt, state, **told)
        assert house.entry(row).state == "sent"
    [second] = chat.given
    there: dict[str, Any] = {"address": chat.given[0].address, "provider_id": "C1"}
    receive(house, second.attempt, State.DELIVERED, **there)
    assert house.entry(row).state == "delivered"


def test_a_report_that_is_faster_than_our_own_send_counts(house: House, chat: Line) -> None:
    row = house.put(linked(house))
    house.line.on_send = lambda outgoing: receive(
        house, outgoing.attempt, State.UNDELIVERED, **GONE
    )
    house.deliver(others=[chat])
    assert rows(house) == [("chat", "sent")]
    assert house.entry(row).provider_id == f"SM-{chat.given[0].attempt}"


def test_past_its_best_before_a_row_stays_failed_but_the_next_goes_elsewhere(
    house: House, chat: Line
) -> None:
    person = linked(house)
    house.put(person)
    house.deliver(others=[chat])
    house.clock.forward(minutes=11)
    receive(house, house.line.given[0].attempt, State.UNDELIVERED, **GONE)
    house.deliver(others=[chat])
    assert rows(house) == [("sms", "undelivered")]
    assert primaries(house) == ["chat"]


@pytest.mark.parametrize(
    "changes", [{"standing": "none"}, {"standing": "out"}, {"dead": "30005: gone"}]
)
def test_nothing_goes_where_nobody_agreed_or_nobody_is(
    house: House, chat: Line, changes: dict[str, str]
) -> None:
    house.put(linked(house, **changes))
    house.line.script = deque([failed(Verdict.DEAD)])
    house.deliver(others=[chat])
    assert rows(house) == [("sms", "failed")]
    assert primaries(house) == ["sms"]
    assert chat.given == []


@pytest.mark.parametrize("how", ["not set up", "without a wording"])
def test_nothing_goes_where_no_reminder_can_be_promised(house: House, chat: Line, how: str) -> None:
    closes = {"chat": Window(lasts=timedelta(hours=24))}
    there: dict[str, Any] = {} if how == "not set up" else {"others": [chat], "windows": closes}
    house.put(linked(house))
    house.line.script = deque([failed(Verdict.DEAD)])
    house.deliver(**there)
    assert rows(house) == [("sms", "failed")]
    assert primaries(house) == ["sms"]


def test_a_later_report_moves_nothing_there_either(house: House) -> None:
    house.put(linked(house))
    house.deliver()
    [first] = house.line.given
    receive(house, first.attempt, State.UNDELIVERED, carriers={"sms"}, **GONE)
    assert rows(house) == [("sms", "undelivered")]
    assert primaries(house) == ["sms"]


def test_a_text_that_is_refused_goes_nowhere_else(house: House, chat: Line) -> None:
    house.put(linked(house))
    house.line.script = deque([failed(Verdict.REFUSED)])
    house.deliver(others=[chat])
    assert rows(house) == [("sms", "failed")]
    assert primaries(house) == ["sms"]


def test_after_a_carriers_stop_the_other_address_is_asked_and_gets_no_reminder(
    house: House, chat: Line
) -> None:
    asked = house.put(linked(house)) + 1
    house.line.script = deque([failed(Verdict.OPTED_OUT)])
    house.deliver(others=[chat])
    assert rows(house) == [("sms", "failed"), ("chat", "sent")]
    assert house.entry(asked).kind == "consent"


def test_answers_stay_where_they_were_asked(house: House, chat: Line) -> None:
    house.put(linked(house), "reply")
    house.line.script = deque([failed(Verdict.DEAD)])
    house.deliver(others=[chat])
    assert rows(house) == [("sms", "failed")]
    assert primaries(house) == ["chat"]


def test_what_else_is_queued_goes_along(house: House, chat: Line) -> None:
    person = linked(house)
    house.put(person)
    house.put(person, "snooze", not_before=NOON + timedelta(minutes=5))
    house.line.script = deque([failed(Verdict.DEAD)])
    house.deliver(others=[chat])
    assert rows(house) == [("chat", "sent"), ("chat", "queued")]


def test_both_addresses_dead_end_the_row(house: House, chat: Line) -> None:
    house.put(linked(house))
    house.line.script = deque([failed(Verdict.DEAD)])
    chat.script = deque([failed(Verdict.DEAD)])
    house.deliver(others=[chat])
    assert rows(house) == [("chat", "failed")]


def test_a_stop_that_comes_between_stops_the_second_attempt(house: House, chat: Line) -> None:
    person = linked(house)
    house.put(person)
    house.deliver(others=[chat])
    receive(house, house.line.given[0].attempt, State.UNDELIVERED, **GONE)
    with house.store.write() as session:
        entries.withdraw(session, person, house.clock.now, "opted out")
    house.deliver(others=[chat])
    assert rows(house) == [("chat", "dropped")]
    assert chat.given == []


def test_what_goes_on_elsewhere_is_worded_anew(house: House, chat: Line) -> None:
    """A picture that cost nothing in a chat is paid for by SMS; buttons and templates differ, too."""
    person = linked(house)
    row = house.put(person, text="drawn", params={"picture": "en/UB1", "choices": ["DONE"]})
    house.line.script.append(failed(Verdict.DEAD))
    house.deliver(others=[chat])
    (outgoing,) = chat.given
    assert (outgoing.text, outgoing.choices) == (f"stretch for {person}", ())
    assert house.entry(row).params == {}
