"""What every channel promises, whoever the provider is: played from recorded requests (cases/)."""

import asyncio
import json
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.envelopes import (
    Address,
    Channel,
    Inbound,
    Knock,
    Outgoing,
    Receipt,
    Reply,
    SendFailed,
    Sent,
    Unverified,
    Verdict,
)
from service.runtime import Runtime
from tests.channels.stages import STAGES, Case, Stage
from tests.loopback import Act, Loopback, loopback
from tests.web.doors import REAL

NOWHERE = "http://127.0.0.1:9"
NASTY = "a_b *c* `d` ~e~ <b>&amp; <@U1> :smile: [f](http://g.h) > i\n1. j\\k “l” 👍🏽 #m {n} @channel $o"
DOCS = (Path(__file__).parents[2] / "docs" / "channels.md").read_text("utf-8")
NEEDED = {
    "in": {"text", "stop", "nothing", "picture"},
    "send": {"accepted", "slow", "for_good", "opted_out", "doubtful", "set_up"},
    "status": {"delivered", "for_good", "opted_out"},
}

every_channel = pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)


def recorded(kind: str) -> pytest.MarkDecorator:
    found = [
        pytest.param(stage, case, id=f"{stage.name}-{name}")
        for stage in STAGES
        for name, case in stage.cases(kind).items()
    ]
    return pytest.mark.parametrize(("stage", "case"), found)


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


def listened(stage: Stage) -> Inbound:
    heard = stage.make(NOWHERE).read(stage.proven(stage.cases("in")["in.text"]))
    assert heard is not None
    return heard


@every_channel
@pytest.mark.parametrize("kind", NEEDED)
def test_what_the_contract_plays_is_recorded(stage: Stage, kind: str) -> None:
    names = {name.partition(".")[2] for name in stage.cases(kind)}
    assert names >= (NEEDED[kind] if kind != "status" or stage.receipts else set())


def test_every_channel_that_can_be_set_up_is_on_stage(service: Any) -> None:
    runtime: Runtime = service(**REAL)
    assert {name for name, channel in runtime.channels.items() if channel.real} == {
        stage.name for stage in STAGES
    }


@recorded("in")
def test_a_recorded_request_is_read(stage: Stage, case: Case) -> None:
    heard = stage.make(NOWHERE).read(stage.proven(case))
    if case["says"] is None:
        assert heard is None
        return
    assert heard is not None
    assert heard.text == case["says"]
    assert heard.address == Address(stage.name, case["handle"])
    assert heard.provider_said == case.get("provider_said", "")
    assert (heard.press is not None) == case.get("pressed", False)
    assert 0 < len(heard.provider_id) <= 64
    assert heard == stage.make(NOWHERE).read(stage.proven(case))  # the same id when it comes again


@every_channel
def test_different_texts_have_different_ids(stage: Stage) -> None:
    texts = [case for case in stage.cases("in").values() if case["says"] is not None]
    by_request = {json.dumps(_told(case), sort_keys=True): case for case in texts}
    heard = [stage.make(NOWHERE).read(stage.proven(case)) for case in by_request.values()]
    named = {_named(case) for case in by_request.values()}
    assert len({each.provider_id for each in heard if each}) == len(named)


def _told(case: Case) -> object:
    return case.get("form") or case.get("json")


def _named(case: Case) -> str:
    """What the provider itself tells its requests apart by."""
    told: Any = _told(case)
    ids = (told.get(name) for name in ("MessageSid", "update_id", "event_id", "trigger_id"))
    return str(next((each for each in ids if each), json.dumps(told)))


@recorded("in")
@pytest.mark.parametrize("tampered", ["no proof", "another proof", "another text"])
def test_a_request_that_proves_nothing_is_refused(stage: Stage, case: Case, tampered: str) -> None:
    true = stage.proven(case)
    proof = {name: value for name, value in true.headers.items() if not name.startswith("content")}
    forged = {
        "no proof": replace(true, headers={}),
        "another proof": replace(true, headers=dict.fromkeys(proof, "é" * 40)),
        "another text": replace(true, form=[*true.form, ("Body", "START")], body=true.body + b" "),
    }[tampered]
    if tampered == "another text" and not stage.signed:
        assert stage.make(NOWHERE).read(forged) == stage.make(NOWHERE).read(true)
        return
    with pytest.raises(Unverified):
        stage.make(NOWHERE).read(forged)


@recorded("in")
def test_what_a_provider_adds_tomorrow_changes_nothing(stage: Stage, case: Case) -> None:
    told = dict(case)
    kind = "form" if "form" in case else "json"
    told[kind] = _with_news(case[kind])
    channel = stage.make(NOWHERE)
    assert channel.read(stage.proven(told)) == channel.read(stage.proven(case))


def _with_news(told: Any) -> Any:
    """The same with a field that nobody has heard of, at every depth."""
    if not isinstance(told, dict):
        return told
    return {name: _with_news(value) for name, value in told.items()} | {"of_tomorrow": "7"}


@recorded("status")
def test_a_recorded_receipt_is_read(stage: Stage, case: Case) -> None:
    receipt = stage.make(NOWHERE).read_receipt(stage.proven(case))
    assert isinstance(receipt, Receipt)
    assert (receipt.state, receipt.verdict) == (case["state"], case.get("verdict"))
    assert receipt.provider_id
    assert bool(receipt.reason) == ("verdict" in case)
    if receipt.address is not None:
        assert receipt.address.channel == stage.name
        assert receipt.address.handle not in receipt.reason


@every_channel
def test_nothing_to_say_is_an_answer_that_says_nothing(stage: Stage) -> None:
    answer = stage.make(NOWHERE).answer([], listened(stage))
    assert answer.status == 200
    assert list(stage.said(answer)) == []


@every_channel
def test_an_answer_says_every_text_in_order_and_sign_by_sign(stage: Stage) -> None:
    replies = [Reply(NASTY, "a1"), Reply("By mistake? MENU", "a2", ("MENU", "YES"))]
    said = "\n\n".join(stage.said(stage.make(NOWHERE).answer(replies, listened(stage))))
    assert said == f"{NASTY}\n\nBy mistake? MENU"


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


@every_channel
def test_a_text_reaches_the_provider_sign_by_sign(api: Loopback, stage: Stage) -> None:
    accept(api, stage)
    send(stage.make(api.url), outgoing(stage, NASTY))
    assert stage.heard(api.asked[0]) == (outgoing(stage).address.handle, NASTY)


SIGNS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200)


@every_channel
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


@every_channel
@pytest.mark.parametrize("sign", ["a", "é", "👍", "<", "&"])
def test_a_text_is_never_longer_than_the_provider_takes(
    api: Loopback, stage: Stage, sign: str
) -> None:
    accept(api, stage)
    send(stage.make(api.url), outgoing(stage, sign * (stage.most + 500)))
    _, text = stage.heard(api.asked[0])
    assert len(text.encode("utf-16-le")) <= stage.most * 2
    assert text.startswith(sign * 50)


@every_channel
def test_choices_never_change_the_words(api: Loopback, stage: Stage) -> None:
    accept(api, stage)
    send(stage.make(api.url), outgoing(stage, choices=("DONE", "稍后", "x" * 200)))
    assert stage.heard(api.asked[0])[1] == "Stand up & stretch."


@every_channel
def test_where_nobody_listens_nothing_was_sent(stage: Stage) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        assert failure(stage.make(url), outgoing(stage)).verdict is Verdict.RETRY


@every_channel
@pytest.mark.parametrize("answer", [Act(drop=True), Act(200, text="<html>"), Act(200, text="{}")])
def test_what_may_have_been_sent_is_in_doubt(api: Loopback, stage: Stage, answer: Act) -> None:
    api.script(replace(answer, taken=False))
    assert failure(stage.make(api.url), outgoing(stage)).verdict is Verdict.DOUBTFUL
    assert len(api.asked) == 1


@every_channel
def test_closing_twice_does_no_harm(stage: Stage) -> None:
    async def twice() -> None:
        channel = stage.make(NOWHERE)
        await channel.close()
        await channel.close()

    asyncio.run(twice())


@every_channel
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 5000, b"payload=x"]
)
def test_a_body_that_is_none_of_the_providers_breaks_nothing(stage: Stage, body: bytes) -> None:
    true = stage.proven(stage.cases("in")["in.text"])
    try:
        heard = stage.make(NOWHERE).read(Knock(true.target, true.headers, body=body))
    except Unverified:
        return
    assert heard is None


TITLES = {"sms": "SMS, by Twilio", "telegram": "Telegram"}


@every_channel
def test_connecting_is_told_in_five_steps_with_costs_and_limits(stage: Stage) -> None:
    section = DOCS.partition(f"\n## {TITLES[stage.name]}\n")[2].partition("\n## ")[0]
    assert re.findall(r"^(\d)\. ", section, re.MULTILINE) == list("12345")
    assert "**Cost**" in section
    assert "**Limits**" in section
