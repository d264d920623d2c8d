"""States move forward only; what a carrier says about consent counts wherever it arrives."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from service.envelopes import Address, Receipt, State, Verdict
from service.outbox.claim import claim
from service.outbox.receipts import record
from service.store.tables import Consent, Entry
from tests.outbox.line import NOON, House

HERE = Address("sms", "+447700900001")
FAILED = {"verdict": Verdict.REFUSED, "code": "30007", "reason": "filtered"}


def receive(house: House, state: State, attempt: str = "a1", **changes: Any) -> list[str]:
    given: dict[str, Any] = {"provider_id": "SM1"} | changes
    with house.store.write() as session:
        alerts = record(session, Receipt(attempt=attempt, state=state, **given), NOON, {"sms"})
    return [alert.title for alert in alerts]


@pytest.fixture
def answered(house: House) -> int:
    """An inline answer under the attempt id a1."""
    return house.put(house.person(), "reply", inline="a1")


def test_a_receipt_settles_an_inline_answer(house: House, answered: int) -> None:
    receive(house, State.DELIVERED)
    row = house.entry(answered)
    assert (row.state, row.provider_id) == ("delivered", "SM1")


@pytest.mark.parametrize(
    "order", list(itertools.permutations([State.SENT, State.DELIVERED, State.SENT]))
)
def test_disorder_and_repeats_are_harmless(
    house: House, answered: int, order: tuple[State, ...]
) -> None:
    for state in order:
        receive(house, state)
    assert house.entry(answered).state == "delivered"


def test_the_first_final_state_stays(house: House, answered: int) -> None:
    receive(house, State.UNDELIVERED, **FAILED)
    receive(house, State.DELIVERED)
    row = house.entry(answered)
    assert (row.state, row.error) == ("undelivered", "30007: filtered")


def test_a_receipt_without_attempt_is_known_by_the_providers_id(
    house: House, answered: int
) -> None:
    receive(house, State.SENT)
    receive(house, State.DELIVERED, attempt="")
    assert house.entry(answered).state == "delivered"


@pytest.mark.parametrize("state", ["sending", "doubtful", "queued", "lost"])
def test_a_receipt_proves_that_a_text_went_whatever_we_thought(house: House, state: str) -> None:
    row = house.put(house.person())
    with house.store.write() as session:
        entry = session.merge(house.entry(row))
        entry.attempt = "a1"
        for way in {"lost": ["sending", "doubtful"], "doubtful": ["sending"]}.get(state, []):
            entry.state = way
            session.flush()
        entry.state = state
    receive(house, State.SENT)
    assert house.entry(row).state == "sent"
    house.deliver()
    assert house.line.given == []


@pytest.mark.parametrize(
    ("said", "state"), [(State.DELIVERED, "delivered"), (State.FAILED, "queued")]
)
def test_an_earlier_attempt_that_went_after_all_is_not_repeated(
    house: House, said: State, state: str
) -> None:
    row = house.put(house.person(), "emergency")
    with house.store.write() as session:
        earlier = claim(session, "sms", NOON, 1)[0].attempt
        session.get_one(Entry, row).state = State.DOUBTFUL
    with house.store.write() as session:
        session.get_one(Entry, row).state = State.QUEUED
        claim(session, "sms", NOON, 1)
        session.get_one(Entry, row).state = State.QUEUED
    receive(house, said, earlier, provider_id="SM-earlier")
    assert house.entry(row).state == state


def test_an_unknown_receipt_changes_nothing(house: House, answered: int) -> None:
    assert receive(house, State.DELIVERED, attempt="zz", provider_id="SM9") == []
    assert house.entry(answered).state == "answered"


def test_a_carriers_opt_out_withdraws_consent_once(house: House, answered: int) -> None:
    queued = house.put(1, "reminder")
    for state in (State.FAILED, State.FAILED, State.UNDELIVERED):
        receive(house, state, verdict=Verdict.OPTED_OUT, code="21610", reason="opted out")
    assert (house.address(1).standing, house.address(1).out_by) == ("out", "provider")
    assert house.entry(queued).state == "dropped"
    with house.store.read() as session:
        assert session.query(Consent).count() == 1


def test_an_opt_out_counts_even_where_the_text_is_unknown(house: House) -> None:
    person = house.person()
    receive(
        house,
        State.FAILED,
        verdict=Verdict.OPTED_OUT,
        code="21610",
        address=Address("sms", house.address(person).handle),
    )
    assert house.address(person).standing == "out"


def test_a_dead_number_is_switched_off(house: House, answered: int) -> None:
    receive(house, State.UNDELIVERED, verdict=Verdict.DEAD, code="30005", reason="unknown number")
    assert house.address(1).dead == "30005: unknown number"


def test_operators_hear_of_set_up_faults(house: House, answered: int) -> None:
    fault: dict[str, Any] = {
        "verdict": Verdict.SET_UP,
        "code": "30034",
        "reason": "register the number",
    }
    assert receive(house, State.UNDELIVERED, **fault) == ["sms can't send (30034)"]
    assert receive(house, State.UNDELIVERED, **fault) == []


def test_operators_hear_of_an_emergency_answer_that_did_not_arrive(house: House) -> None:
    house.put(house.person(), "emergency", inline="a1")
    assert receive(house, State.UNDELIVERED, **FAILED) == ["an emergency answer did not arrive"]


@pytest.mark.parametrize(
    ("verdict", "sent"), [(Verdict.SET_UP, 0), (Verdict.SLOW_DOWN, 0), (Verdict.REFUSED, 1)]
)
def test_a_fault_of_the_sender_holds_back_the_next_texts_and_loses_none(
    house: House, answered: int, verdict: Verdict, sent: int
) -> None:
    waiting = house.put(house.person())
    fault: dict[str, Any] = {
        "verdict": verdict,
        "code": "30034",
        "reason": "register",
        "address": HERE,
    }
    receive(house, State.UNDELIVERED, **fault)
    house.deliver()
    assert len(house.line.given) == sent
    house.clock.forward(seconds=73)
    house.deliver()
    assert house.entry(waiting).state == "sent"


def test_a_receipt_that_is_no_news_stops_nobody(house: House, answered: int) -> None:
    house.put(house.person())
    receive(house, State.DELIVERED)
    fault: dict[str, Any] = {
        "verdict": Verdict.SET_UP,
        "code": "30034",
        "reason": "register",
        "address": HERE,
    }
    receive(house, State.UNDELIVERED, **fault)
    house.deliver()
    assert len(house.line.given) == 1


def test_receipts_that_come_in_one_moment_move_a_row_forward_only(
    house: House, answered: int
) -> None:
    states = [State.SENT, State.DELIVERED] * 8
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(receive, house, state) for state in states]:
            assert done.result() == []
    assert house.entry(answered).state == "delivered"
