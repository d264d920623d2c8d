"""What Twilio's requests say, and what our answers look like."""

import xml.etree.ElementTree as ET
from urllib.parse import quote

import pytest

from service.channels.twilio import STATES
from service.envelopes import Address, Inbound, Receipt, Reply, State, Verdict
from tests.channels.twilio_line import channel, knock
from tests.signed import SERVICE_NUMBER, inbound, status

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


def read(**fields: str) -> Inbound | None:
    return channel().read(knock("/in/twilio", inbound(**fields)))


def receipt(word: str, path: str = "/status/twilio?attempt=a1b2", **fields: str) -> Receipt | None:
    return channel().read_receipt(knock(path, status(word, **fields)))


def test_a_text_is_read_as_it_came() -> None:
    assert read(Body="  Posture\x00 é👍 ") == Inbound(
        address=Address("sms", "+12125550123"),
        provider_id="SM" + "1" * 32,
        text="  Posture\x00 é👍 ",
    )


@pytest.mark.parametrize(
    ("given", "said"), [("STOP", "STOP"), ("help", "HELP"), ("START", "START"), ("x", ""), ("", "")]
)
def test_what_twilio_answered_itself_is_known(given: str, said: str) -> None:
    text = read(Body="stop", OptOutType=given)
    assert text is not None
    assert text.provider_said == said


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "12345",
        "TWILIO",
        "+123",
        "+0123456789",
        "whatsapp:+12125550123",
        "+1212555012345678",
        "+1٢125550123",
    ],
)
def test_machines_are_not_answered(sender: str) -> None:
    assert read(From=sender) is None


def test_a_text_without_an_id_is_not_answered() -> None:
    assert read(MessageSid="") is None


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("accepted", State.SENT),
        ("queued", State.SENT),
        ("sending", State.SENT),
        ("sent", State.SENT),
        ("delivered", State.DELIVERED),
        ("read", State.DELIVERED),
        ("undelivered", State.UNDELIVERED),
        ("failed", State.FAILED),
    ],
)
def test_a_status_names_its_attempt(word: str, state: State) -> None:
    said = receipt(word)
    assert said is not None
    assert (said.attempt, said.provider_id, said.state) == ("a1b2", "SM" + "2" * 32, state)
    assert said.address == Address("sms", "+12125550123")


@pytest.mark.parametrize("word", ["", "receiving", "received", "teleported"])
def test_a_status_that_says_nothing_new_is_left(word: str) -> None:
    assert word not in STATES
    assert receipt(word) is None


def test_a_failure_carries_its_verdict_in_words() -> None:
    said = receipt("undelivered", ErrorCode="30005")
    assert said is not None
    assert (said.verdict, said.code) == (Verdict.DEAD, "30005")
    assert "no longer in service" in said.reason


def test_a_failure_without_a_code_is_refused() -> None:
    said = receipt("failed")
    assert said is not None
    assert (said.verdict, said.code, said.reason) == (Verdict.REFUSED, "", "Twilio gave no reason.")


def test_success_has_no_verdict() -> None:
    said = receipt("delivered", ErrorCode="30005")
    assert said is not None
    assert (said.verdict, said.code, said.reason) == (None, "", "")


@pytest.mark.parametrize(
    ("sender", "verdict"),
    [("+18885550100", Verdict.OPTED_OUT), (SERVICE_NUMBER, Verdict.REFUSED), ("", Verdict.REFUSED)],
)
def test_a_blocked_toll_free_text_is_an_opt_out(sender: str, verdict: Verdict) -> None:
    said = receipt("undelivered", ErrorCode="30004", From=sender)
    assert said is not None
    assert said.verdict is verdict


def test_a_status_needs_neither_recipient_nor_attempt() -> None:
    said = receipt("delivered", path="/status/twilio", To="", From="")
    assert said is not None
    assert (said.attempt, said.address) == ("", None)


@pytest.mark.parametrize("named", ["a%00b", "a1b2-99999999999999999999", "a" * 40, "a1b2-", "é"])
def test_an_attempt_that_can_be_none_of_ours_is_left_out(named: str) -> None:
    said = receipt("delivered", path=f"/status/twilio?attempt={quote(named, safe='%')}")
    assert said is not None
    assert said.attempt == ""


def test_the_attempt_of_a_row_is_kept_whole() -> None:
    said = receipt("delivered", path="/status/twilio?attempt=0123456789abcdef-42")
    assert said is not None
    assert said.attempt == "0123456789abcdef-42"


def test_no_reply_is_an_empty_response() -> None:
    answer = channel().answer([])
    assert answer.body == f"{DECLARATION}<Response></Response>"
    assert answer.content_type.startswith("text/xml")


def test_each_reply_reports_its_own_attempt() -> None:
    answer = channel().answer([Reply("Sit <tall> & breathe", "a 1"), Reply("MORE", "a2")])
    messages = ET.fromstring(answer.body.encode())
    assert [message.text for message in messages] == ["Sit <tall> & breathe", "MORE"]
    assert [message.get("statusCallback") for message in messages] == [
        "https://sms.example.org/status/twilio?attempt=a+1#rc=2&rp=ct,rt,5xx",
        "https://sms.example.org/status/twilio?attempt=a2#rc=2&rp=ct,rt,5xx",
    ]


def test_the_same_replies_make_the_same_bytes() -> None:
    replies = [Reply("Sit tall", "a1"), Reply("MORE", "a2")]
    assert channel().answer(replies) == channel().answer(replies)


def test_characters_that_xml_forbids_are_left_out() -> None:
    forbidden = [chr(code) for code in (*range(9), 11, 12, *range(14, 32), 0xD800, 0xFFFE, 0xFFFF)]
    answer = channel().answer([Reply("a" + "".join(forbidden) + "\tb\n👍", "a1")])
    message = ET.fromstring(answer.body.encode()).find("Message")
    assert message is not None
    assert message.text == "a\tb\n👍"
