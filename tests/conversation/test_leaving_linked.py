"""STOP ends every address of that number; another linked channel is held and asked once, and silence is STOP."""

import pytest

from service.envelopes import Address, Receipt, State, Verdict
from tests.conftest import BOTH
from tests.conversation.linked import addresses, another, events, link, primaries, reminders, told
from tests.phone import Phone

pytestmark = BOTH
ASK = "You left on the phone page *00. Stop here, too? YES stops, NO keeps."


@pytest.fixture
def other(phone: Phone) -> Phone:
    """Linked, and both agreed to reminders; they go to the first."""
    phone.join()
    other = another(phone).join()
    link(phone, other)
    told(phone)
    return other


def standings(phone: Phone) -> list[str]:
    return [row.standing for row in addresses(phone.runtime).values()]


def test_stop_holds_the_other_channel_and_asks_there_once(phone: Phone, other: Phone) -> None:
    assert "unsubscribed" in phone.text("STOP")
    [question] = told(other)
    assert ASK in question
    assert standings(phone) == ["out", "in"]
    assert phone.until(2026, 3, 2, 17, 0) == []
    assert other.until(2026, 3, 3, 8, 0) == []


def test_silence_is_a_stop_everywhere(phone: Phone, other: Phone) -> None:
    phone.text("STOP")
    [question] = told(other)
    assert ASK in question
    assert other.until(2026, 3, 5, 12, 0) == []
    assert reminders(other) == []
    assert standings(phone) == ["out", "out"]
    assert phone.person.state == "stopped"
    assert events(phone.runtime, other.number)[-1] == "withdrawn"


def test_yes_stops_there_too_and_only_that_side_hears_it(phone: Phone, other: Phone) -> None:
    phone.text("STOP")
    told(other)
    assert "unsubscribed" in other.text("YES")
    assert told(phone) == []
    assert phone.person.state == "stopped"


@pytest.mark.parametrize("words", ["STOP", "leave me alone"])
def test_stop_is_an_answer_as_well(phone: Phone, other: Phone, words: str) -> None:
    third = another(phone, "+12125550177").join()
    link(phone, third)
    phone.text("STOP")
    assert "unsubscribed" in other.text(words)
    assert standings(phone) == ["out", "out", "out"]


@pytest.mark.parametrize("words", ["NO", "RESUME"])
def test_whoever_stays_gets_reminders_there(phone: Phone, other: Phone, words: str) -> None:
    phone.text("STOP")
    told(other)
    assert "back on" in other.text(words)
    assert primaries(phone.runtime) == [other.number]
    assert len(other.until(2026, 3, 2, 12, 0)) == 3
    assert reminders(phone) == []


def test_stop_said_again_asks_nobody_again(phone: Phone, other: Phone) -> None:
    phone.text("STOP")
    told(other)
    other.text("NO")
    phone.text("STOP")
    assert told(other) == []
    assert len(other.until(2026, 3, 2, 12, 0)) == 3


def test_stop_said_again_withdraws_answers_that_are_queued_there(
    phone: Phone, other: Phone
) -> None:
    phone.text("STOP")
    told(other)
    other.text("NO")
    phone.text("POSTURE", inline=False)
    phone.text("STOP")
    answer = next(entry for entry in phone.entries() if entry.key.startswith("POSTURE"))
    assert (answer.state, answer.error) == ("dropped", "opted out")


def test_a_yes_where_stop_was_said_answers_nothing(phone: Phone, other: Phone) -> None:
    phone.text("STOP")
    phone.text("YES")
    assert standings(phone) == ["out", "in"]


def test_stop_silences_a_reminder_that_is_queued_for_the_other_channel(
    phone: Phone, other: Phone
) -> None:
    phone.wall.moment = phone.wall.moment.replace(minute=50)
    phone.runtime.tick()
    assert [entry.state for entry in reminders(phone)] == ["queued"]
    other.text("STOP")
    phone.runtime.drain()
    assert [entry.state for entry in reminders(phone)] == ["dropped"]


def test_every_address_of_the_same_number_goes_at_once(phone: Phone) -> None:
    phone.join()
    same = another(phone, phone.number, "chat").join()
    link(phone, same)
    phone.text("STOP")
    with phone.runtime.store.read() as session:
        rows = session.connection().exec_driver_sql("SELECT standing FROM address")
        assert [row[0] for row in rows] == ["out", "out"]


def test_a_carriers_report_holds_and_asks_like_a_stop(phone: Phone, other: Phone) -> None:
    report = Receipt(
        "", "SM1", State.FAILED, Verdict.OPTED_OUT, "21610", "left",
        Address(phone.channel, phone.number),
    )  # fmt: skip
    for _ in range(2):
        phone.runtime.record(report)
    assert [ASK in text for text in told(other)] == [True]
    assert other.until(2026, 3, 5, 12, 0) == []
    assert standings(phone) == ["out", "out"]


def test_a_providers_stop_is_asked_about_and_not_confirmed_twice(
    phone: Phone, other: Phone
) -> None:
    assert phone.text("STOP", provider_said="STOP") == ""
    assert len(told(other)) == 1


def test_stop_beside_danger_counts_and_the_emergency_hold_stays(phone: Phone, other: Phone) -> None:
    assert "911" in phone.text("STOP texting me, i cant feel my legs and cant pee")
    phone.text("SEATED ON")  # by then it is stored, on a busy machine, too
    assert len(told(other)) == 1
    assert phone.person.held_why == "emergency"
    assert standings(phone) == ["out", "in"]


def test_where_no_reminder_can_be_promised_there_is_nothing_to_ask(phone: Phone) -> None:
    phone.join()
    other = another(phone, "U77", "slack").join()  # which isn't set up any more
    link(phone, other)
    assert "unsubscribed" in phone.text("STOP")
    assert other.entries()[-1].key != "LEFT_ASK"
    assert standings(phone) == ["out", "out"]
    assert (phone.person.state, phone.person.doubt_until) == ("stopped", None)


def test_start_brings_back_the_address_where_it_is_said(phone: Phone, other: Phone) -> None:
    phone.text("STOP")
    told(other)
    assert "Welcome back" in phone.text("START")
    assert standings(phone) == ["in", "in"]
    assert primaries(phone.runtime) == [phone.number]
    assert len(phone.until(2026, 3, 2, 12, 0)) == 3


def test_start_where_nobody_ever_agreed_asks_first(phone: Phone) -> None:
    phone.join()
    other = another(phone)
    link(phone, other)
    assert "Reply YES" in other.text("START")
    assert addresses(phone.runtime)[other.number].standing == "none"


def test_nobody_is_asked_where_they_never_agreed(phone: Phone) -> None:
    phone.join()
    other = another(phone)
    link(phone, other)
    phone.text("STOP")
    assert told(other) == []
    assert phone.person.state == "stopped"
