"""Buttons, pictures and groups on Telegram, from the update to what the person sees."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.store.tables import AddressRow, Consent, Entry, Inbound
from tests.channels.updates import CHAT, message, pictured, press, taken
from tests.loopback import Asked
from tests.phone import Wall
from tests.telegram.chat import Chat, called, said, words_on


def reminded(chat: Chat, wall: Wall) -> Mapping[str, Any]:
    """Somebody who has joined and got their first reminder, with its picture switched off."""
    for words in ("/start", "YES", "Berlin", "PICTURES OFF"):
        chat.hears(words)
    wall.moment = wall.moment.replace(minute=50)
    chat.api.script(taken(71))
    chat.runtime.tick()
    chat.runtime.drain()
    (reminder,) = chat.api.sent
    return reminder


def test_a_reminder_has_buttons_and_done_is_written_into_it(chat: Chat, wall: Wall) -> None:
    reminder = reminded(chat, wall)
    assert words_on(reminder) == ["1DONE", "1SNOOZE", "1SKIP"]
    pressed = [chat.post(press("1DONE", number, text=reminder["text"])) for number in (500, 501)]
    first, second = (called(response) for response in pressed)
    assert (first["method"], first["message_id"]) == ("editMessageText", 71)
    assert first["text"].startswith(f"{reminder['text']}\n\nNice! That is 1 today.")
    assert first == second  # two quick presses are one DONE
    assert "reply_markup" not in first


def test_of_different_buttons_of_one_reminder_the_first_counts(chat: Chat, wall: Wall) -> None:
    reminder = reminded(chat, wall)
    pressed = [
        called(chat.post(press(data, number, text=reminder["text"])))
        for number, data in enumerate(("1DONE", "1SKIP", "1SNOOZE"), 500)
    ]
    assert pressed[0] == pressed[1] == pressed[2]
    assert [entry.key for entry in chat.entries()].count("SKIP_OK") == 0


def test_snooze_by_a_button_brings_the_reminder_again(chat: Chat, wall: Wall) -> None:
    reminder = reminded(chat, wall)
    call = called(chat.post(press("1SNOOZE", 500, text=reminder["text"])))
    assert "OK, next reminder" in call["text"]
    chat.api.script(taken(72))
    wall.moment += timedelta(minutes=15)
    chat.runtime.tick()
    chat.runtime.drain()
    assert words_on(chat.api.sent[-1]) == ["1DONE", "1SNOOZE", "1SKIP"]
    assert [entry.kind for entry in chat.entries() if entry.slot] == ["reminder", "snooze"]


def test_a_menu_is_pressed_instead_of_typed(chat: Chat) -> None:
    menu = called(chat.post(message("MENU", 5)))
    assert "0POSTURE" in words_on(menu)
    topic = called(chat.post(press("0POSTURE", 6)))
    assert "back straight" in topic["text"]
    assert words_on(topic) == ["0MORE", "0MENU"]


def test_check_is_pressed_through_to_the_emergency_number(chat: Chat) -> None:
    first = called(chat.post(message("CHECK", 5)))
    assert words_on(first) == ["0YES", "0NO"]
    second = called(chat.post(press("0NO", 6)))
    assert words_on(second) == ["0YES", "0NO"]
    third = called(chat.post(press("0NO", 7)))
    assert words_on(third) == ["00", "01", "02"]
    alarm = called(chat.post(press("02", 8)))
    assert alarm["method"] == "sendMessage"
    assert "112" in alarm["text"] or "emergency" in alarm["text"].lower()
    assert words_on(alarm) == []


def test_a_repeated_update_gets_the_same_buttons(chat: Chat) -> None:
    update = message("CHECK", 5)
    assert called(chat.post(update)) == called(chat.post(update))


def sent_for(chat: Chat, update: int) -> Asked:
    """What goes to Telegram for STRETCH, which is answered by the outbox, picture and words together."""
    before = len(chat.api.asked)
    chat.api.script(pictured(80 + update))
    assert said(chat.post(message("STRETCH", update))) == ""
    chat.runtime.drain()
    (asked,) = chat.api.asked[before:]
    return asked


def test_a_stretch_comes_with_its_drawing_until_somebody_wants_none(chat: Chat) -> None:
    first = sent_for(chat, 1)
    assert first.path.endswith("/sendPhoto")
    assert b"\x89PNG" in first.body
    chat.runtime.drain()
    assert len(chat.api.asked) == 1
    assert "no drawings" in said(chat.post(message("PICTURES OFF", 2)))
    assert "Stop if it hurts more." in said(chat.post(message("STRETCH", 3)))
    assert "drawing comes" in said(chat.post(message("PICTURES ON", 4)))
    assert sent_for(chat, 5).path.endswith("/sendPhoto")


def test_a_repeated_request_for_a_stretch_brings_one(chat: Chat) -> None:
    sent_for(chat, 1)
    assert said(chat.post(message("STRETCH", 1))) == ""
    chat.runtime.drain()
    assert len(chat.api.asked) == 1


def test_whoever_left_still_gets_the_stretch_that_they_ask_for(chat: Chat) -> None:
    for words in ("/start", "YES", "STOP"):
        chat.hears(words)
    assert sent_for(chat, 9).path.endswith("/sendPhoto")


def test_whoever_uses_telegram_in_spanish_is_met_in_spanish(chat: Chat) -> None:
    sender = {"id": CHAT, "is_bot": False, "first_name": "A", "language_code": "es-MX"}
    assert "Responda SI" in said(chat.post(message("/start", 5, **{"from": sender})))


@pytest.mark.parametrize("words", ["/posture", "/check@upright_bot"])
def test_a_group_is_politely_refused_and_nothing_of_it_is_kept(chat: Chat, words: str) -> None:
    group = {"id": -100_200, "type": "supergroup", "title": "Back pain"}
    call = called(chat.post(message(words, 5, chat=group)))
    assert (call["method"], call["chat_id"]) == ("sendMessage", "-100200")
    assert "private chat" in call["text"]
    assert (chat.count(Inbound), chat.count(Entry), chat.count(AddressRow)) == (0, 0, 0)


def test_danger_in_a_group_is_answered_with_the_number(chat: Chat) -> None:
    group = {"id": -100_200, "type": "group", "title": "Back pain"}
    call = called(chat.post(message("/help I can't feel my legs and wet myself", 5, chat=group)))
    assert "112" in call["text"]


def test_nothing_that_is_kept_of_an_erased_person_names_their_chat(chat: Chat) -> None:
    for words in ("/start", "YES", "Berlin"):
        chat.hears(words)
    chat.post(press("1STOP", 500, text="Upright: still want reminders?"))
    assert chat.standing() == "out"
    with chat.runtime.store.read() as session:
        assert str(CHAT) not in " ".join(session.scalars(select(Inbound.provider_id)))
    chat.hears("DELETE")
    chat.hears("DELETE YES")
    with chat.runtime.store.read() as session:
        assert set(session.scalars(select(Consent.provider_id))) == {""}
        assert "withdrawn" in session.scalars(select(Consent.event)).all()
