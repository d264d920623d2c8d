"""What a failed send leaves behind: for the row, for consent, for the address, for the operators."""

import asyncio
import random
from collections import deque
from datetime import timedelta
from itertools import pairwise

import pytest

from service.envelopes import Verdict
from service.outbox import policy
from service.outbox.policy import ATTEMPTS
from service.store.tables import Consent
from tests.outbox.line import NOON, House, Line, failed


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (Verdict.REFUSED, "failed"),
        (Verdict.MEND, "failed"),
        (Verdict.OPTED_OUT, "failed"),
        (Verdict.DEAD, "failed"),
        (Verdict.SET_UP, "queued"),
        (Verdict.DOUBTFUL, "doubtful"),
        (Verdict.RETRY, "queued"),
        (Verdict.SLOW_DOWN, "queued"),
    ],
)
def test_what_a_failure_leaves_behind(house: House, verdict: Verdict, state: str) -> None:
    row = house.put(house.person())
    house.line.script = deque([failed(verdict)])
    house.deliver()
    assert house.entry(row).state == state
    assert house.entry(row).error == "30000: as the test says"
    assert len(house.line.given) == 1


def test_a_carriers_opt_out_withdraws_consent_and_what_is_queued(house: House) -> None:
    person = house.person()
    house.put(person)
    later = house.put(person, "snooze", not_before=NOON + timedelta(minutes=5))
    house.line.script = deque([failed(Verdict.OPTED_OUT, "21610")])
    house.deliver()
    assert (house.address(person).standing, house.address(person).out_by) == ("out", "provider")
    assert house.entry(later).state == "dropped"
    with house.store.read() as session:
        (record,) = session.query(Consent).all()
    assert (record.event, record.source, record.rule) == ("withdrawn", "provider", "21610")


def test_a_dead_number_is_switched_off(house: House) -> None:
    person = house.person()
    house.put(person)
    house.line.script = deque([failed(Verdict.DEAD, "21614")])
    house.deliver()
    assert house.address(person).dead == "21614: as the test says"


def test_what_certainly_wasnt_sent_is_tried_again_ever_later_until_its_time_is_over(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of chance one in 300 last tries would fall into the last second, which no look is left for.
    monkeypatch.setattr(policy, "_chance", random.Random(1))
    row = house.put(house.person())
    house.line.script = deque([failed(Verdict.RETRY)] * 100)
    tried = []
    for second in range(600):
        house.clock.now = NOON + timedelta(seconds=second)
        before = len(house.line.given)
        house.deliver()
        tried += [second] * (len(house.line.given) - before)
    waits = [later - earlier for earlier, later in pairwise(tried)]
    assert 4 <= waits[0] <= 7
    assert all(later > 1.2 * earlier for earlier, later in pairwise(waits[:5]))
    assert len(tried) >= 6
    assert (house.entry(row).state, house.entry(row).error) == (
        "expired",
        "30000: as the test says",
    )


def test_a_fault_that_doesnt_pass_is_given_up(house: House) -> None:
    row = house.put(house.person(), "reply", best_before=NOON + timedelta(hours=24))
    house.line.script = deque([failed(Verdict.RETRY)] * 100)
    for hour in range(12):
        house.clock.now = NOON + timedelta(hours=hour)
        house.deliver()
    assert len(house.line.given) == ATTEMPTS
    assert house.entry(row).state == "failed"


def test_texts_that_failed_together_dont_come_back_together(house: House) -> None:
    rows = [house.put(house.person()) for _ in range(20)]
    house.line.script = deque([failed(Verdict.RETRY)] * 20)
    house.deliver()
    assert len({house.entry(row).not_before for row in rows}) > 10


def test_a_second_attempt_has_the_same_words_and_an_id_of_its_own(house: House) -> None:
    house.put(house.person())
    house.line.script = deque([failed(Verdict.RETRY)])
    house.deliver()
    house.clock.forward(seconds=7)
    house.deliver()
    first, second = house.line.given
    assert first.text == second.text
    assert first.attempt != second.attempt


def test_a_provider_that_wants_fewer_is_given_time_and_nothing_is_lost(house: House) -> None:
    for _ in range(3):
        house.put(house.person())
    house.line.script = deque([failed(Verdict.SLOW_DOWN, wait=20)] * 2)
    delivery = house.delivery(in_flight=1)
    asyncio.run(delivery.drain())
    assert len(house.line.given) == 1
    assert house.states() == ["queued"] * 3
    house.clock.forward(seconds=19)
    asyncio.run(delivery.drain())
    assert len(house.line.given) == 1
    house.clock.forward(seconds=1)
    asyncio.run(delivery.drain())
    assert len(house.line.given) == 2
    house.clock.forward(seconds=20)
    asyncio.run(delivery.drain())
    assert house.states() == ["sent"] * 3
    assert {house.entry(row).attempts for row in (1, 2, 3)} == {1}


def test_a_set_up_fault_pauses_the_channel_and_tells_the_operators_once(house: House) -> None:
    for _ in range(4):
        house.put(house.person())
    house.line.script = deque([failed(Verdict.SET_UP, "30034")] * 2)
    delivery = house.delivery(in_flight=2)
    asyncio.run(delivery.drain())
    assert len(house.line.given) == 2
    assert house.states() == ["queued"] * 4
    assert house.alerts == ["sms can't send (30034)"]
    house.clock.forward(seconds=73)
    asyncio.run(delivery.drain())
    assert house.states() == ["sent"] * 4


def test_a_stopped_sender_stops_no_other(house: House) -> None:
    other = Line(name="chat", real=True)
    here = [house.put(house.person()) for _ in range(2)]
    there = [house.put(house.person(channel="chat")) for _ in range(2)]
    house.line.script = deque([failed(Verdict.SET_UP, "20003")])
    house.deliver(others=[other], in_flight=1)
    assert {house.entry(row).state for row in here} == {"queued"}
    assert {house.entry(row).state for row in there} == {"sent"}
    assert house.alerts == ["sms can't send (20003)"]


def test_what_a_stopped_sender_holds_expires_in_its_time_and_says_why(house: House) -> None:
    row = house.put(house.person())
    house.line.script = deque([failed(Verdict.SET_UP, "20003")] * 100)
    for minute in range(12):
        house.clock.now = NOON + timedelta(minutes=minute)
        house.deliver()
    assert (house.entry(row).state, house.entry(row).error) == ("expired", "best-before")
    assert set(house.alerts) == {"sms can't send (20003)"}


def test_one_workers_429_holds_back_the_others(house: House) -> None:
    for _ in range(2):
        house.put(house.person())
    house.line.script = deque([failed(Verdict.SLOW_DOWN, wait=20)])
    one, other = house.delivery(in_flight=1), house.delivery(in_flight=1)
    asyncio.run(one.drain())
    asyncio.run(other.drain())
    assert len(house.line.given) == 1
    house.clock.forward(seconds=20)
    asyncio.run(other.drain())
    assert house.states() == ["sent"] * 2


def test_operators_hear_of_an_emergency_answer_that_failed(house: House) -> None:
    house.put(house.person(), "emergency")
    house.line.script = deque([failed(Verdict.REFUSED)])
    house.deliver()
    assert house.alerts == ["an emergency answer did not arrive"]


def test_a_fault_in_a_channel_leaves_the_text_in_doubt(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    row = house.put(house.person())
    house.line.script = deque([ValueError("+447700900001")])
    house.deliver()
    assert house.entry(row).state == "doubtful"
    assert "+447700900001" not in caplog.text
