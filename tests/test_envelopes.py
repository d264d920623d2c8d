"""Several replies are one text, by the same rule on every channel."""

import json
from typing import Any

from service.channels.slack import Slack
from service.envelopes import Address, Inbound, Picture, Reply, as_one
from tests.channels.slack_api import app, shown_text
from tests.channels.updates import CHAT, bot


def picture(name: str) -> Picture:
    return Picture(name, name, f"https://back.example.org/{name}.png", lambda: b"")


REPLIES = [
    Reply("One", "a1", ("DONE",), picture("first")),
    Reply("Two", "a2", ("YES", "NO"), picture("second")),
    Reply("Three", "a3"),
]


def test_texts_are_paragraphs_beside_what_the_last_had_that_had_any() -> None:
    whole = as_one(REPLIES)
    assert (whole.text, whole.attempt, whole.choices) == (
        "One\n\nTwo\n\nThree",
        "a1",
        ("YES", "NO"),
    )
    assert whole.picture is not None
    assert whole.picture.name == "second"
    assert not whole.apology


def test_slack_and_telegram_show_the_same() -> None:
    """But for the picture, which on Telegram comes by the outbox."""
    slack = json.loads(app().answer(REPLIES).body)
    here = Inbound(Address("telegram", str(CHAT)), "1", "x")
    telegram: dict[str, Any] = json.loads(bot().answer(REPLIES, here).body)
    assert isinstance(app(), Slack)
    assert shown_text(slack) == telegram["text"]
    image, row = slack["blocks"][1:]
    assert image["image_url"] == "https://back.example.org/second.png"
    said = [button["text"]["text"] for button in row["elements"]]
    pressed = [button["text"] for button in telegram["reply_markup"]["inline_keyboard"][0]]
    assert said == pressed == ["YES", "NO"]
