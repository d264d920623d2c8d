"""HERE makes an address the one for reminders; STATUS and PREFS say which one it is."""

import pytest

from service.envelopes import Address, Receipt, State, Verdict
from tests.conftest import BOTH
from tests.conversation.linked import addresses, another, link, primaries, reminders
from tests.phone import Phone

pytestmark = BOTH


@pytest.fixture
def other(phone: Phone) -> Phone:
    phone.join()
    other = another(phone).join()
    link(phone, other)
    return other


@pytest.mark.parametrize("words", ["HERE", "remind me here", "AQUI", "这里"])
def test_here_moves_reminders(phone: Phone, other: Phone, words: str) -> None:
    other.text(words)
    assert primaries(phone.runtime) == [other.number]
    assert len(other.until(2026, 3, 2, 12, 0)) == 3
    assert reminders(phone) == []


def test_here_where_they_come_already_says_so(phone: Phone, other: Phone) -> None:
    assert "already" in phone.text("HERE")
    assert primaries(phone.runtime) == [phone.number]


def test_a_queued_reminder_follows(phone: Phone, other: Phone) -> None:
    phone.wall.moment = phone.wall.moment.replace(minute=50)
    phone.runtime.tick()
    assert len(reminders(phone)) == 1
    other.text("HERE")
    phone.runtime.drain()
    assert reminders(phone) == []
    assert [entry.state for entry in reminders(other)] == ["delivered"]


def test_a_snooze_comes_where_reminders_come(phone: Phone, other: Phone) -> None:
    phone.until(2026, 3, 2, 9, 55)
    other.text("SNOOZE 15")
    phone.until(2026, 3, 2, 10, 15)
    came = [entry.kind for entry in phone.entries() if entry.state == "delivered"]
    assert came[-1] == "snooze"
    assert "snooze" not in {entry.kind for entry in other.entries()}


def test_here_asks_for_consent_where_nobody_agreed_and_then_moves(phone: Phone) -> None:
    phone.join()
    other = another(phone)
    link(phone, other)
    assert "Reply YES" in other.text("HERE")
    assert primaries(phone.runtime) == [phone.number]
    answer = other.text("YES")
    assert "You're in" in answer
    assert "come here now" in answer
    assert primaries(phone.runtime) == [other.number]
    assert addresses(phone.runtime)[phone.number].standing == "in"


def test_a_no_to_that_leaves_reminders_where_they_are(phone: Phone) -> None:
    phone.join()
    other = another(phone)
    link(phone, other)
    assert "go to the phone page *00" in other.texts("HERE", "NO")
    assert primaries(phone.runtime) == [phone.number]


def test_agreeing_at_a_second_address_ends_no_pause(phone: Phone) -> None:
    phone.join().text("PAUSE 3 days")
    other = another(phone)
    link(phone, other)
    other.texts("HERE", "YES")
    assert phone.person.held_why == "pause"
    assert other.until(2026, 3, 2, 17, 0) == []


def test_here_past_a_carriers_stop_names_the_word_that_leads_back(
    phone: Phone, other: Phone
) -> None:
    other.text("STOP")
    assert "text START" in other.text("HERE")


def test_here_of_a_stranger_is_a_wish_to_join(phone: Phone) -> None:
    assert "Reply YES" in phone.text("HERE")


def test_here_answers_whether_they_leave_there_too(phone: Phone, other: Phone) -> None:
    phone.text("STOP")
    other.text("HERE")
    assert phone.person.doubt_until is None
    assert len(other.until(2026, 3, 2, 12, 0)) == 3


@pytest.mark.parametrize("words", ["STATUS", "PREFS"])
def test_settings_say_where_reminders_go(phone: Phone, other: Phone, words: str) -> None:
    assert "go to the phone page *00" in other.text(words)
    other.text("HERE")
    assert "come to this chat" in other.text(words)
    assert "go to the phone page *99" in phone.text(words)


def test_with_one_address_nobody_is_told_where(phone: Phone) -> None:
    assert "linked chat" not in phone.join().texts("PREFS", "STATUS")


def _nobody_is_reached(phone: Phone) -> None:
    address = Address(phone.channel, phone.number)
    gone = Receipt("", "SM1", State.UNDELIVERED, Verdict.DEAD, "30005", "unknown", address)
    phone.runtime.record(gone)


def test_where_nobody_is_reached_the_other_address_takes_over(phone: Phone, other: Phone) -> None:
    _nobody_is_reached(phone)
    assert "come to this chat" in other.text("STATUS")
    assert len(other.until(2026, 3, 2, 12, 0)) == 3
    assert reminders(phone) == []


def test_a_dead_address_is_alive_when_they_write_from_it(phone: Phone, other: Phone) -> None:
    _nobody_is_reached(phone)
    phone.text("MENU")
    assert addresses(phone.runtime)[phone.number].dead == ""
    assert primaries(phone.runtime) == [other.number]
    assert "come here now" in phone.text("HERE")


def test_the_only_address_comes_alive_too(phone: Phone) -> None:
    phone.join()
    _nobody_is_reached(phone)
    assert phone.until(2026, 3, 2, 10, 0) == []
    phone.text("POSTURE")
    assert len(phone.until(2026, 3, 2, 12, 0)) == 2


def test_whoever_writes_while_nobody_else_is_reached_gets_reminders_there(
    phone: Phone, other: Phone
) -> None:
    _nobody_is_reached(other)
    _nobody_is_reached(phone)
    other.text("MENU")
    assert primaries(phone.runtime) == [other.number]
