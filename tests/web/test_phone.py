"""The phone page's door: what the browser may ask, what it is told, what is refused."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from config.settings import Settings
from service import reception
from service.app import create_app
from service.runtime import Runtime

NEW_YORK = "+12125550123"
REAL = {
    "twilio_account_sid": "AC" + "0" * 32,
    "twilio_auth_token": SecretStr("secret"),
    "twilio_from": "+14155550199",
    "public_url": "https://upright.example",
    "phone_page": True,
}


class Browser:
    """The page as its script uses it."""

    def __init__(self, client: FlaskClient, base: str = "http://localhost") -> None:
        self.client = client
        self.base = base
        self.page = client.get("/phone", base_url=base).text
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.page)
        assert found
        self.token = found[1]

    def post(self, path: str, body: object) -> TestResponse:
        headers = {"X-CSRFToken": self.token, "Referer": f"{self.base}/phone"}
        return self.client.post(f"/phone/{path}", json=body, headers=headers, base_url=self.base)

    def text(self, words: str, number: str = NEW_YORK) -> dict[str, Any]:
        return self._answer(self.post("text", {"number": number, "text": words}))

    def skip(self, ahead: str, number: str = NEW_YORK) -> dict[str, Any]:
        return self._answer(self.post("skip", {"number": number, "ahead": ahead}))

    def look(self, number: str = NEW_YORK) -> dict[str, Any]:
        return self._answer(self.client.get("/phone/messages", query_string={"number": number}))

    @staticmethod
    def _answer(response: TestResponse) -> dict[str, Any]:
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.get_json()
        return answer


@pytest.fixture
def browser(service: Callable[..., Runtime]) -> Browser:
    return Browser(create_app(service()).test_client())


def test_the_page_runs_no_script_and_style_but_its_own(browser: Browser) -> None:
    policy = browser.client.get("/phone").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(
        r"<style| style=|<script(?![^>]* src=\"/)|https?://(?!www\.w3)", browser.page
    )


@pytest.mark.parametrize("name", ["phone.js", "line.js", "phone.css", "desk.css", "phone.svg"])
def test_the_page_brings_its_own_files(browser: Browser, name: str) -> None:
    found = browser.client.get(f"/static/{name}")
    assert found.status_code == 200
    found.close()


def test_a_keyword_is_answered_at_once_and_stays_to_be_seen(browser: Browser) -> None:
    answer = browser.text("POSTURE")
    assert "back straight" in answer["messages"][-1]["text"]
    assert browser.look()["messages"] == answer["messages"]


def test_each_text_says_what_a_carrier_would_count(browser: Browser) -> None:
    answer = browser.text("posture \N{SMILING FACE WITH OPEN MOUTH}")
    size = {name: answer["text"][name] for name in ("encoding", "segments", "units")}
    assert size == {"encoding": "UCS-2", "segments": 1, "units": 10}
    reply = answer["messages"][0]
    assert (reply["encoding"], reply["units"]) == ("GSM-7", len(reply["text"]))


def test_numbers_dont_see_each_others_texts(browser: Browser) -> None:
    browser.text("POSTURE")
    assert browser.look("+447700900123")["messages"] == []


def test_a_new_number_has_its_own_country_and_clock(browser: Browser) -> None:
    seen = browser.look("+447700900123")
    assert (seen["country"], seen["zone"]) == ("GB", "Europe/London")
    assert seen["now"] == "2026-03-02T14:00:00+00:00"


def test_nothing_new_costs_no_body(browser: Browser) -> None:
    first = browser.client.get("/phone/messages", query_string={"number": NEW_YORK})
    again = browser.client.get(
        "/phone/messages",
        query_string={"number": NEW_YORK},
        headers={"If-None-Match": first.headers["ETag"]},
    )
    assert (again.status_code, again.data) == (304, b"")


def test_an_hour_ahead_brings_the_reminder_of_that_hour(browser: Browser) -> None:
    browser.text("REMIND")
    browser.text("YES")
    answer = browser.skip("1h")
    assert answer["now"] == "2026-03-02T15:00:00+00:00"
    reminder = next(text for text in answer["messages"] if text["kind"] == "reminder")
    assert reminder["at"].startswith("2026-03-02T14:50")
    assert reminder["segments"] == 1


def test_what_still_waits_is_not_shown(browser: Browser) -> None:
    browser.text("REMIND")
    browser.text("YES")
    waiting = browser.text("SNOOZE 30")["messages"]
    assert "snooze" not in {text["kind"] for text in waiting}
    assert "snooze" in {text["kind"] for text in browser.skip("1h")["messages"]}


def test_the_next_working_morning_is_the_persons_own(browser: Browser) -> None:
    browser.text("REMIND", "+447700900123")
    browser.text("YES", "+447700900123")
    assert browser.skip("morning", "+447700900123")["now"].startswith("2026-03-03T0")


def test_an_emergency_answer_is_marked_as_one(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reception, "URGENT", 20.0)  # an answer that isn't stored yet has no kind
    answer = browser.text("my legs are numb and I can't pee")
    assert answer["messages"][0]["kind"] == "emergency"
    assert "911" in answer["messages"][0]["text"]


def test_an_erased_person_still_sees_the_last_answer_once(browser: Browser) -> None:
    browser.text("POSTURE")
    browser.text("DELETE")
    answer = browser.text("DELETE YES")
    assert ["erased" in text["text"] for text in answer["messages"]] == [True]
    assert browser.look()["messages"] == []


@pytest.mark.parametrize(
    ("path", "body", "word"),
    [
        ("text", {"number": "0415 555", "text": "POSTURE"}, "country code"),
        ("text", {"number": "+1415555010\u0661", "text": "POSTURE"}, "country code"),
        ("text", {"number": "+12125550123\n", "text": "POSTURE"}, "country code"),
        ("text", {"text": "POSTURE"}, "country code"),
        ("text", {"number": NEW_YORK, "text": " \n"}, "Write a text"),
        ("text", {"number": NEW_YORK, "text": ["POSTURE"]}, "Write a text"),
        ("text", {"number": NEW_YORK, "text": "a" * 1601}, "1600"),
        ("text", {"number": NEW_YORK, "text": "\ud83d"}, "half of a character"),
        ("text", ["POSTURE"], "JSON object"),
        ("skip", {"number": NEW_YORK, "ahead": "1y"}, "15m, 1h, morning"),
        ("skip", {"number": NEW_YORK, "ahead": ["1h"]}, "15m, 1h, morning"),
        ("skip", {"number": "", "ahead": "1h"}, "country code"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    browser: Browser, path: str, body: object, word: str
) -> None:
    response = browser.post(path, body)
    assert response.status_code == 400
    assert word in response.get_json()["error"]


def test_a_text_of_the_full_length_and_control_characters_is_answered(browser: Browser) -> None:
    assert browser.text("a" * 1600)["messages"]
    assert browser.text("POS\x00TURE\x1b[31m")["messages"]


@pytest.mark.parametrize("path", ["text", "skip"])
def test_another_page_cannot_text_or_skip(browser: Browser, path: str) -> None:
    body = {"number": NEW_YORK, "text": "STOP", "ahead": "1h"}
    response = browser.client.post(f"/phone/{path}", json=body)
    assert response.status_code == 400
    assert "reload" in response.get_json()["error"]
    assert browser.look()["messages"] == []


def test_the_clock_of_a_real_channel_cannot_skip(service: Callable[..., Runtime]) -> None:
    browser = Browser(create_app(service(**REAL)).test_client(), "https://localhost")
    assert "data-ahead" not in browser.page
    response = browser.post("skip", {"number": NEW_YORK, "ahead": "1h"})
    assert response.status_code == 409
    assert "real channel" in response.get_json()["error"]


def test_the_page_is_off_beside_a_real_channel(service: Callable[..., Runtime]) -> None:
    app = create_app(service(**(REAL | {"phone_page": None})))
    assert app.test_client().get("/phone").status_code == 404


def test_danger_is_answered_without_the_database(browser: Browser, settings: Settings) -> None:
    for file in settings.data_dir.glob("upright.db*"):
        file.write_bytes(b"broken" * 10_000)
    answer = browser.text("my legs are numb and I can't pee")
    assert ["911" in text["text"] for text in answer["messages"]] == [True]
    response = browser.client.get("/phone/messages", query_string={"number": NEW_YORK})
    assert response.status_code == 503
    assert "database" in response.get_json()["error"]
