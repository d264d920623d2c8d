"""From the outbox to the provider: once, in order, and only what may go."""

import asyncio
import threading
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from service.envelopes import Outgoing, State
from service.outbox.budget import Budget
from service.outbox.claim import claim
from service.outbox.prepare import prepare
from service.store.tables import Entry
from tests.outbox.line import NOON, House, compose

LATER = NOON + timedelta(hours=9)


def test_a_reminder_is_put_into_words_and_sent(house: House) -> None:
    person = house.person()
    row = house.put(person)
    house.deliver()
    assert house.line.texts == [f"stretch for {person}"]
    sent = house.entry(row)
    assert (sent.state, sent.key, sent.text) == ("sent", "NK1", f"stretch for {person}")
    assert sent.provider_id == f"SM-{sent.attempt}"
    assert (sent.attempts, sent.segments, sent.settled_at) == (1, 1, NOON)


def test_a_text_goes_to_its_address_with_its_attempt_and_within_its_time(house: House) -> None:
    row = house.put(house.person())
    house.deliver()
    (outgoing,) = house.line.given
    assert outgoing.address.handle == "+447700900001"
    assert outgoing.attempt == house.entry(row).attempt
    assert outgoing.valid_for == timedelta(minutes=10)


def test_only_a_nudge_s_buttons_are_used_up_by_a_press(house: House) -> None:
    """YES and STOP under "still you?" must work whenever they are pressed."""
    person = house.person()
    for kind in ("reminder", "snooze", "notice", "reply"):
        house.put(person, kind, text=kind)
    house.deliver()
    assert {outgoing.text: outgoing.once for outgoing in house.line.given} == {
        "reminder": True, "snooze": True, "notice": False, "reply": False,
    }  # fmt: skip


def test_urgent_texts_go_first_then_the_oldest(house: House) -> None:
    person = house.person()
    for kind in ("notice", "reminder", "reply", "consent", "emergency"):
        house.put(person, kind, text=kind)
    house.put(person, "reply", text="older", not_before=NOON - timedelta(minutes=1))
    house.deliver(in_flight=1)
    assert house.line.texts == ["emergency", "consent", "older", "reply", "reminder", "notice"]


def test_nothing_goes_before_its_time(house: House) -> None:
    house.put(house.person(), "snooze", slot=NOON, not_before=NOON + timedelta(seconds=1))
    house.deliver()
    assert house.line.given == []
    house.clock.forward(seconds=1)
    house.deliver()
    assert len(house.line.given) == 1


def test_an_outage_is_not_replayed(house: House) -> None:
    for _ in range(5):
        house.put(house.person())
    house.clock.forward(minutes=10)
    house.deliver()
    assert house.line.given == []
    assert house.states() == ["expired"] * 5
    assert house.entry(1).error == "best-before"


@pytest.mark.parametrize(
    ("meanwhile", "minutes", "state", "why"),
    [
        ({"state": "stopped"}, 0, "dropped", "no consent"),
        ({"held_until": LATER, "held_why": "pause"}, 0, "dropped", "held: pause"),
        ({"rest_until": LATER}, 0, "dropped", "moved or snoozed"),
        ({"zone": "Asia/Tokyo"}, 0, "dropped", "quiet hours"),
        ({"zone": "Europe/Berlin"}, 7 * 60 + 1, "dropped", "quiet hours"),
        ({}, 10, "expired", "best-before"),
        ({}, 9.9, "sending", ""),
    ],
)
def test_what_happens_between_claim_and_send_is_asked_again_and_wins(
    house: House, meanwhile: dict[str, Any], minutes: float, state: str, why: str
) -> None:
    person = house.person()
    row = house.put(person, best_before=LATER if minutes > 60 else None)
    with house.store.write() as session:
        claims = claim(session, "sms", NOON, 10)
    house.change(person, **meanwhile)
    now = NOON + timedelta(minutes=minutes)
    with house.store.write() as session:
        parcels = prepare(
            session, claims, now, quiet=(time(9), time(20)), budget=None, compose=compose
        )
    assert len(parcels) == (state == "sending")
    assert (house.entry(row).state, house.entry(row).error) == (state, why)


def test_a_text_claimed_before_a_crash_is_sent_by_nobody_else(house: House) -> None:
    house.put(house.person())
    with house.store.write() as session:
        claim(session, "sms", NOON, 10)
    house.deliver()
    assert house.line.given == []
    assert house.states() == ["sending"]


def test_many_texts_go_at_once_but_no_more_than_allowed(house: House) -> None:
    flying, most = set[str](), 0

    def watch(outgoing: Outgoing) -> None:
        nonlocal most
        flying.add(outgoing.attempt)
        most = max(most, len(flying))
        asyncio.get_running_loop().call_soon(flying.discard, outgoing.attempt)

    house.line.on_send = watch
    for _ in range(40):
        house.put(house.person())
    house.deliver(in_flight=8)
    assert house.states() == ["sent"] * 40
    assert 1 < most <= 8


def test_two_deliveries_on_one_database_send_each_text_once(house: House) -> None:
    for _ in range(60):
        house.put(house.person())
    threads = [threading.Thread(target=house.deliver, kwargs={"in_flight": 4}) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(house.line.texts) == sorted(set(house.line.texts))
    assert house.states() == ["sent"] * 60


def test_a_real_sender_keeps_its_rate(house: House) -> None:
    house.line.real = True
    for _ in range(5):
        house.put(house.person())
    delivery = house.delivery(sender_rate=2)
    asyncio.run(delivery.drain())
    assert len(house.line.given) == 2
    house.clock.forward(seconds=1)
    asyncio.run(delivery.drain())
    assert len(house.line.given) == 4


def test_longer_texts_are_paid_back_before_the_next(house: House) -> None:
    house.line.real = True
    for _ in range(3):
        house.put(house.person(), "reply", segments=3)
    delivery = house.delivery(sender_rate=1)
    for second, sent in enumerate([1, 1, 1, 2]):
        house.clock.now = NOON + timedelta(seconds=second)
        asyncio.run(delivery.drain())
        assert len(house.line.given) == sent


def test_two_workers_share_a_rate_that_counts_segments(house: House) -> None:
    house.line.real = True
    for _ in range(40):
        house.put(house.person(), "reply", segments=2)
    workers = [house.delivery(sender_rate=4, in_flight=8) for _ in range(2)]
    for second in range(10):
        house.clock.now = NOON + timedelta(seconds=second)
        for worker in workers:
            asyncio.run(worker.drain())
        # The first second's worth is counted before the words are known to be two segments long.
        assert 2 * len(house.line.given) <= 4 * (second + 1) + 4
    assert 2 * len(house.line.given) >= 4 * 9


def test_a_spent_budget_expires_reminders_and_spares_answers(house: House) -> None:
    for _ in range(3):
        house.put(house.person())
    house.put(house.person(), "reply")
    house.deliver(budget=Budget(monthly=2))
    assert sorted(house.states()) == ["expired", "sent", "sent", "sent"]
    (held,) = [row for row in map(house.entry, (1, 2, 3)) if row.state == "expired"]
    assert held.error == "budget"
    house.put(house.person())
    house.deliver(budget=Budget(monthly=2))
    assert house.entry(5).state == "expired"


def test_a_budget_is_new_each_month(house: House) -> None:
    house.put(house.person())
    house.deliver(budget=Budget(monthly=1))
    house.clock.now = NOON.replace(month=4)
    house.put(house.person())
    house.deliver(budget=Budget(monthly=1))
    assert house.states() == ["sent", "sent"]


def test_a_receipt_that_is_faster_than_our_own_record_stays(house: House) -> None:
    row = house.put(house.person())

    def deliver_at_once(outgoing: Outgoing) -> None:
        with house.store.write() as session:
            session.execute(
                update(Entry)
                .where(Entry.attempt == outgoing.attempt)
                .values(state=State.DELIVERED, provider_id="SM-fast")
            )

    house.line.on_send = deliver_at_once
    house.deliver()
    assert (house.entry(row).state, house.entry(row).provider_id) == ("delivered", "SM-fast")


def test_a_full_house_that_may_get_nothing_is_gone_through_to_the_end(house: House) -> None:
    for _ in range(5):
        house.put(house.person(standing="out"))
    house.put(house.person())
    house.deliver(in_flight=1)
    assert house.states() == ["dropped"] * 5 + ["sent"]
