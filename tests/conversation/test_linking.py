"""LINK with a code joins two addresses into one person, one schedule, one history."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from service.runtime import Runtime
from service.store.tables import LinkCode
from tests.conftest import BOTH
from tests.conversation.linked import (
    addresses,
    another,
    code_of,
    events,
    link,
    people,
    primaries,
    question,
    reminders,
    told,
)
from tests.phone import Phone, Wall
from tests.web.doors import REAL

pytestmark = BOTH


@pytest.fixture
def other(phone: Phone) -> Phone:
    return another(phone)


def test_a_code_joins_two_addresses_and_both_sides_are_told(phone: Phone, other: Phone) -> None:
    phone.join()
    answer = link(phone, other)
    assert "Linked: this chat and the phone page *00" in answer
    assert "HERE" in answer
    assert people(phone.runtime) == 1
    [note] = told(phone)
    assert note.startswith("the phone page *99 was linked to this chat")


def test_a_stranger_may_ask_for_a_code(phone: Phone, other: Phone) -> None:
    other.join()
    assert "Linked" in link(phone, other)
    assert phone.person.state == "active"
    assert primaries(phone.runtime) == [other.number]
    assert other.until(2026, 3, 2, 10, 0)


def test_a_code_is_kept_as_a_keyed_hash_only(phone: Phone) -> None:
    code = code_of(phone.text("LINK")).replace("-", "")
    with phone.runtime.store.read() as session:
        [kept] = session.scalars(select(LinkCode))
    assert code not in kept.code_hash
    assert len(kept.code_hash) == 64


def test_a_code_works_for_fifteen_minutes_and_says_so(phone: Phone, other: Phone) -> None:
    answer = phone.text("LINK")
    assert "15 minutes" in answer
    assert "nobody" in answer
    phone.after(minutes=15)
    assert "older than 15 minutes" in other.text(f"LINK {code_of(answer)}")
    assert people(phone.runtime) == 2


def test_a_code_works_once(phone: Phone, other: Phone) -> None:
    code = code_of(phone.text("LINK"))
    other.text(f"LINK {code}")
    third = another(phone, "+12125550177")
    assert "doesn't work" in third.text(f"LINK {code}")
    assert people(phone.runtime) == 2


def test_a_new_code_replaces_the_older_one(phone: Phone, other: Phone) -> None:
    first, second = code_of(phone.text("LINK")), code_of(phone.text("LINK"))
    assert "doesn't work" in other.text(f"LINK {first}")
    assert "Linked" in other.text(f"link {second.lower().replace('-', ' ')}")


def test_old_codes_are_tidied_away(phone: Phone) -> None:
    phone.text("LINK")
    phone.after(minutes=16)
    phone.runtime.tidy()
    with phone.runtime.store.read() as session:
        assert session.scalars(select(LinkCode)).all() == []


def test_a_code_sent_back_to_where_it_came_from_joins_nothing(phone: Phone, other: Phone) -> None:
    code = code_of(phone.text("LINK"))
    assert "not from here" in phone.text(f"LINK {code}")
    assert "Linked" in other.text(f"LINK {code}")


def test_who_is_linked_already_is_told_so(phone: Phone, other: Phone) -> None:
    link(phone, other)
    assert "linked already" in link(phone, other)
    assert people(phone.runtime) == 1


def test_a_repeated_webhook_gets_the_same_answer_and_joins_nobody_else(
    phone: Phone, other: Phone
) -> None:
    code = code_of(phone.text("LINK", provider_id="L1"))
    assert code_of(phone.text("LINK", provider_id="L1")) == code
    first = other.text(f"LINK {code}", provider_id="L2")
    assert other.text(f"LINK {code}", provider_id="L2") == first
    assert len(told(phone)) == 1


def test_guessing_is_bounded_and_the_right_code_comes_too_late_then(
    phone: Phone, other: Phone
) -> None:
    code = code_of(phone.text("LINK"))
    for guess in range(5):
        assert "doesn't work" in other.text(f"LINK 2222-222{guess + 2}")
    assert "a day" in other.text(f"LINK {code}")
    assert people(phone.runtime) == 2
    other.after(hours=25)
    assert "Linked" in link(phone, other)


def test_danger_beside_a_code_is_an_emergency(phone: Phone, other: Phone) -> None:
    code = code_of(phone.text("LINK"))
    answer = other.text(f"LINK {code} my legs are numb and i cant pee")
    assert "911" in answer
    assert "Linked" not in answer


def test_the_history_comes_along(phone: Phone, other: Phone) -> None:
    phone.join()
    other.texts("POSTURE", "DONE", "REMIND", "YES", "DONE")
    link(phone, other)
    assert {entry.person_id for entry in (*phone.entries(), *other.entries())} == {phone.person.id}
    assert events(phone.runtime, other.number) == ["asked", "given"]
    assert "Moves today: 2" in phone.text("STATUS")


def test_the_schedule_of_who_made_the_code_stays(phone: Phone, other: Phone) -> None:
    phone.join().text("HOURS 10-12")
    other.join().text("HOURS 13-17")
    link(phone, other)
    assert "10:00-12:00" in other.text("STATUS")
    phone.until(2026, 3, 2, 18, 0)
    assert [moment.hour for moment in phone.arrivals()] == [10, 11]
    assert other.arrivals() == []


def test_without_one_there_the_other_schedule_is_taken_over(phone: Phone, other: Phone) -> None:
    other.join().texts("HOURS 13-16", "NO NECK", "SEATED ON")
    link(phone, other)
    assert "13:00-16:00" in phone.text("STATUS")
    assert phone.person.seated
    assert phone.person.left_out == ["neck"]
    other.until(2026, 3, 2, 18, 0)
    assert [moment.hour for moment in other.arrivals()] == [13, 14, 15]


def test_reminders_go_on_through_a_join_once_for_each_slot(phone: Phone, other: Phone) -> None:
    phone.join()
    other.join()
    phone.until(2026, 3, 2, 10, 55)
    link(phone, other)
    phone.until(2026, 3, 2, 12, 0)
    slots = [entry.slot for entry in (*reminders(phone), *reminders(other))]
    assert len(slots) == len(set(slots)) == 3
    assert len(phone.arrivals()) == 3


def test_an_opted_out_address_stays_out_and_keeps_why(phone: Phone, other: Phone) -> None:
    phone.join()
    other.join().text("STOP")
    link(phone, other)
    assert addresses(phone.runtime)[other.number].standing == "out"
    assert addresses(phone.runtime)[other.number].out_by == "keyword"
    assert phone.person.state == "active"
    assert primaries(phone.runtime) == [phone.number]
    assert "START" in other.text("HERE")


def test_an_address_that_never_agreed_gets_no_reminders(phone: Phone, other: Phone) -> None:
    phone.join()
    link(phone, other)
    phone.until(2026, 3, 2, 13, 0)
    assert addresses(phone.runtime)[other.number].standing == "none"
    assert reminders(other) == []
    assert len(reminders(phone)) >= 3


def test_who_has_left_everywhere_stays_gone_when_linked(phone: Phone, other: Phone) -> None:
    phone.join().text("STOP")
    other.join().text("STOP")
    link(phone, other)
    assert phone.person.state == "stopped"
    assert phone.until(2026, 3, 3, 12, 0) == []


def test_a_resting_plan_begins_again_for_who_joins_it(phone: Phone, other: Phone) -> None:
    phone.join().texts("HOURS 10-12", "STOP")
    phone.until(2026, 3, 2, 13, 0)
    other.join().text("HOURS 13-17")
    link(phone, other)
    other.until(2026, 3, 3, 13, 0)
    assert [moment.hour for moment in other.arrivals()] == [10, 11]


@pytest.mark.parametrize("doubtful", ["maker", "other"])
def test_a_doubt_of_either_holds_both_and_silence_ends_them(
    phone: Phone, other: Phone, doubtful: str
) -> None:
    phone.join()
    other.join()
    (phone if doubtful == "maker" else other).text("stop it")
    link(phone, other)
    assert phone.until(2026, 3, 4, 17, 0) == []
    assert reminders(other) == []
    assert phone.person.state == "stopped"
    assert {row.standing for row in addresses(phone.runtime).values()} == {"out"}


def test_a_hold_after_an_emergency_holds_the_joined_person(phone: Phone, other: Phone) -> None:
    phone.join()
    other.join().text("my legs are numb and i cant pee")
    link(phone, other)
    assert phone.person.held_why == "emergency"
    assert question(phone) == "alarm"
    assert "911" in phone.text("POSTURE")


def test_an_open_question_is_answered_only_where_it_was_asked(phone: Phone, other: Phone) -> None:
    phone.join()
    link(phone, other)
    assert "Reply YES" in other.text("REMIND")
    assert "Reply YES" not in phone.text("YES")
    assert addresses(phone.runtime)[other.number].standing == "none"
    assert "You're in" in other.text("YES")


def test_the_minutes_count_one_person_where_there_were_two(phone: Phone, other: Phone) -> None:
    phone.join()
    other.join().text("EVERY 90")
    assert _minutes(phone.runtime) == {50: 2, 20: 1}
    link(phone, other)
    assert _minutes(phone.runtime) == {50: 1}
    phone.runtime.tidy()
    assert _minutes(phone.runtime) == {50: 1}


def _minutes(runtime: Runtime) -> dict[int, int]:
    with runtime.store.read() as session:
        from_rows = session.connection().exec_driver_sql("SELECT minute, people FROM minute")
        return {minute: people for minute, people in from_rows if people}


def test_delete_erases_everything_at_all_addresses(phone: Phone, other: Phone) -> None:
    phone.join()
    other.join()
    link(phone, other)
    other.texts("POSTURE", "DELETE", "DELETE YES")
    assert people(phone.runtime) == 0
    assert addresses(phone.runtime) == {}
    phone.text("POSTURE")
    assert addresses(phone.runtime)[phone.number].standing == "out"


def test_a_linked_person_is_spoken_to_in_their_language(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    phone = Phone(service(), wall)
    other = another(phone)
    other.texts("AVISOS", "SI")
    answer = phone.text("LINK")
    assert "Vinculado" in other.text(f"VINCULAR {code_of(answer)}")
    assert phone.person.language == "es"
    assert told(phone)[0].startswith("el teléfono de prueba *99 se vinculo")


@pytest.mark.parametrize("asks", ["sms", "simulator"])
def test_the_phone_page_s_made_up_people_become_nobody_real(
    service: Callable[..., Runtime], wall: Wall, asks: str
) -> None:
    """Whoever sits there could take over somebody's reminders, and erase them."""
    runtime = service(**REAL)
    real, made_up = Phone(runtime, wall, channel="sms"), another(Phone(runtime, wall))
    first, second = (real, made_up) if asks == "sms" else (made_up, real)
    assert "doesn't work" in second.text(f"LINK {code_of(first.text('LINK'))}")
    assert people(runtime) == 2
