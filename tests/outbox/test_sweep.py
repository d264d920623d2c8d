"""What is in doubt is looked up, then let go or sent again; never both, never twice."""

from collections import deque
from datetime import datetime, timedelta

import pytest

from service.envelopes import Outgoing, Sent, State, Verdict
from service.outbox.claim import claim
from service.outbox.sweep import BATCH, NO_TRACE, Swept, purge, sweep
from service.store.tables import Entry, Inbound
from tests.outbox.line import NOON, House, failed

FOUND = Sent("SM-found", State.SENT)


def swept(house: House, minutes: float) -> list[str]:
    """Sweep so long after noon; the titles of alerts."""
    house.clock.now = NOON + timedelta(minutes=minutes)
    found = sweep(house.store, {"sms": house.line}, house.clock.now)
    return [alert.title for alert in found.alerts]


def doubtful(house: House, kind: str, created_at: datetime = NOON) -> int:
    row = house.put(house.person(), kind)
    house.line.script = deque([failed(Verdict.DOUBTFUL)])
    house.deliver()
    with house.store.write() as session:
        session.get_one(Entry, row).created_at = created_at
    assert house.entry(row).state == "doubtful"
    return row


def test_a_row_left_behind_by_a_crash_is_in_doubt_and_never_sent_again(house: House) -> None:
    row = house.put(house.person(), text="stretch")
    with house.store.write() as session:
        claim(session, "sms", NOON, 10)
    swept(house, 1.9)
    assert house.entry(row).state == "sending"
    for minutes in (2, 4, 8):
        swept(house, minutes)
        house.deliver()
    assert house.entry(row).state == "lost"
    assert house.line.given == []


def test_a_row_that_has_no_words_yet_was_never_sent(house: House) -> None:
    row = house.put(house.person())
    with house.store.write() as session:
        claim(session, "sms", NOON, 10)
    swept(house, 2)
    assert (house.entry(row).state, house.entry(row).attempts) == ("queued", 0)
    house.deliver()
    assert house.states() == ["sent"]
    assert house.line.asked == []


def test_what_is_lost_gives_the_reason_of_its_last_attempt(house: House) -> None:
    row = house.put(house.person())
    house.line.script = deque([failed(Verdict.SLOW_DOWN)])
    house.deliver()
    assert house.entry(row).error == "30000: as the test says"
    with house.store.write() as session:
        claim(session, "sms", house.clock.forward(seconds=30), 10)
    swept(house, 9)
    assert (house.entry(row).state, house.entry(row).error) == ("lost", NO_TRACE)


def test_a_claim_of_a_clock_that_was_ahead_is_in_doubt_at_once(house: House) -> None:
    row = house.put(house.person(), text="stretch")
    with house.store.write() as session:
        claim(session, "sms", NOON + timedelta(hours=3), 10)
    house.line.found = FOUND
    swept(house, 0)
    assert house.entry(row).state == "sent"


def test_a_row_that_one_sweep_looks_up_is_left_alone_by_others(house: House) -> None:
    doubtful(house, "reminder")

    def another_sweep() -> None:
        asked = len(house.line.asked)
        swept(house, 2)
        assert len(house.line.asked) == asked

    house.line.on_look_up = another_sweep
    house.line.found = FOUND
    swept(house, 2)
    assert len(house.line.asked) == 1
    assert house.states() == ["sent"]


def test_a_sweep_that_died_while_looking_is_taken_over(house: House) -> None:
    row = doubtful(house, "reminder")

    def die() -> None:
        raise KeyboardInterrupt

    house.line.on_look_up = die
    with pytest.raises(KeyboardInterrupt):
        swept(house, 2)
    house.line.on_look_up, house.line.found = lambda: None, FOUND
    swept(house, 5.9)
    assert house.entry(row).state == "doubtful"
    swept(house, 6)
    assert house.entry(row).state == "sent"


def test_a_backlog_is_looked_up_in_batches_while_the_provider_answers(house: House) -> None:
    for _ in range(BATCH + 1):
        doubtful(house, "reminder")
    after = NOON + timedelta(minutes=2)
    house.line.found = failed(Verdict.RETRY)
    assert sweep(house.store, {"sms": house.line}, after) == Swept(more=False)
    house.line.found = None
    assert [sweep(house.store, {"sms": house.line}, after).more for _ in range(3)] == [
        True,
        False,
        False,
    ]
    assert len(house.line.asked) == 1 + BATCH + 1


def test_a_text_that_the_provider_has_is_adopted(house: House) -> None:
    row = doubtful(house, "reminder")
    house.line.found = FOUND
    swept(house, 2)
    assert (house.entry(row).state, house.entry(row).provider_id) == ("sent", "SM-found")


def test_a_reminder_is_looked_up_three_times_then_let_go(house: House) -> None:
    row = doubtful(house, "reminder")
    for minutes, looks, state in (
        (1, 0, "doubtful"),
        (2, 1, "doubtful"),
        (3, 1, "doubtful"),
        (4, 2, "doubtful"),
        (7, 2, "doubtful"),
        (8, 3, "lost"),
        (9, 3, "lost"),
    ):
        swept(house, minutes)
        assert (len(house.line.asked), house.entry(row).state) == (looks, state)


def test_after_a_long_downtime_one_look_decides(house: House) -> None:
    row = doubtful(house, "reply")
    swept(house, 90)
    assert house.entry(row).state == "lost"


@pytest.mark.parametrize(
    ("kind", "written", "state"),
    [
        ("emergency", 0, "queued"),
        ("emergency", -600, "queued"),
        ("consent", 0, "queued"),
        ("consent", -3, "queued"),
        ("consent", -4, "lost"),
        ("reply", 0, "doubtful"),
        ("notice", 0, "doubtful"),
    ],
)
def test_what_is_worth_sending_again(house: House, kind: str, written: int, state: str) -> None:
    row = doubtful(house, kind, NOON + timedelta(minutes=written))
    swept(house, 2)
    assert house.entry(row).state == state


def test_an_emergency_answer_is_sent_again(house: House) -> None:
    row = doubtful(house, "emergency")
    swept(house, 2)
    house.deliver()
    assert house.entry(row).state == "sent"
    assert len(house.line.given) == 2


def test_an_emergency_answer_doesnt_wait_for_a_provider_that_cant_be_asked(house: House) -> None:
    row = doubtful(house, "emergency")
    house.line.found = failed(Verdict.RETRY)
    swept(house, 2)
    assert house.entry(row).state == "queued"


def test_an_emergency_answer_that_stays_in_doubt_is_told_to_the_operators(house: House) -> None:
    row = doubtful(house, "emergency")
    for minutes in (3, 6):
        swept(house, minutes)
        house.line.script = deque([failed(Verdict.DOUBTFUL)])
        house.deliver()
    assert len(house.line.given) == 3
    assert swept(house, 20) == ["an emergency answer is lost"]
    assert house.entry(row).state == "lost"


def test_a_provider_that_cant_be_asked_is_asked_later_for_an_hour(house: House) -> None:
    row = doubtful(house, "reminder")
    house.line.found = failed(Verdict.RETRY)
    for minutes in (2, 10, 59):
        swept(house, minutes)
        assert house.entry(row).state == "doubtful"
    swept(house, 61)
    assert house.entry(row).state == "lost"


def test_a_confirmation_of_an_opt_out_is_not_given_up_before_the_provider_could_be_asked(
    house: House,
) -> None:
    row = doubtful(house, "consent")
    house.line.found = failed(Verdict.RETRY)
    swept(house, 9)
    assert house.entry(row).state == "doubtful"
    house.line.found = FOUND
    swept(house, 12)
    assert house.entry(row).state == "sent"


def test_two_texts_to_one_number_arent_taken_for_one_another(house: House) -> None:
    person = house.person()
    rows = [house.put(person, "reply", text="the same") for _ in range(2)]
    house.line.script = deque([failed(Verdict.DOUBTFUL)] * 2)
    house.deliver()
    house.line.found = FOUND
    swept(house, 2)
    assert [house.entry(row).state for row in rows] == ["sent", "sent"]
    assert house.line.asked == [(), ("SM-found",)]


def test_a_text_that_a_receipt_has_settled_isnt_looked_up(house: House) -> None:
    row = doubtful(house, "reminder")
    with house.store.write() as session:
        session.get_one(Entry, row).state = State.DELIVERED
    swept(house, 2)
    assert house.line.asked == []
    assert house.entry(row).state == "delivered"


def test_an_attempt_that_ends_after_the_sweep_took_it_up_is_believed(house: House) -> None:
    row = house.put(house.person())

    def sweep_meanwhile(_: Outgoing) -> None:
        swept(house, 3)

    house.line.on_send = sweep_meanwhile
    house.deliver()
    assert house.entry(row).state == "sent"
    assert len(house.line.given) == 1


def test_erased_peoples_ids_go_after_two_days(house: House) -> None:
    with house.store.write() as session:
        for number, hours in enumerate((49, 47)):
            at = NOON - timedelta(hours=hours)
            session.add(
                Inbound(
                    channel="sms", provider_id=f"SM{number}", at=at, intent="", topic="", rule=""
                )
            )
            session.flush()
            session.add(
                Entry(inbound_id=number + 1, kind="consent", created_at=at, not_before=at, text="")
            )
    row = house.put(house.person(), "reply")
    with house.store.write() as session:
        session.get_one(Entry, row).created_at = NOON - timedelta(days=300)
        purge(session, NOON)
    with house.store.read() as session:
        assert [row.provider_id for row in session.query(Inbound)] == ["SM1"]
        assert [row.id for row in session.query(Entry).order_by(Entry.id)] == [2, 3]


def test_a_process_that_ends_asks_no_more_and_the_next_sweep_does(house: House) -> None:
    rows = [doubtful(house, "reminder") for _ in range(3)]
    house.clock.now = NOON + timedelta(minutes=2)
    house.line.found = failed(Verdict.RETRY)
    sweep(house.store, {"sms": house.line}, house.clock.now, lambda: bool(house.line.asked))
    assert len(house.line.asked) == 1
    house.line.found = FOUND
    swept(house, 2)
    assert len(house.line.asked) == 4
    assert {house.entry(row).state for row in rows} == {"sent"}
