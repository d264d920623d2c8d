"""WhatsApp by Twilio: what its requests say, what Twilio is told, and what each answer means.

The recorded requests are in cases/whatsapp.
"""

import asyncio
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import responses

from config.whatsapp import Templates
from service.channels.twilio_errors import read_faults
from service.channels.whatsapp import WhatsApp
from service.envelopes import (
    Address,
    Cold,
    Outgoing,
    Picture,
    Reply,
    SendFailed,
    Sent,
    State,
    Verdict,
)
from tests.channels.twilio_line import knock
from tests.channels.whatsapp_line import NOTICE, SID, SPANISH, case, whatsapp
from tests.loopback import Loopback, loopback
from tests.signed import ACCOUNT, inbound

OUTGOING = Outgoing(
    attempt="a1b2",
    address=Address("whatsapp", "+12125550123"),
    text="Upright: stand up &\nroll   your\tshoulders. Reply DONE",
    valid_for=timedelta(minutes=10),
    started_at=datetime(2026, 3, 2, 14, 0, tzinfo=UTC),
)
COLD = replace(OUTGOING, cold=Cold("en", notice=False))


def send(channel: WhatsApp, outgoing: Outgoing = OUTGOING) -> Sent:
    async def once() -> Sent:
        try:
            return await channel.send(outgoing)
        finally:
            await channel.close()

    return asyncio.run(once())


@pytest.fixture
def api() -> Iterator[Loopback]:
    with loopback() as served:
        yield served


def test_what_people_call_themselves_is_neither_kept_nor_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    form = case("in.text")["form"] | {"ProfileName": "<b>'; DROP TABLE\x00 \ud7ff", "WaId": "?"}
    read = whatsapp().read(knock("/in/twilio", form))
    assert "DROP" not in repr(read) + caplog.text


@pytest.mark.parametrize("sender", ["+12125550123", "whatsapp:12345", "whatsapp:+1", "rcs:x", ""])
def test_who_is_no_number_on_whatsapp_is_not_answered(sender: str) -> None:
    assert whatsapp().read(knock("/in/twilio", inbound(From=sender))) is None


def test_answers_go_inline_as_for_sms() -> None:
    answer = whatsapp().answer([Reply("Sit <tall>", "a1")])
    assert "/status/twilio?attempt=a1" in answer.body
    assert ">Sit &lt;tall&gt;</Message>" in answer.body


def test_within_the_session_the_text_goes_as_it_is(api: Loopback) -> None:
    assert send(whatsapp(api.url)) == Sent(api.messages[0]["sid"], State.SENT, segments=1)
    assert api.sent == [
        {
            "To": "whatsapp:+12125550123",
            "From": "whatsapp:+14155550177",
            "Body": OUTGOING.text,
            "StatusCallback": "https://sms.example.org/status/twilio?attempt=a1b2#rc=2&rp=ct,rt,5xx",
            "ValidityPeriod": "600",
        }
    ]


def test_within_the_session_a_picture_goes_with_it(api: Loopback) -> None:
    url = "https://sms.example.org/figures/NK1.png?light=1&x=2"
    picture = Picture("NK1", "a neck", url, lambda: b"")
    send(whatsapp(api.url), replace(OUTGOING, picture=picture))
    send(whatsapp(api.url), replace(COLD, picture=picture))
    assert [form.get("MediaUrl") for form in api.sent] == [url, None]


def test_after_the_session_the_template_goes_with_flat_variables(api: Loopback) -> None:
    send(whatsapp(api.url), COLD)
    (form,) = api.sent
    assert form["ContentSid"] == SID
    assert (
        form["ContentVariables"]
        == '{"1": "Upright", "2": "stand up & roll your shoulders. Reply DONE"}'
    )
    assert "Body" not in form
    assert form["To"] == "whatsapp:+12125550123"


@pytest.mark.parametrize(
    ("cold", "sid", "variables"),
    [
        (Cold("es", notice=False), SPANISH, None),
        (Cold("zh", notice=False), SID, {"1": "Upright", "2": "起身"}),
        (Cold("es", notice=True), NOTICE, {"1": "Upright: 起身"}),
    ],
)
def test_a_language_without_a_template_gets_the_english_one(
    api: Loopback, cold: Cold, sid: str, variables: dict[str, str] | None
) -> None:
    send(whatsapp(api.url), replace(OUTGOING, text="Upright: 起身", cold=cold))
    told = api.sent[0].get("ContentVariables")
    assert (api.sent[0]["ContentSid"], told and json.loads(told)) == (sid, variables)


def test_what_has_no_template_is_not_sent_and_an_operator_hears_of_it(api: Loopback) -> None:
    with pytest.raises(SendFailed) as failed:
        send(whatsapp(api.url, Templates()), COLD)
    assert failed.value.verdict is Verdict.MEND
    assert api.asked == []


@pytest.mark.parametrize(
    ("outgoing", "body", "found"),
    [
        (OUTGOING, OUTGOING.text, True),
        (COLD, "Upright has a stretch: stand up & roll your shoulders. Reply DONE Thanks!", True),
        (COLD, "Upright has a stretch: sit tall. Thanks!", False),
        (COLD, "", False),
    ],
)
def test_what_may_have_gone_is_looked_up_by_the_words_within_the_template(
    outgoing: Outgoing, body: str, found: bool
) -> None:
    message = {
        "sid": "SM1", "body": body, "status": "sent", "direction": "outbound-api", "num_segments": "1",
        "date_created": format_datetime(datetime(2026, 3, 2, 14, 0, 5, tzinfo=UTC)),
    }  # fmt: skip
    listed = {"messages": [message], "next_page_uri": None, "page": 0, "page_size": 50}
    with responses.RequestsMock() as played:
        played.get(
            f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json", json=listed
        )
        sent = whatsapp().look_up(outgoing, [])
        assert "To=whatsapp%3A%2B12125550123" in str(played.calls[0].request.url)
    assert (sent is not None) == found


@pytest.mark.parametrize(
    ("codes", "verdict"),
    [
        ((63014,), Verdict.OPTED_OUT),
        ((63003, 63024), Verdict.DEAD),
        ((63018,), Verdict.SLOW_DOWN),
        ((63007, 63020, 63051, 63038), Verdict.SET_UP),
        ((63016, 63015, 63032, 63049, 63013, 63021), Verdict.REFUSED),
        ((63005, 63027, 63028, 63040, 63041, 63042, 21656), Verdict.MEND),
    ],
)
def test_each_code_of_whatsapp_asks_one_decision_and_says_what_to_do(
    codes: tuple[int, ...], verdict: Verdict
) -> None:
    for code in codes:
        fault = read_faults().of(str(code))
        assert fault.verdict is verdict
        assert "is not in our table" not in fault.sentence
