"""Guards over all routes that there are, whoever adds one."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from service.app import create_app
from service.operators.accounts import OPERATOR, ROLES, VIEWER
from service.runtime import Runtime
from tests.web.doors import REAL
from tests.web.operators import desk, signed_in

OPEN = {"dashboard.sign_in", "dashboard.signing_in", "dashboard.sign_out"}  # to whoever comes
OWN = {  # change nothing but the account of whoever is signed in, so a viewer may
    "account.begin_code",
    "account.change_password",
    "account.code_off",
    "account.confirm_code",
    "account.end_sign_in",
}
SIGNED = ("/in/", "/status/")  # by the provider


@pytest.fixture
def app(service: Callable[..., Runtime]) -> Flask:
    return create_app(service(**REAL, phone_page=True))


def rules(app: Flask, method: str, under: str = "/") -> Iterator[tuple[Rule, str]]:
    """Every route that takes this method, and an address that leads there."""
    adapter = app.url_map.bind("127.0.0.1")
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and rule.rule.startswith(under):
            values = dict.fromkeys(rule.arguments, "1")
            yield rule, adapter.build(rule.endpoint, values, method=method)


def test_every_page_of_the_dashboard_wants_a_role(app: Flask) -> None:
    wanted = {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "wants", None)
        for method in ("GET", "POST")
        for rule, _ in rules(app, method, "/dashboard")
    }
    assert {name for name, role in wanted.items() if role not in ROLES} == OPEN


def test_what_changes_something_wants_an_operator(app: Flask) -> None:
    wanted = {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "wants", None)
        for rule, _ in rules(app, "POST", "/dashboard")
        if rule.endpoint not in OPEN
    }
    assert {name for name, role in wanted.items() if role == VIEWER} == OWN


def test_what_a_viewer_may_change_names_nobody_and_says_that_it_is_their_own(app: Flask) -> None:
    own = [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and getattr(app.view_functions[rule.endpoint], "own", False)
    ]
    assert {rule.endpoint for rule in own} == OWN
    assert [rule.rule for rule in own if rule.arguments] == []


@pytest.mark.parametrize("role", ["", *ROLES])
def test_no_page_of_the_dashboard_is_kept_or_listed(
    service: Callable[..., Runtime], role: str
) -> None:
    browser = signed_in(service(), role) if role else desk(service())
    app = browser.client.application
    for method in ("GET", "POST"):
        for _, address in rules(app, method, "/dashboard"):
            with browser.client.open(address, method=method) as answer:
                headers = answer.headers
            assert (headers["Cache-Control"], address) == ("no-store", address)
            assert headers["X-Robots-Tag"] == "noindex, nofollow"
            assert "default-src 'self'" in headers["Content-Security-Policy"]
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert headers["X-Frame-Options"] == "DENY"


def test_without_a_sign_in_every_page_of_the_dashboard_leads_to_it(app: Flask) -> None:
    client = app.test_client()
    for rule, address in rules(app, "GET", "/dashboard"):
        if rule.endpoint not in OPEN:
            answer = client.get(address)
            assert (answer.status_code, address) == (303, address)
            assert answer.headers["Location"].startswith("/dashboard/sign-in")


def test_every_post_wants_its_token(app: Flask) -> None:
    client = app.test_client()
    posts = [each for each in rules(app, "POST") if not each[1].startswith(SIGNED)]
    assert {"dashboard.signing_in", "phone.text"} <= {rule.endpoint for rule, _ in posts}
    for _, address in posts:
        assert (client.post(address).status_code, address) == (400, address)


def test_a_viewer_may_not_do_what_an_operator_may(service: Callable[..., Runtime]) -> None:
    viewer = signed_in(service(), VIEWER)
    app = viewer.client.application
    for method in ("GET", "POST"):
        for rule, address in rules(app, method, "/dashboard"):
            if getattr(app.view_functions[rule.endpoint], "wants", None) == OPERATOR:
                answer = viewer.post(address) if method == "POST" else viewer.client.get(address)
                assert (answer.status_code, address) == (403, address)


def test_what_scripts_ask_for_keeps_nobody_signed_in(app: Flask) -> None:
    polled = {"dashboard.live", "messages.progress", "charts.chart"}
    unasked = {name for name, view in app.view_functions.items() if getattr(view, "unasked", False)}
    assert unasked == polled
