"""Twilio's requests at the web door, good and bad."""

import io
import logging
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, TestResponse
from werkzeug.wrappers import Request

from service.app import create_app
from service.envelopes import Inbound, Receipt, Reply
from service.runtime import Runtime
from service.store.engine import StoreFailed
from tests.signed import inbound, post_signed, signature, status
from tests.web.doors import REAL, Doors

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def doors(service: Callable[..., Runtime]) -> Doors:
    runtime = service(**REAL)
    return Doors(runtime, create_app(runtime).test_client())


def text(doors: Doors, path: str = "/in/twilio", **fields: str) -> TestResponse:
    return post_signed(doors.client, path, inbound(**fields))


def messages(response: TestResponse) -> list[ET.Element]:
    assert response.status_code == 200
    assert response.mimetype == "text/xml"
    return list(ET.fromstring(response.data))


def said(response: TestResponse) -> str:
    return "\n".join(message.text or "" for message in messages(response))


def test_a_keyword_is_answered_in_the_response(doors: Doors) -> None:
    answer = text(doors, Body="POSTURE")
    assert "back straight" in said(answer)
    assert [entry.key for entry in doors.entries()] == ["POSTURE.sms"]


def test_each_reply_names_its_attempt_in_its_status_callback(doors: Doors) -> None:
    callback = messages(text(doors))[0].get("statusCallback") or ""
    assert callback.startswith("https://sms.example.org/status/twilio?")
    assert parse_qs(urlsplit(callback).query)["attempt"] == [doors.entries()[0].attempt]


def test_a_repeated_text_gets_the_very_same_answer_and_is_stored_once(doors: Doors) -> None:
    first, stored = text(doors).data, doors.rows()
    assert text(doors).data == first
    assert doors.rows() == stored


@pytest.mark.parametrize("fields", [{"Body": ""}, {"Body": "", "NumMedia": "1"}, {"Body": " \n"}])
def test_an_empty_text_or_a_picture_gets_a_useful_reply(
    doors: Doors, fields: dict[str, str]
) -> None:
    assert said(text(doors, **fields))


def test_a_machine_is_not_answered_and_not_stored(doors: Doors) -> None:
    assert messages(text(doors, From="12345")) == []
    assert doors.rows() == 0


def test_the_address_at_twilio_may_have_a_query(doors: Doors) -> None:
    assert said(text(doors, "/in/twilio?site=%C3%A9%2Fx&empty="))


@pytest.mark.parametrize("body", ["a" * 1600, "👍" * 1600, "back pain " * 160])
def test_the_longest_text_is_answered(doors: Doors, body: str) -> None:
    assert said(text(doors, Body=body))


@pytest.mark.parametrize(
    "body",
    ["POSTURE\x00", "\x00", "\x0b\x0c\x1b[31mLIFT", "\ufffe\uffff", "\u202ePOSTURE", "<b>&amp;"],
)
def test_control_characters_never_break_the_answer(doors: Doors, body: str) -> None:
    assert said(text(doors, Body=body))


def test_without_a_signature_nothing_is_stored(doors: Doors) -> None:
    response = doors.client.post("/in/twilio", data=inbound())
    assert (response.status_code, response.mimetype) == (403, "text/plain")
    assert "no X-Twilio-Signature" in response.text
    assert doors.rows() == 0


@pytest.mark.parametrize(
    "signed",
    [{"token": "forged"}, {"url": "https://elsewhere.example"}, {"url": "http://localhost"}],
)
def test_a_forged_signature_stores_nothing(doors: Doors, signed: dict[str, str]) -> None:
    response = post_signed(doors.client, "/in/twilio", inbound(), **signed)
    assert response.status_code == 403
    assert doors.rows() == 0


def test_another_account_stores_nothing(doors: Doors) -> None:
    assert text(doors, AccountSid="AC" + "9" * 32).status_code == 403
    assert doors.rows() == 0


def test_the_host_that_a_stranger_names_proves_nothing(doors: Doors) -> None:
    form = inbound()
    signed = {"X-Twilio-Signature": "x", "X-Forwarded-Host": "sms.example.org"}
    assert doors.client.post("/in/twilio", data=form, headers=signed).status_code == 403


def test_a_hundred_kilobytes_are_too_much(doors: Doors) -> None:
    response = text(doors, Body="a" * 100_000)
    assert response.status_code == 413
    assert "at most 64 kB" in response.text
    assert doors.rows() == 0


def asked(form: Mapping[str, str], **changes: object) -> Request:
    """As Twilio posts it, but for changes of its environment."""
    builder = EnvironBuilder(
        path="/in/twilio",
        method="POST",
        data=urlencode(form).encode(),
        content_type=FORM,
        headers=Headers({"X-Twilio-Signature": signature("/in/twilio", form)}),
    )
    return Request(builder.get_environ() | changes)


def in_pieces(form: Mapping[str, str]) -> Request:
    """As a proxy may send it on: without saying how long it is."""
    request = asked(form, **{"wsgi.input_terminated": True})
    del request.environ["CONTENT_LENGTH"]
    return request


def test_a_text_that_comes_in_pieces_is_answered(doors: Doors) -> None:
    answer = doors.client.open(in_pieces(inbound(Body="POSTURE")))
    assert "back straight" in said(answer)


def test_a_hundred_kilobytes_in_pieces_are_refused(doors: Doors) -> None:
    """Werkzeug reads no more than may come, which then fits no signature."""
    assert doors.client.open(in_pieces(inbound(Body="a" * 100_000))).status_code == 403
    assert doors.rows() == 0


class Silent(io.BytesIO):
    """A sender that stops in the middle, as gunicorn finds after its time-out."""

    def read(self, *_: object) -> bytes:
        raise BlockingIOError


@pytest.mark.parametrize("sender", [io.BytesIO(b"Body=POST"), Silent()])
def test_a_text_that_broke_off_is_refused_without_a_fuss(
    doors: Doors, sender: io.BytesIO, caplog: pytest.LogCaptureFixture
) -> None:
    response = doors.client.open(asked(inbound(), **{"wsgi.input": sender}))
    assert response.status_code == 400
    assert "broke off" in response.text
    assert doors.rows() == 0
    assert not caplog.records


@pytest.mark.parametrize(
    "body",
    [
        b"Body=\xff\xfe&From=%2B12125550123",
        b"Body=%FF%FE%00&From=%2B12125550123",
        b"Body=%ED%A0%80",
        b"%",
        b"&&&=",
        b"\x00" * 1000,
    ],
)
def test_bytes_that_are_no_text_are_refused(doors: Doors, body: bytes) -> None:
    headers = {"X-Twilio-Signature": "L/OH5YylLD5NRKLltdqwSvS0BnU="}
    response = doors.client.post("/in/twilio", data=body, content_type=FORM, headers=headers)
    assert response.status_code == 403
    assert doors.rows() == 0


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", ""])
def test_another_kind_of_body_is_refused(doors: Doors, kind: str) -> None:
    headers = {"X-Twilio-Signature": "x"}
    sent = urlencode(inbound()).encode()
    response = doors.client.post("/in/twilio", data=sent, content_type=kind, headers=headers)
    assert response.status_code == 403


def test_whoever_texts_us_is_answered_whatever_breaks(
    doors: Doors, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Inbound) -> list[Reply]:
        raise RuntimeError("out of order")

    monkeypatch.setattr(doors.runtime, "receive", broken)
    assert "911" in said(text(doors, Body="I can't feel my legs"))
    assert "inbound_failed" in caplog.text
    assert "legs" not in caplog.text


def test_a_status_reaches_the_text_that_it_is_about(doors: Doors) -> None:
    text(doors)
    path = f"/status/twilio?attempt={doors.entries()[0].attempt}"
    response = post_signed(doors.client, path, status("delivered"))
    assert (response.status_code, response.data) == (204, b"")
    assert [entry.state for entry in doors.entries()] == ["delivered"]


@pytest.mark.parametrize("word", ["sent", "received", "teleported", ""])
def test_a_status_that_fits_nothing_is_taken_calmly(doors: Doors, word: str) -> None:
    assert post_signed(doors.client, "/status/twilio", status(word)).status_code == 204


def test_a_status_that_cant_be_stored_now_is_wanted_again(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Receipt) -> None:
        raise StoreFailed("the database server can't be reached")

    monkeypatch.setattr(doors.runtime, "record", away)
    told = post_signed(doors.client, "/status/twilio?attempt=a1", status("delivered"))
    assert told.status_code == 503


def test_an_unsigned_status_changes_nothing(doors: Doors) -> None:
    text(doors)
    path = f"/status/twilio?attempt={doors.entries()[0].attempt}"
    assert doors.client.post(path, data=status("failed")).status_code == 403
    assert [entry.state for entry in doors.entries()] == ["answered"]


@pytest.mark.parametrize("path", ["/in/twilio", "/status/twilio"])
def test_the_doors_take_posts_only(doors: Doors, path: str) -> None:
    response = doors.client.get(path)
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize("path", ["/in/twilio", "/status/twilio"])
def test_without_an_account_the_doors_say_what_to_set(
    service: Callable[..., Runtime], path: str
) -> None:
    client = create_app(service()).test_client()
    response = post_signed(client, path, inbound())
    assert response.status_code == 404
    assert "TWILIO_ACCOUNT_SID" in response.text


def test_nothing_that_people_write_is_logged(
    doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    text(doors, Body="my left leg is heavy")
    doors.client.post("/in/twilio", data=inbound(Body="my left leg is heavy"))
    assert "heavy" not in caplog.text
    assert "2125550123" not in caplog.text
