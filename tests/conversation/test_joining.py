"""Joining and coming back."""

from sqlalchemy import select

from service.store.tables import AddressRow, Consent
from tests.conftest import BOTH
from tests.phone import Phone

pytestmark = BOTH


def events(phone: Phone) -> list[tuple[str, str]]:
    with phone.runtime.store.read() as session:
        rows = session.scalars(select(Consent).order_by(Consent.id))
        return [(row.event, row.used) for row in rows]


def standing(phone: Phone) -> str:
    with phone.runtime.store.read() as session:
        return session.scalars(
            select(AddressRow.standing).where(AddressRow.handle == phone.number)
        ).one()


def test_a_stranger_who_texts_a_keyword_is_answered_but_not_enrolled(phone: Phone) -> None:
    assert "squat down first" in phone.text("LIFT")
    assert standing(phone) == "none"
    assert phone.until(2026, 3, 2, 18, 0) == []


def test_remind_asks_and_only_yes_joins(phone: Phone) -> None:
    assert "Reply YES" in phone.text("REMIND")
    assert standing(phone) == "none"
    welcome = phone.text("yes please")
    assert "You're in!" in welcome
    assert "09:00-17:00" in welcome
    assert "New York" in welcome
    assert standing(phone) == "in"


def test_no_to_the_opt_in_question_enrols_nobody(phone: Phone) -> None:
    phone.texts("JOIN", "NO")
    assert standing(phone) == "none"
    phone.text("YES")
    assert standing(phone) == "none"


def test_yes_joins_only_while_the_question_is_open(phone: Phone) -> None:
    phone.text("REMIND")
    phone.after(hours=25)
    phone.text("YES")
    assert standing(phone) == "none"


def test_reading_a_topic_leaves_the_opt_in_question_open(phone: Phone) -> None:
    assert "You're in!" in phone.texts("REMIND", "POSTURE", "YES")


def test_consent_is_kept_with_the_words_shown_and_used(phone: Phone) -> None:
    phone.texts("REMIND", "Yes!")
    assert events(phone) == [("asked", "REMIND"), ("given", "Yes!")]
    with phone.runtime.store.read() as session:
        given = session.scalars(select(Consent).where(Consent.event == "given")).one()
    assert "Reply YES for stand-up reminders" in given.shown
    assert given.source == "text"
    assert given.provider_id.startswith("T")


def test_start_brings_back_who_left_with_stop(phone: Phone) -> None:
    phone.join().text("STOP")
    assert "text START" in phone.text("REMIND")
    assert standing(phone) == "out"
    assert "Welcome back" in phone.text("START")
    assert standing(phone) == "in"
    assert [event for event, _ in events(phone)] == ["asked", "given", "withdrawn", "returned"]


def test_unstop_brings_back_and_yes_alone_does_not(phone: Phone) -> None:
    phone.join().texts("STOP", "YES")
    assert standing(phone) == "out"
    phone.text("UNSTOP")
    assert standing(phone) == "in"


def test_join_brings_back_only_whose_opt_out_was_ours_alone(phone: Phone) -> None:
    phone.join().text("leave me alone")
    assert standing(phone) == "out"
    assert "You're in!" in phone.texts("JOIN", "YES")


def test_hours_survive_leaving_and_coming_back(phone: Phone) -> None:
    phone.join().texts("HOURS 8-16", "STOP", "START")
    assert "08:00-16:00" in phone.text("STATUS")


def test_who_comes_back_hears_their_own_rhythm_not_the_usual_one(phone: Phone) -> None:
    phone.join().texts("DAYS mon-thu", "LUNCH OFF", "leave me alone")
    assert "Mon-Thu 09:00-17:00" in phone.texts("JOIN", "YES")


def test_start_from_a_stranger_asks_for_consent_first(phone: Phone) -> None:
    assert "Reply YES" in phone.text("START")
    assert standing(phone) == "none"


def test_a_subscriber_who_joins_again_hears_when_the_next_reminder_comes(phone: Phone) -> None:
    assert "09:50" in phone.join().text("REMIND")


def test_an_unsure_zone_is_asked_and_nothing_comes_before_the_answer(phone: Phone) -> None:
    phone.number = "+18005550100"  # toll-free: it could be anywhere in North America
    assert "Which city" in phone.texts("REMIND", "YES")
    assert phone.until(2026, 3, 2, 12, 0) == []
    assert "Chicago" in phone.text("Chicago")
    assert len(phone.until(2026, 3, 2, 14, 0)) == 1


def test_new_hours_may_answer_the_set_up_text(phone: Phone) -> None:
    assert "10:00-18:00" in phone.join().text("10-18")


def test_ok_to_the_set_up_text_says_when_the_first_reminder_comes(phone: Phone) -> None:
    assert "09:50" in phone.join().text("ok")
