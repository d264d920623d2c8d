"""What is said in a Telegram group: heard where it turns to us, and nobody's business of ours otherwise."""

import pytest

from tests.channels.updates import BOT, bot, knock, membership, message


@pytest.mark.parametrize(
    "update",
    [
        message("/posture@upright_bot", chat={"id": -100, "type": "supergroup", "title": "A"}),
        membership("member", "left", kind="group"),
        message(
            "I can't feel my legs",
            chat={"id": -100, "type": "group", "title": "A"},
            reply_to_message={"message_id": 4, "from": {"id": int(BOT), "is_bot": True}},
        ),
    ],
)
def test_a_group_that_turns_to_us_is_heard_as_a_group(update: object) -> None:
    inbound = bot().read(knock(update))
    assert inbound is not None
    assert inbound.group
    assert inbound.address.handle.startswith("-") or inbound.text == ""


@pytest.mark.parametrize(
    "update",
    [
        message("hello all", chat={"id": -100, "type": "group", "title": "A"}),
        message(
            "hello you",
            chat={"id": -100, "type": "group", "title": "A"},
            reply_to_message={"message_id": 4, "from": {"id": 9, "is_bot": False}},
        ),
        membership("left", "member", kind="group"),
        membership("administrator", "member", kind="group"),
        message("/posture", chat={"id": -100, "type": "channel", "title": "A"}),
    ],
)
def test_what_a_group_says_among_itself_is_none_of_ours(update: object) -> None:
    assert bot().read(knock(update)) is None
