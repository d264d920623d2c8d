"""What every channel promises of what goes out, played by a provider on loopback from recorded answers (cases/)."""

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.envelopes import Address, Channel, Outgoing, Picture, SendFailed, Sent, Verdict
from tests.channels.stages import EVERY_CHANNEL, NASTY, Case, Stage, recorded
from tests.loopback import Act, Loopback, loopback

PICTURE = Picture(
    "UB1", "Arms overhead.", "https://back.example.org/pictures/t/UB1.png", lambda: b"PNG"
)


@pytest.fixture
def api() -> Iterator[Loopback]:
    with loopback() as served:
        yield served


def outgoing(stage: Stage, text: str = "Stand up & stretch.", **changes: Any) -> Outgoing:
    handle = next(case["handle"] for case in stage.cases("in").values() if case["says"])
    made = Outgoing("a1b2-7", Address(stage.name, handle), text, timedelta(minutes=10))
    return replace(made, started_at=datetime(2026, 3, 2, 14, 0, tzinfo=UTC), **changes)


def send(channel: Channel, parcel: Outgoing) -> Sent:
    async def once() -> Sent:
        try:
            return await channel.send(parcel)
        finally:
            await channel.close()

    return asyncio.run(once())


def failure(channel: Channel, parcel: Outgoing) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        send(channel, parcel)
    return caught.value


def act(case: Case) -> Act:
    return Act(
        case["status"],
        case.get("json"),
        case.get("text"),
        headers=case.get("headers", {}),
        taken=False,
    )


@recorded("send")
def test_what_each_answer_of_the_provider_means(api: Loopback, stage: Stage, case: Case) -> None:
    api.script(act(case))
    channel, parcel = stage.make(api.url), outgoing(stage)
    if "verdict" not in case:
        assert send(channel, parcel).provider_id == case["provider_id"]
    else:
        failed = failure(channel, parcel)
        assert (failed.verdict, failed.wait) == (case["verdict"], case.get("wait", 0))
        told = f"{failed} {failed.reason} {failed.code}"
        assert parcel.address.handle not in told
        assert parcel.text not in told
        assert failed.reason.endswith(".")
    assert len(api.asked) == 1  # whether to try again is decided elsewhere


@EVERY_CHANNEL
def test_a_text_reaches_the_provider_sign_by_sign(api: Loopback, stage: Stage) -> None:
    accept(api, stage)
    send(stage.make(api.url), outgoing(stage, NASTY))
    assert stage.heard(api.asked[0]) == (outgoing(stage).address.handle, NASTY)


SIGNS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200)


@EVERY_CHANNEL
def test_no_text_at_all_is_changed_on_its_way(stage: Stage) -> None:
    """One service and one loop for all of them: opening either takes longer than a hundred sends."""
    with loopback() as api, asyncio.Runner() as loop:
        channel = stage.make(api.url)

        @given(SIGNS.filter(lambda text: text == text.strip()))
        def changes_nothing(text: str) -> None:
            accept(api, stage)
            loop.run(channel.send(outgoing(stage, text)))
            assert stage.heard(api.asked[-1])[1] == text

        changes_nothing()
        loop.run(channel.close())


def accept(api: Loopback, stage: Stage) -> None:
    api.script(act(stage.cases("send")["send.accepted"]))


@EVERY_CHANNEL
@pytest.mark.parametrize("sign", ["a", "é", "👍", "<", "&"])
def test_a_text_is_never_longer_than_the_provider_takes(
    api: Loopback, stage: Stage, sign: str
) -> None:
    accept(api, stage)
    send(stage.make(api.url), outgoing(stage, sign * (stage.most + 500)))
    _, text = stage.heard(api.asked[0])
    assert len(text.encode("utf-16-le")) <= stage.most * 2
    assert text.startswith(sign * 50)


@EVERY_CHANNEL
def test_each_choice_is_a_button_where_there_are_some(api: Loopback, stage: Stage) -> None:
    """One too long for a button has none: a word cut short is no word that one could type."""
    accept(api, stage)
    channel = stage.make(api.url)
    send(channel, outgoing(stage, choices=("DONE", "稍后", "x" * 200)))
    assert stage.heard(api.asked[0])[1] == outgoing(stage).text
    assert list(stage.buttons(api.asked[0])) == (["DONE", "稍后"] if channel.buttons else [])


@EVERY_CHANNEL
def test_a_picture_that_has_an_address_goes_along(api: Loopback, stage: Stage) -> None:
    for picture in (PICTURE, None):
        accept(api, stage)
        send(stage.make(api.url), outgoing(stage, picture=picture))
    assert [stage.shows(asked) for asked in api.asked] == [True, False]


@EVERY_CHANNEL
def test_where_nobody_listens_nothing_was_sent(stage: Stage) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        assert failure(stage.make(url), outgoing(stage)).verdict is Verdict.RETRY


@EVERY_CHANNEL
@pytest.mark.parametrize("answer", [Act(drop=True), Act(200, text="<html>"), Act(200, text="{}")])
def test_what_may_have_been_sent_is_in_doubt(api: Loopback, stage: Stage, answer: Act) -> None:
    api.script(replace(answer, taken=False))
    assert failure(stage.make(api.url), outgoing(stage)).verdict is Verdict.DOUBTFUL
    assert len(api.asked) == 1
