"""What became of a send whose answer was lost."""

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
import responses
from requests import ConnectionError as NoConnection
from requests import ReadTimeout

from service.envelopes import SendFailed, Sent, State, Verdict
from tests.channels.twilio_line import OUTGOING, channel
from tests.signed import ACCOUNT

LIST = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


@pytest.fixture
def twilio() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as played:
        yield played


def message(sid: str, **fields: object) -> dict[str, object]:
    return {
        "sid": sid,
        "body": OUTGOING.text,
        "direction": "outbound-api",
        "status": "delivered",
        "num_segments": "1",
        "date_created": "Mon, 02 Mar 2026 14:00:01 +0000",
    } | fields


def listed(twilio: responses.RequestsMock, *messages: dict[str, object]) -> None:
    twilio.get(LIST, json={"messages": list(messages), "next_page_uri": None})


def test_the_text_is_found_by_its_recipient(twilio: responses.RequestsMock) -> None:
    listed(twilio, message("SM1"))
    assert channel().look_up(OUTGOING, []) == Sent("SM1", State.DELIVERED, segments=1)
    assert twilio.calls[0].request.url == f"{LIST}?To=%2B12125550123&PageSize=100"


@pytest.mark.parametrize(
    "fields",
    [
        {"body": "Another text"},
        {"body": None},
        {"direction": "inbound"},
        {"direction": "outbound-reply"},
        {"date_created": "Mon, 02 Mar 2026 13:58:59 +0000"},
        {"date_created": None},
    ],
)
def test_another_text_is_not_taken_for_it(
    twilio: responses.RequestsMock, fields: dict[str, object]
) -> None:
    listed(twilio, message("SM1", **fields))
    assert channel().look_up(OUTGOING, []) is None


def test_another_attempts_text_is_not_taken_for_it(twilio: responses.RequestsMock) -> None:
    listed(twilio, message("SM2"), message("SM1"))
    found = channel().look_up(OUTGOING, ["SM1"])
    assert found is not None
    assert found.provider_id == "SM2"


def test_a_row_that_never_got_its_words_takes_nobodys_text(
    twilio: responses.RequestsMock,
) -> None:
    listed(twilio, message("SM1"))
    assert channel().look_up(replace(OUTGOING, text=""), []) is None


def test_the_first_of_two_is_taken(twilio: responses.RequestsMock) -> None:
    later = message("SM2", date_created="Mon, 02 Mar 2026 14:00:09 +0000")
    listed(twilio, later, message("SM1"))
    found = channel().look_up(OUTGOING, [])
    assert found is not None
    assert found.provider_id == "SM1"


def test_clocks_may_differ_by_a_minute(twilio: responses.RequestsMock) -> None:
    listed(twilio, message("SM1", date_created="Mon, 02 Mar 2026 13:59:00 +0000"))
    assert channel().look_up(OUTGOING, []) is not None


def test_a_trial_accounts_notice_comes_first(twilio: responses.RequestsMock) -> None:
    notice = "Sent from your Twilio trial account - "
    listed(twilio, message("SM1", body=notice + OUTGOING.text))
    assert channel().look_up(OUTGOING, []) is not None


@pytest.mark.parametrize(
    ("said", "came"),
    [
        ("Don\u2019t wait: \u201c112\u201d \u2013 now\u2026", 'Don\'t wait: "112" - now...'),
        ("\u810a\u67f1\uff0c\uff11\u6b21", "\u810a\u67f1,1\u6b21"),  # Chinese, wide signs
    ],
)
def test_smart_encoding_changes_signs_and_no_words(
    twilio: responses.RequestsMock, said: str, came: str
) -> None:
    listed(twilio, message("SM1", body=came))
    assert channel().look_up(replace(OUTGOING, text=said), []) is not None


@pytest.mark.parametrize(
    ("word", "state"),
    [("queued", State.SENT), ("undelivered", State.UNDELIVERED), ("teleported", State.SENT)],
)
def test_its_state_is_known_at_once(
    twilio: responses.RequestsMock, word: str, state: State
) -> None:
    listed(twilio, message("SM1", status=word))
    found = channel().look_up(OUTGOING, [])
    assert found is not None
    assert found.state is state


@pytest.mark.parametrize(
    ("status", "code", "verdict"),
    [
        (401, 20003, Verdict.SET_UP),
        (404, 20404, Verdict.SET_UP),
        (429, 20429, Verdict.SLOW_DOWN),
        (500, 20500, Verdict.RETRY),
        (400, 99999, Verdict.RETRY),
    ],
)
def test_a_question_that_is_refused_is_not_no_trace(
    twilio: responses.RequestsMock, status: int, code: int, verdict: Verdict
) -> None:
    twilio.get(LIST, status=status, json={"code": code, "message": "+12125550123 is wrong"})
    with pytest.raises(SendFailed) as caught:
        channel().look_up(OUTGOING, [])
    assert (caught.value.verdict, caught.value.code) == (verdict, str(code))
    assert "555" not in str(caught.value)


@pytest.mark.parametrize("body", [NoConnection("To=%2B12125550123"), ReadTimeout(), "<html>", "{}"])
def test_a_question_without_an_answer_may_be_asked_again(
    twilio: responses.RequestsMock, body: str | Exception
) -> None:
    twilio.get(LIST, body=body)
    with pytest.raises(SendFailed) as caught:
        channel().look_up(OUTGOING, [])
    assert caught.value.verdict is Verdict.RETRY
    assert "555" not in str(caught.value)


def test_a_look_up_needs_to_know_when_the_attempt_began() -> None:
    with pytest.raises(ValueError, match="started_at"):
        channel().look_up(replace(OUTGOING, started_at=None), [])


def test_the_question_is_not_logged_with_its_number(
    twilio: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    listed(twilio)
    channel().look_up(OUTGOING, [])
    assert "2125550123" not in caplog.text
