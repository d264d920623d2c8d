"""What every channel promises of what comes in and of its answers, played from recorded requests (cases/)."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.envelopes import Address, Inbound, Knock, Receipt, Reply, Unverified
from service.runtime import Runtime
from tests.channels.stages import EVERY_CHANNEL, NASTY, NOWHERE, STAGES, Case, Stage, recorded
from tests.web.doors import REAL

DOCS = (Path(__file__).parents[2] / "docs" / "channels.md").read_text("utf-8")
NEEDED = {
    "in": {"text", "stop", "nothing", "picture"},
    "send": {"accepted", "slow", "for_good", "opted_out", "doubtful", "set_up"},
    "status": {"delivered", "for_good", "opted_out"},
}


def listened(stage: Stage) -> Inbound:
    heard = stage.make(NOWHERE).read(stage.proven(stage.cases("in")["in.text"]))
    assert heard is not None
    return heard


@EVERY_CHANNEL
@pytest.mark.parametrize("kind", NEEDED)
def test_what_the_contract_plays_is_recorded(stage: Stage, kind: str) -> None:
    names = {name.partition(".")[2] for name in stage.cases(kind)}
    needed = NEEDED[kind] if stage.blockable else NEEDED[kind] - {"opted_out"}
    assert names >= (needed if kind != "status" or stage.receipts else set())


def test_every_channel_that_can_be_set_up_is_on_stage(service: Callable[..., Runtime]) -> None:
    runtime = service(**REAL)
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


@EVERY_CHANNEL
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


@EVERY_CHANNEL
def test_nothing_to_say_is_an_answer_that_says_nothing(stage: Stage) -> None:
    answer = stage.make(NOWHERE).answer([], listened(stage))
    assert answer.status == 200
    assert list(stage.said(answer)) == []


@EVERY_CHANNEL
def test_an_answer_says_every_text_in_order_and_sign_by_sign(stage: Stage) -> None:
    replies = [Reply(NASTY, "a1"), Reply("By mistake? MENU", "a2", ("MENU", "YES"))]
    said = "\n\n".join(stage.said(stage.make(NOWHERE).answer(replies, listened(stage))))
    assert said == f"{NASTY}\n\nBy mistake? MENU"


@EVERY_CHANNEL
def test_closing_twice_does_no_harm(stage: Stage) -> None:
    async def twice() -> None:
        channel = stage.make(NOWHERE)
        await channel.close()
        await channel.close()

    asyncio.run(twice())


@EVERY_CHANNEL
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


TITLES = {
    "sms": "SMS, by Twilio",
    "whatsapp": "WhatsApp, by Twilio",
    "telegram": "Telegram",
    "slack": "Slack",
}


@EVERY_CHANNEL
def test_connecting_is_told_in_five_steps_with_costs_and_limits(stage: Stage) -> None:
    section = DOCS.partition(f"\n## {TITLES[stage.name]}\n")[2].partition("\n## ")[0]
    assert re.findall(r"^(\d)\. ", section, re.MULTILINE) == list("12345")
    assert "**Cost**" in section
    assert "**Limits**" in section
