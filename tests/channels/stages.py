"""The stage of each channel for the contract: how it is made, what proves a request, how its provider hears it.

A new channel adds a row to STAGES and a folder of recorded requests in cases/.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest

from service.channels import slack_blocks, telegram, twilio, whatsapp
from service.envelopes import Answer, Channel, Knock
from tests.channels import slack_api, twilio_line, updates, whatsapp_line
from tests.loopback import Asked

CASES = Path(__file__).parent / "cases"
NOWHERE = "http://127.0.0.1:9"
NASTY = "a_b *c* `d` ~e~ <b>&amp; <@U1> :smile: [f](http://g.h) > i\n1. j\\k “l” 👍🏽 #m {n} @channel $o"
Case = Mapping[str, Any]


@dataclass(frozen=True)
class Stage:
    """`make`: the channel, with its provider at an address; `proven`: a recorded request as a provider
    that is who it says it is would send it; `said`: the texts in an answer to a webhook; `heard`: to
    whom, and in which words, a request to the provider speaks; `buttons`: what stands on those in it;
    `shows`: has it a picture? `most`: characters of a text.
    """

    name: str
    make: Callable[[str], Channel]
    proven: Callable[[Case], Knock]
    said: Callable[[Answer], Sequence[str]]
    heard: Callable[[Asked], tuple[str, str]]
    buttons: Callable[[Asked], Sequence[str]]
    shows: Callable[[Asked], bool]
    most: int
    signed: bool = True  # does the proof cover what is said, too?
    receipts: bool = True  # does the provider report what became of a text?
    blockable: bool = True  # can a person have the provider refuse our texts?

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


def _slack_knock(case: Case) -> Knock:
    body = urlencode(case["form"]) if "form" in case else json.dumps(case["json"])
    return slack_api.knock(body.encode())


def _slack_answer(answer: Answer) -> list[str]:
    return (
        [slack_blocks.plain(slack_api.shown_text(json.loads(answer.body)))] if answer.body else []
    )


def _slack_heard(asked: Asked) -> tuple[str, str]:
    told = json.loads(asked.body)
    pieces = [block["text"]["text"] for block in told["blocks"] if block["type"] == "section"]
    return told["channel"], slack_blocks.plain("".join(pieces))


def _slack_parts(asked: Asked, kind: str, part: str) -> Any:
    blocks = json.loads(asked.body)["blocks"]
    return next((block[part] for block in blocks if block["type"] == kind), [])


def _telegram_buttons(asked: Asked) -> list[str]:
    rows = json.loads(asked.form.get("reply_markup", "{}")).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def _no_buttons(_asked: Asked) -> list[str]:
    """WhatsApp has them in templates alone."""
    return []


def _has_media(asked: Asked) -> bool:
    return "MediaUrl" in asked.form


STAGES = (
    Stage(
        "sms",
        lambda url: twilio_line.channel(api_url=url),
        _twilio_knock,
        _twiml,
        lambda asked: (asked.form["To"], asked.form["Body"]),
        _no_buttons,
        _has_media,
        most=1600,
    ),
    Stage(
        "whatsapp",
        lambda url: whatsapp_line.whatsapp(api_url=url),
        _twilio_knock,
        _twiml,
        lambda asked: (asked.form["To"].removeprefix(whatsapp.PREFIX), asked.form["Body"]),
        _no_buttons,
        _has_media,
        most=1600,
    ),
    Stage(
        "telegram",
        lambda url: updates.bot(api_url=url),
        lambda case: updates.knock(case["json"]),
        _telegram_answer,
        lambda asked: (asked.form["chat_id"], asked.form["text"]),
        _telegram_buttons,
        lambda asked: asked.path.endswith("/sendPhoto"),
        most=telegram.LONGEST,
        signed=False,
        receipts=False,
    ),
    Stage(
        "slack",
        lambda url: slack_api.app(api_url=f"{url}/api", ticks=count(0, 10).__next__),
        _slack_knock,
        _slack_answer,
        _slack_heard,
        lambda asked: [each["text"]["text"] for each in _slack_parts(asked, "actions", "elements")],
        lambda asked: bool(_slack_parts(asked, "image", "image_url")),
        most=slack_blocks.LONGEST,
        receipts=False,
        blockable=False,
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
