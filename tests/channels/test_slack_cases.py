"""Slack's requests and answers as recorded: each means what it says."""

import json
from pathlib import Path

import pytest

from service.envelopes import Press, SendFailed, Verdict
from tests.channels.slack_api import HERE, app, failure, knock, outgoing, send, slack_api
from tests.loopback import Act

CASES = Path(__file__).parent / "cases" / "slack"


@pytest.mark.parametrize(
    ("case", "provider_id", "text", "inline"),
    [
        ("in.text.json", "Ev123ABC456", "My back hurts & I can't lift", False),
        ("in.command.form", "13345224609.738474920.8088930838d88f008e0", "stop please", True),
        ("in.press.form", "D024BE91L:1548261231.000200:SNOOZE", "SNOOZE", False),
    ],
)
def test_what_people_say_comes_in(case: str, provider_id: str, text: str, inline: bool) -> None:
    inbound = app().read(knock((CASES / case).read_bytes()))
    assert inbound is not None
    assert (inbound.address, inbound.provider_id) == (HERE, provider_id)
    assert (inbound.text, inbound.inline) == (text, inline)


def test_a_press_knows_its_text_and_that_there_was_a_picture() -> None:
    inbound = app().read(knock((CASES / "in.press.form").read_bytes()))
    assert inbound is not None
    text = "Upright: Arms up & breathe."
    assert inbound.press == Press("D024BE91L:1548261231.000200", text, once=True, pictured=True)


@pytest.mark.parametrize("case", ["in.own.json", "in.changed.json"])
def test_what_we_said_ourselves_is_no_text(case: str) -> None:
    assert app().read(knock((CASES / case).read_bytes())) is None


@pytest.mark.parametrize(
    ("case", "verdict"),
    [
        ("slow", Verdict.SLOW_DOWN),
        ("for_good", Verdict.DEAD),
        ("set_up", Verdict.SET_UP),
        ("doubtful", Verdict.DOUBTFUL),
    ],
)
def test_a_refusal_means_one_thing(case: str, verdict: Verdict) -> None:
    failed = played(case)
    assert isinstance(failed, SendFailed)
    assert failed.verdict is verdict
    assert failed.wait == (30 if case == "slow" else 0)


def test_what_slack_took_has_its_name() -> None:
    assert played("accepted") == "D024BE91L:1503435956.000247"


def played(case: str) -> SendFailed | str:
    """What a send comes to where Slack answers this."""
    told = json.loads((CASES / f"send.{case}.json").read_text())
    with slack_api() as api:
        api.script(Act(told["status"], told["json"], headers=told["headers"], taken=False))
        if told["json"]["ok"]:
            return send(app(api), outgoing())[0].provider_id
        return failure(app(api))
