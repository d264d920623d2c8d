"""The whole service on Telegram: answers go in the answer to an update, reminders by the outbox."""

from collections.abc import Callable

from sqlalchemy import select

from service.app import create_app
from service.runtime import Runtime
from service.store.tables import AddressRow, Consent, Entry, Inbound
from tests.channels.updates import CHAT, membership, message, pictured, refusal
from tests.phone import Wall
from tests.telegram.chat import Chat, said


def test_a_keyword_is_answered_in_the_answer_to_the_update(chat: Chat) -> None:
    assert "back straight" in chat.hears("/posture")
    (entry,) = chat.entries()
    assert (entry.state, entry.channel) == ("answered", "telegram")


def test_a_repeated_update_gets_the_same_answer_and_is_stored_once(chat: Chat) -> None:
    update = message("LIFT", 77)
    assert len({said(chat.post(update)) for _ in range(3)}) == 1
    assert (chat.count(Inbound), chat.count(Entry)) == (1, 1)


def test_somebody_joins_is_reminded_and_leaves(chat: Chat, wall: Wall) -> None:
    assert "YES" in chat.hears("/start")
    chat.hears("YES")
    chat.hears("Berlin")
    assert chat.standing() == "in"
    wall.moment = wall.moment.replace(minute=50)
    chat.api.script(pictured(71))
    chat.runtime.tick()
    chat.runtime.drain()
    (asked,) = chat.api.asked
    assert asked.path.endswith("/sendPhoto")
    assert str(CHAT).encode() in asked.body
    sent = [entry for entry in chat.entries() if entry.kind == "reminder"]
    assert [(entry.state, entry.provider_id) for entry in sent] == [("sent", f"{CHAT}:71")]
    assert chat.hears("/stop")  # no provider confirms it for us here
    assert chat.standing() == "out"


def test_whoever_is_out_is_still_answered(chat: Chat) -> None:
    chat.hears("/start")
    chat.hears("YES")
    chat.hears("STOP")
    assert "back straight" in chat.hears("/posture")
    assert chat.hears("/help")


def test_an_erasure_is_confirmed(chat: Chat) -> None:
    chat.hears("LIFT")
    assert "YES" in chat.hears("DELETE")
    assert chat.hears("DELETE YES")
    assert chat.count(AddressRow) == 0


def test_danger_comes_first(chat: Chat) -> None:
    answer = chat.hears("I can't feel my legs and wet myself")
    assert "emergency" in answer.partition("\n")[0].lower() or "112" in answer.partition("\n")[0]
    assert chat.entries()[0].kind == "emergency"


def test_blocking_the_bot_ends_the_reminders_without_a_word(chat: Chat) -> None:
    chat.hears("/start")
    chat.hears("YES")
    assert chat.standing() == "in"
    assert said(chat.post(membership("kicked", "member"))) == ""
    assert chat.standing() == "out"
    with chat.runtime.store.read() as session:
        assert "withdrawn" in session.scalars(select(Consent.event)).all()
    assert chat.hears("/start")
    assert chat.standing() == "in"  # the way back


def test_whoever_blocked_the_bot_is_out_when_a_send_finds_it(chat: Chat, wall: Wall) -> None:
    for words in ("/start", "YES", "Berlin"):
        chat.hears(words)
    wall.moment = wall.moment.replace(minute=50)
    chat.api.script(refusal(403, "Forbidden: bot was blocked by the user"))
    chat.runtime.tick()
    chat.runtime.drain()
    assert chat.standing() == "out"


def test_without_the_secret_nothing_is_stored(chat: Chat) -> None:
    assert chat.post(message("LIFT"), "somebody-elses-secret").status_code == 403
    assert chat.client.post("/in/telegram", json=message("LIFT")).status_code == 403
    assert (chat.count(Inbound), chat.count(Entry)) == (0, 0)


def test_without_a_bot_the_door_says_what_to_set(service: Callable[..., Runtime]) -> None:
    response = create_app(service()).test_client().post("/in/telegram", json=message("LIFT"))
    assert response.status_code == 404
    assert "TELEGRAM_BOT_TOKEN" in response.text
