"""Telegram's buttons and pictures: what a press says, what an answer to one does, what is uploaded once."""

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import responses

from service.channels import telegram
from service.channels.telegram import Telegram
from service.channels.telegram_updates import DATA, data_of
from service.envelopes import (
    Address,
    Inbound,
    Outgoing,
    Picture,
    Press,
    Reply,
    SendFailed,
    Sent,
    Verdict,
)
from tests.channels.updates import (
    BOT,
    CHAT,
    TOKEN,
    bot,
    knock,
    pictured,
    press,
    refusal,
    taken,
)
from tests.loopback import Loopback, loopback

HERE = Address("telegram", str(CHAT))
PICTURE = Picture(
    "UB1", "Arms overhead.", "https://back.example.org/pictures/t/UB1.png", lambda: b"PNG"
)
DONE = Press(f"{CHAT}:71", "Stand up_ now.", once=True)


@pytest.fixture
def api() -> Iterator[Loopback]:
    with loopback() as served:
        yield served


def read(update: object) -> Inbound:
    inbound = bot().read(knock(update))
    assert inbound is not None
    return inbound


def send(channel: Telegram, *parcels: Outgoing) -> list[Sent]:
    async def all_of_them() -> list[Sent]:
        try:
            return [await channel.send(parcel) for parcel in parcels]
        finally:
            await channel.close()

    return asyncio.run(all_of_them())


def outgoing(text: str = "Stand up.", **changes: Any) -> Outgoing:
    return Outgoing("a1", HERE, text, **changes)


def told(replies: list[Reply], to: Inbound) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = json.loads(bot().answer(replies, to).body)
    return answer


def test_a_press_is_the_word_on_the_button() -> None:
    inbound = read(press("1DONE", 12))
    assert (inbound.address, inbound.text) == (HERE, "DONE")
    assert inbound.press == Press(
        f"{CHAT}:71", "Stand up_ now.", once=True, call="4382bfdwdsb323b2d9"
    )


def test_two_quick_presses_of_what_is_used_up_are_one() -> None:
    first, second = read(press("1DONE", 12)), read(press("1DONE", 13))
    assert first.provider_id == second.provider_id
    assert first.provider_id == read(press("1SKIP", 14)).provider_id  # the first counts
    assert first.provider_id != read(press("1DONE", 15, message_id=72)).provider_id


def test_a_menu_may_be_pressed_again_and_again() -> None:
    ids = {read(press("0LIFT", number)).provider_id for number in (12, 13)}
    assert ids == {f"{BOT}:12", f"{BOT}:13"}


def test_an_id_is_never_longer_than_its_column() -> None:
    far = press("1" + "完成" * 10, message_id=2**31)
    far["callback_query"]["message"]["chat"]["id"] = 2**52
    assert len(read(far).provider_id) <= 64


@pytest.mark.parametrize(
    "changes",
    [
        {"data": ""},
        {"data": "1"},
        {"data": 7},
        {"message": None},
        {"message": {"message_id": 1, "chat": {"id": -5, "type": "group"}}},
        {"message": {"message_id": "x", "chat": {"id": CHAT, "type": "private"}}},
    ],
)
def test_a_press_that_can_be_none_of_ours_is_passed_over(changes: dict[str, Any]) -> None:
    update = press("1DONE")
    update["callback_query"] |= changes
    assert bot().read(knock(update)) is None


def test_what_is_pressed_under_a_text_too_old_to_see_is_read_all_the_same() -> None:
    update = press("1DONE")
    update["callback_query"]["message"] = {
        "message_id": 71, "date": 0, "chat": {"id": CHAT, "type": "private"},
    }  # fmt: skip
    inbound = read(update)
    assert (inbound.text, inbound.press and inbound.press.text) == ("DONE", "")
    assert told([Reply("Nice!", "a")], inbound)["method"] == "sendMessage"


def test_the_answer_to_a_reminder_s_button_is_written_into_the_reminder() -> None:
    inbound = Inbound(HERE, "1", "DONE", press=DONE)
    assert told([Reply("Nice! *1* today_", "a", ("MENU",))], inbound) == {
        "method": "editMessageText",
        "chat_id": str(CHAT),
        "message_id": 71,
        "text": "Stand up_ now.\n\nNice! *1* today_",
    }


def test_under_a_picture_it_is_written_into_the_caption() -> None:
    shown = Press(f"{CHAT}:71", "S" * 1020, once=True, pictured=True)
    call = told([Reply("Nice!", "a")], Inbound(HERE, "1", "DONE", press=shown))
    assert call["method"] == "editMessageCaption"
    assert len(call["caption"]) == telegram.CAPTION
    assert call["caption"].endswith("…\n\nNice!")


def test_the_answer_to_a_menu_s_button_is_a_new_text_with_buttons_of_its_own() -> None:
    again = Press(f"{CHAT}:71", "MENU", once=False)
    call = told([Reply("Lift so.", "a", ("MORE", "MENU"))], Inbound(HERE, "1", "LIFT", press=again))
    assert (call["method"], call["text"]) == ("sendMessage", "Lift so.")
    assert call["reply_markup"] == {
        "inline_keyboard": [
            [{"text": "MORE", "callback_data": "0MORE"}, {"text": "MENU", "callback_data": "0MENU"}]
        ]
    }


def test_a_picture_never_takes_the_words_of_an_answer_with_it() -> None:
    """Telegram would fetch it by itself, and tell nobody that it couldn't."""
    call = told([Reply("Reach up.", "a", picture=PICTURE)], Inbound(HERE, "1", "STRETCH"))
    assert (call["method"], call["text"]) == ("sendMessage", "Reach up.")


def test_a_press_is_acknowledged_though_nothing_is_said() -> None:
    seen = threading.Event()

    def saw(request: Any) -> tuple[int, dict[str, str], str]:
        assert "callback_query_id=77" in f"{request.url} {request.body}"
        seen.set()
        return 200, {}, json.dumps({"ok": True, "result": True})

    with responses.RequestsMock() as played:
        for verb in (responses.GET, responses.POST):
            played.add_callback(
                verb, f"https://api.telegram.org/bot{TOKEN}/answerCallbackQuery", callback=saw
            )
        played.assert_all_requests_are_fired = False
        pressed = Press(f"{CHAT}:71", "Stand up.", once=True, call="77")
        assert bot().answer([], Inbound(HERE, "1", "OK", press=pressed)).body == ""
        assert seen.wait(10)


def test_a_reminder_goes_with_buttons_three_in_a_row(api: Loopback) -> None:
    api.script(taken(71))
    words = ("DONE", "SNOOZE", "SKIP", "HELP")
    assert send(bot(api_url=api.url), outgoing(choices=words)) == [Sent(f"{CHAT}:71")]
    (sent,) = api.sent
    assert [[button["callback_data"] for button in row] for row in keys(sent)] == [
        ["1DONE", "1SNOOZE", "1SKIP"],
        ["1HELP"],
    ]


def keys(sent: Mapping[str, str]) -> list[list[dict[str, str]]]:
    rows: list[list[dict[str, str]]] = json.loads(sent["reply_markup"])["inline_keyboard"]
    return rows


def test_a_word_too_long_for_a_button_has_none() -> None:
    assert data_of("完" * 21, once=True) is not None
    assert data_of("完" * 22, once=True) is None
    assert DATA == 64


def test_a_picture_is_uploaded_once_and_named_from_then_on(api: Loopback) -> None:
    api.script(pictured(71), pictured(72))
    parcel = outgoing(picture=PICTURE, choices=("DONE",))
    assert send(bot(api_url=api.url), parcel, parcel) == [Sent(f"{CHAT}:71"), Sent(f"{CHAT}:72")]
    first, second = api.asked
    assert first.path.endswith("/sendPhoto")
    assert b'filename="UB1.png"' in first.body
    assert b"PNG" in first.body
    assert second.form["photo"] == "AgACAgQAAxkB"
    assert second.form["caption"] == "Stand up."
    assert keys(second.form)[0][0]["callback_data"] == "1DONE"


def test_a_picture_that_telegram_forgot_is_uploaded_anew(api: Loopback) -> None:
    gone = refusal(400, "Bad Request: wrong file identifier/HTTP URL specified")
    api.script(pictured(71), gone, pictured(72, "B"), pictured(73))
    parcel = outgoing(picture=PICTURE)
    send(bot(api_url=api.url), parcel, parcel, parcel)
    assert b"PNG" in api.asked[2].body
    assert api.asked[3].form["photo"] == "B"


def test_a_picture_that_is_refused_as_new_is_not_tried_again(api: Loopback) -> None:
    api.script(refusal(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"))
    with pytest.raises(SendFailed) as caught:
        send(bot(api_url=api.url), outgoing(picture=PICTURE))
    assert (caught.value.verdict, len(api.asked)) == (Verdict.REFUSED, 1)


def test_a_text_too_long_for_a_caption_goes_without_its_picture(api: Loopback) -> None:
    api.script(taken())
    send(bot(api_url=api.url), outgoing("a" * 1025, picture=PICTURE))
    assert api.asked[0].path.endswith("/sendMessage")


@pytest.mark.parametrize("pictured_", [True, False])
def test_an_answer_that_no_webhook_carried_is_written_into_the_text_too(
    api: Loopback, pictured_: bool
) -> None:
    api.script(taken(71))
    shown = Press(f"{CHAT}:71", "Stand up.", once=True, pictured=pictured_)
    assert send(bot(api_url=api.url), outgoing("Nice!", edits=shown)) == [Sent(f"{CHAT}:71")]
    (asked,) = api.asked
    assert asked.path.endswith("/editMessageCaption" if pictured_ else "/editMessageText")
    assert asked.form["caption" if pictured_ else "text"] == "Stand up.\n\nNice!"
    assert "reply_markup" not in asked.form


def test_a_text_that_says_so_already_counts_as_rewritten(api: Loopback) -> None:
    api.script(refusal(400, "Bad Request: message is not modified: specified new message content"))
    assert send(bot(api_url=api.url), outgoing("Nice!", edits=DONE)) == [Sent(f"{CHAT}:71")]


def test_signs_that_telegram_counts_twice_are_never_cut_in_half(api: Loopback) -> None:
    api.script(taken())
    send(bot(api_url=api.url), outgoing("👍" * 3000))
    text = api.sent[0]["text"]
    assert len(text.encode("utf-16-le")) <= telegram.LONGEST * 2
    assert text.rstrip("…") == "👍" * 2047
