"""STOP is sacred."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from service.runtime import Runtime
from service.store.tables import AddressRow, Consent, Entry, Inbound, Person, Suppression
from tests.conftest import BOTH
from tests.phone import Phone, Wall

pytestmark = BOTH

STOPS = ("STOP", "stop.", "Stop!", "“STOP”", "\uff33\uff34\uff2f\uff30", "STOP 🛑", "stopall", "UNSUBSCRIBE", "cancel",
         "End", "QUIT", "revoke", "optout", "opt out", "sotp", "stpo", "stopp", "st0p", "please stop texting me",
         "leave me alone", "wrong number", "no more messages", "remove me", "退订", "ALTO", "pls STOP")  # fmt: skip

GOODBYES = {"退订": "已退订", "ALTO": "Baja confirmada"}  # in the language of the word


@pytest.mark.parametrize("words", STOPS)
def test_any_clear_opt_out_ends_reminders(phone: Phone, words: str) -> None:
    answer = phone.join().text(words)
    assert GOODBYES.get(words, "unsubscribed") in answer
    assert phone.until(2026, 3, 3, 12, 0) == []


@pytest.mark.parametrize(
    "words",
    ["the pain won't stop", "how do I stop slouching", "stop for an hour", "stop until 3pm"],
)
def test_a_stop_that_means_something_else_keeps_reminders(phone: Phone, words: str) -> None:
    phone.join().text(words)
    assert phone.person.state == "active"
    assert len(phone.until(2026, 3, 3, 12, 0)) >= 2


def test_stop_silences_a_queued_reminder(phone: Phone) -> None:
    phone.join()
    phone.wall.moment = phone.wall.moment.replace(minute=50)
    phone.runtime.tick()
    phone.text("STOP")
    phone.runtime.drain()
    reminders = [entry for entry in phone.entries() if entry.kind == "reminder"]
    assert [entry.state for entry in reminders] == ["dropped"]


def test_the_providers_own_confirmation_is_not_doubled(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    phone = Phone(service(), wall).join()
    assert phone.text("STOP", provider_said="STOP") == ""
    assert phone.person.state == "stopped"


def test_words_that_only_we_understand_are_always_confirmed(phone: Phone) -> None:
    assert "unsubscribed" in phone.join().text("leave me alone")


def test_a_doubtful_stop_holds_reminders_and_asks(phone: Phone) -> None:
    assert "Do you want to leave?" in phone.join().text("stop it")
    assert phone.until(2026, 3, 2, 13, 0) == []
    assert "back on" in phone.text("RESUME")
    assert len(phone.until(2026, 3, 2, 14, 0)) == 1


def test_no_answer_to_a_doubt_is_an_opt_out(phone: Phone) -> None:
    phone.join().text("stop it")
    assert phone.until(2026, 3, 4, 17, 0) == []
    assert phone.person.state == "stopped"


def test_delete_asks_then_erases_everything_but_a_keyed_hash(phone: Phone) -> None:
    phone.join().text("POSTURE")
    assert "DELETE YES" in phone.text("DELETE")
    assert "erased" in phone.text("DELETE YES")
    with phone.runtime.store.read() as session:
        for table in (Person, AddressRow):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        kept = session.scalars(select(Suppression)).one()
        assert phone.number not in kept.handle_hash
        assert session.scalar(select(func.count()).where(Entry.person_id.is_not(None))) == 0
        assert all(not row.used for row in session.scalars(select(Consent)))


def test_a_bare_yes_does_not_erase(phone: Phone) -> None:
    phone.join().texts("DELETE", "YES")
    assert phone.person.state == "active"


@pytest.mark.parametrize(
    "words", ["DELETE", "delete me", "delete my number", "borra mi numero", "删除我的号码"]
)
def test_a_wish_to_be_erased_holds_reminders_and_silence_does_not_bring_them_back(
    phone: Phone, words: str
) -> None:
    phone.join().text(words)
    assert phone.until(2026, 3, 4, 17, 0) == []
    assert phone.person.state == "stopped"


@pytest.mark.parametrize("words", ["NO", "RESUME"])
def test_who_does_not_want_to_be_erased_after_all_keeps_their_reminders(
    phone: Phone, words: str
) -> None:
    assert "On hold now" in phone.join().text("DELETE")
    phone.text(words)
    assert len(phone.until(2026, 3, 2, 12, 0)) >= 1
    assert phone.person.state == "active"


def test_who_gets_no_reminders_is_only_asked_whether_to_erase(phone: Phone) -> None:
    answer = phone.join().texts("STOP", "DELETE")
    assert "DELETE YES" in answer
    assert "hold" not in answer


def test_delete_yes_without_the_question_only_asks(phone: Phone) -> None:
    assert "Reply DELETE YES" in phone.join().text("DELETE YES")
    assert phone.person.state == "active"


def test_a_repeated_delete_webhook_brings_nobody_back(phone: Phone) -> None:
    phone.join().text("DELETE")
    first = phone.text("DELETE YES", provider_id="SM1")
    assert phone.text("DELETE YES", provider_id="SM1") == first
    with phone.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_erasure_keeps_the_opt_out_until_they_return_themselves(phone: Phone) -> None:
    phone.join().texts("STOP", "DELETE", "DELETE YES")
    assert "text START" in phone.text("REMIND")
    assert "Reply YES" in phone.text("START")
    assert "You're in!" in phone.text("YES")


def test_what_the_erased_wrote_is_purged_after_48_hours(phone: Phone) -> None:
    phone.join().texts("DELETE", "DELETE YES")
    phone.after(hours=49)
    phone.runtime.tidy()
    with phone.runtime.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Inbound)) == 0
        assert session.scalar(select(func.count()).select_from(Entry)) == 0


@pytest.mark.parametrize(("words", "way"), [("blargh zonk", "STOP"), ("灬灬灬 灬灬", "TD")])
def test_what_nobody_understands_is_answered_with_the_way_out(
    phone: Phone, words: str, way: str
) -> None:
    answer = phone.join().text(words)
    assert way in answer
    assert "911" in answer


@pytest.mark.parametrize("words", ["DONE", "STATUS", "HOURS 8-16"])
def test_whoever_left_hears_the_word_that_brings_them_back(phone: Phone, words: str) -> None:
    """REMIND would be refused: only START lifts a carrier's block."""
    phone.join().text("STOP")
    assert "text START" in phone.text(words)
