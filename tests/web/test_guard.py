"""What every request passes, whichever door it comes to."""

from collections.abc import Callable

import pytest
from flask import Flask, abort

from service.app import create_app
from service.runtime import Runtime
from tests.signed import inbound
from tests.web.doors import REAL, Doors
from tests.web.test_doors import rules as rules_of

BROWSER = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def doors(service: Callable[..., Runtime]) -> Doors:
    """All of them: a real channel and the phone page."""
    runtime = service(**REAL, phone_page=True)
    return Doors(runtime, create_app(runtime).test_client())


def broken(app: Flask) -> Flask:
    def fail() -> str:
        raise RuntimeError("out of order")

    def forbid() -> str:
        abort(403)

    app.add_url_rule("/broken", view_func=fail)
    app.add_url_rule("/forbidden", view_func=forbid)
    return app


def test_every_post_is_signed_or_has_a_token(doors: Doors) -> None:
    rules = [
        address
        for method in ("POST", "PUT", "PATCH", "DELETE")
        for _, address in rules_of(doors.client.application, method)
    ]
    assert {"/in/twilio", "/status/twilio", "/in/telegram", "/phone/text"} <= set(rules)
    for rule in rules:
        as_form = doors.client.post(rule, data=inbound())
        as_json = doors.client.post(rule, json={"number": "+12125550123", "text": "REMIND"})
        assert {as_form.status_code, as_json.status_code} <= {400, 403}, rule
    assert doors.rows() == 0


@pytest.mark.parametrize("path", ["/", "/live", "/ready", "/phone", "/nowhere", "/static/home.css"])
def test_every_answer_is_locked_down(doors: Doors, path: str) -> None:
    with doors.client.get(path) as response:
        headers = response.headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_session_cookie_stays_with_us(doors: Doors) -> None:
    cookie = doors.client.get("/phone").headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


def test_a_demo_without_https_can_keep_its_session(service: Callable[..., Runtime]) -> None:
    cookie = create_app(service()).test_client().get("/phone").headers["Set-Cookie"]
    assert "Secure" not in cookie


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/nowhere", 404, "nothing at this address"),
        ("POST", "/live", 405, "requests of that kind"),
        ("GET", "/broken", 500, "on our side"),
        ("GET", "/forbidden", 403, "not allowed"),
        ("POST", "/phone/nowhere", 404, "nothing at this address"),
    ],
)
def test_errors_are_told_in_plain_words(
    service: Callable[..., Runtime], method: str, path: str, status: int, words: str
) -> None:
    client = broken(create_app(service())).test_client()
    line = client.open(path, method=method)
    assert (line.status_code, line.mimetype) == (status, "text/plain")
    assert words in line.text
    page = client.open(path, method=method, headers=BROWSER)
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert words in page.text
    assert "emergency number" in page.text
    assert "out of order" not in page.text


@pytest.mark.parametrize("path", ["/nonsense", "/stretches/nonsense"])
@pytest.mark.parametrize(
    ("language", "words", "danger"),
    [
        ("en", "nothing at this address", "In an emergency"),
        ("es", "No hay nada en esta dirección.", "En una emergencia"),
        ("zh", "这个网址上没有内容。", "遇到紧急情况"),
    ],
)
def test_an_address_that_leads_nowhere_says_so_in_its_readers_language(
    doors: Doors, path: str, language: str, words: str, danger: str
) -> None:
    page = doors.client.get(f"{path}?lang={language}", headers=BROWSER).text
    assert f'<html lang="{language}">' in page
    assert words in page
    assert danger in page
    assert f'href="/?lang={language}"' in page
    told = doors.client.get(path, headers=BROWSER | {"Accept-Language": language}).text
    assert words in told


def test_the_dashboard_and_programs_are_told_in_english(doors: Doors) -> None:
    for path, headers in (("/dashboard/nowhere?lang=es", BROWSER), ("/nonsense?lang=es", {})):
        answer = doors.client.get(path, headers=headers)
        assert answer.status_code == 404
        assert "There is nothing at this address." in answer.text
    assert "This request can't be read." in doors.client.get("/?lang=es&x=%00").text


def test_a_refused_method_says_which_are_taken(doors: Doors) -> None:
    assert "GET" in doors.client.post("/live").headers["Allow"]


@pytest.mark.parametrize("length", [64 * 1024 + 1, 10_000_000])
def test_what_is_too_large_is_not_read(doors: Doors, length: int) -> None:
    response = doors.client.post("/phone/text", data=b"a" * length, content_type="text/plain")
    assert response.status_code in {400, 413}
    response = doors.client.post("/in/twilio", data={"Body": "a" * length})
    assert response.status_code == 413


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "sms.example.org"])
def test_our_own_names_are_answered(doors: Doors, host: str) -> None:
    assert doors.client.get("/live", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/phone", "/nowhere", "/phone/messages?number=%2B12125550123"]
)
def test_a_page_that_points_its_own_name_at_us_is_refused(doors: Doors, path: str) -> None:
    response = doors.client.get(path, headers={"Host": "evil.example", **BROWSER})
    assert response.status_code == 400
    assert "PUBLIC_URL" in response.text


@pytest.mark.parametrize(
    ("host", "named"), [("0.0.0.0", "10.0.0.7:8000"), ("::1", "[::1]:8000"), ("::", "[fd00::7]")]
)
def test_elsewhere_a_load_balancer_may_use_any_name(
    service: Callable[..., Runtime], host: str, named: str
) -> None:
    client = create_app(service(**REAL, host=host)).test_client()
    assert client.get("/live", headers={"Host": named}).status_code == 200
