"""The stage of each channel for the contract: how it is made, what proves a request, how its provider hears it.

A new channel adds a row to STAGES and a folder of recorded requests in cases/.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from service.channels import telegram, twilio, whatsapp
from service.envelopes import Answer, Channel, Knock
from tests.channels import twilio_line, updates, whatsapp_line
from tests.loopback import Asked

CASES = Path(__file__).parent / "cases"
NOWHERE = "http://127.0.0.1:9"
NASTY = "a_b *c* `d` ~e~ <b>&amp; <@U1> :smile: [f](http://g.h) > i\n1. j\\k “l” 👍🏽 #m {n} @channel $o"
Case = Mapping[str, Any]


@dataclass(frozen=True)
class Stage:
    """`make`: the channel, with its provider at an address; `proven`: a recorded request as a provider
    that is who it says it is would send it; `said`: the texts in an answer to a webhook; `heard`: to
    whom, and in which words, a request to the provider speaks; `most`: characters of a text.
    """

    name: str
    make: Callable[[str], Channel]
    proven: Callable[[Case], Knock]
    said: Callable[[Answer], Sequence[str]]
    heard: Callable[[Asked], tuple[str, str]]
    most: int
    signed: bool = True  # does the proof cover what is said, too?
    receipts: bool = True  # does the provider report what became of a text?

    def cases(self, kind: str) -> Mapping[str, Case]:
        """The recordings of a kind: in, status, send."""
        paths = sorted((CASES / self.name).glob(f"{kind}.*.json"))
        return {path.stem: json.loads(path.read_text("utf-8")) for path in paths}


def _twilio_knock(case: Case) -> Knock:
    path = twilio.STATUS_WEBHOOK if "MessageStatus" in case["form"] else twilio.WEBHOOK
    return twilio_line.knock(path, case["form"])


def _twiml(answer: Answer) -> list[str]:
    messages = ET.fromstring(answer.body.encode()).iter("Message")
    return ["".join(message.itertext()) for message in messages]


def _telegram_answer(answer: Answer) -> list[str]:
    return [json.loads(answer.body)["text"]] if answer.body else []


STAGES = (
    Stage(
        "sms",
        lambda url: twilio_line.channel(api_url=url),
        _twilio_knock,
        _twiml,
        lambda asked: (asked.form["To"], asked.form["Body"]),
        most=1600,
    ),
    Stage(
        "whatsapp",
        lambda url: whatsapp_line.whatsapp(api_url=url),
        _twilio_knock,
        _twiml,
        lambda asked: (asked.form["To"].removeprefix(whatsapp.PREFIX), asked.form["Body"]),
        most=1600,
    ),
    Stage(
        "telegram",
        lambda url: updates.bot(api_url=url),
        lambda case: updates.knock(case["json"]),
        _telegram_answer,
        lambda asked: (asked.form["chat_id"], asked.form["text"]),
        most=telegram.LONGEST,
        signed=False,
        receipts=False,
    ),
)

EVERY_CHANNEL = pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)


def recorded(kind: str) -> pytest.MarkDecorator:
    """Every recording of a kind, for a test that takes `stage` and `case`."""
    found = [
        pytest.param(stage, case, id=f"{stage.name}-{name}")
        for stage in STAGES
        for name, case in stage.cases(kind).items()
    ]
    return pytest.mark.parametrize(("stage", "case"), found)
