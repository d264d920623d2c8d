"""Slack: choices are buttons, and a press is answered in the text above it."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.envelopes import (
    Press,
)
from tests.channels.slack_api import (
    CHAT,
    SlackApi,
    app,
    knock,
    outgoing,
    pressed,
    refusal,
    send,
    shown_text,
    slack_api,
)


@pytest.fixture
def api() -> Iterator[SlackApi]:
    with slack_api() as served:
        yield served


def test_choices_are_buttons_and_come_back_as_words(api: SlackApi) -> None:
    send(app(api), outgoing("A & B", choices=("DONE", "A<B"), once=True))
    (shown,) = api.shown
    row = shown["blocks"][-1]
    assert len({button["action_id"] for button in row["elements"]}) == 2
    for number, word in enumerate(("DONE", "A<B")):
        inbound = app().read(knock(pressed(shown, number)))
        assert inbound is not None
        assert (inbound.text, inbound.inline) == (word, False)
        message_id = f"{CHAT}:{shown['ts']}"
        assert inbound.press == Press(message_id, "A & B", once=True)
        assert CHAT not in inbound.provider_id
        again = app().read(knock(pressed(shown, number, "another.press")))
        assert again is not None
        assert again.provider_id == inbound.provider_id


def test_choices_that_stay_are_counted_by_the_press(api: SlackApi) -> None:
    send(app(api), outgoing(choices=("MORE",), once=False))
    ids = []
    for trigger in ("1.1", "1.2"):
        inbound = app().read(knock(pressed(api.shown[0], 0, trigger)))
        assert inbound is not None
        assert inbound.press is not None
        assert not inbound.press.once
        ids.append(inbound.provider_id)
    assert ids == ["1.1", "1.2"]


def test_a_button_where_no_text_can_be_changed_is_answered_anew(api: SlackApi) -> None:
    send(app(api), outgoing(choices=("MORE",), once=True))
    for where in ({"container": {"is_ephemeral": True}}, {"message": None, "channel": None}):
        inbound = app().read(knock(pressed(api.shown[0], 0, **where)))
        assert inbound is not None
        assert inbound.press == Press("", "", once=False)


@pytest.mark.parametrize("action", ["other:0", "", None, 7])
def test_a_button_of_somebody_else_is_none_of_ours(action: Any) -> None:
    button = {"action_id": action, "value": "DONE", "type": "button"}
    shown = {"ts": "1.1", "text": "", "channel": CHAT}
    row = {"type": "actions", "elements": [button]}
    assert app().read(knock(pressed({**shown, "blocks": [row]}, 0))) is None


def test_an_answer_is_written_under_the_text_and_takes_its_buttons(api: SlackApi) -> None:
    (first,) = send(app(api), outgoing("Stretch & smile", choices=("DONE",), once=True))
    press = Press(first.provider_id, "Stretch & smile", once=True)
    (second,) = send(app(api), outgoing("Well done", attempt="a2", edits=press))
    assert second.provider_id == first.provider_id
    (shown,) = api.shown
    assert shown_text(shown) == "Stretch &amp; smile\nWell done"
    assert [block["type"] for block in shown["blocks"]] == ["section", "section"]


@pytest.mark.parametrize("error", ["message_not_found", "edit_window_closed"])
def test_where_the_text_is_gone_the_answer_stands_alone(api: SlackApi, error: str) -> None:
    api.script(refusal(error))
    press = Press(f"{CHAT}:1.1", "Stretch", once=True)
    (sent,) = send(app(api), outgoing("Well done", edits=press))
    assert sent.provider_id != press.message
    assert shown_text(api.shown[0]) == "Stretch\nWell done"


@pytest.mark.parametrize(("word", "fits"), [("a" * 75, True), ("a" * 76, False), ("&" * 16, False)])
def test_a_word_that_is_too_long_for_a_button_has_none(
    api: SlackApi, word: str, *, fits: bool
) -> None:
    send(app(api), outgoing(choices=(word, "DONE")))
    (row,) = [block for block in api.shown[0]["blocks"] if block["type"] == "actions"]
    assert [button["value"] for button in row["elements"]] == [*([word] if fits else []), "DONE"]
    assert all(len(button["text"]["text"]) <= 75 for button in row["elements"])


def test_where_no_word_fits_there_is_no_row(api: SlackApi) -> None:
    send(app(api), outgoing(choices=("a" * 76,)))
    assert [block["type"] for block in api.shown[0]["blocks"]] == ["section"]
