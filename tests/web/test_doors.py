"""Guards over all routes that there are, whoever adds one."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from service.app import create_app
from service.operators.accounts import OPERATOR, ROLES, VIEWER
from service.runtime import Runtime
from tests.web.doors import REAL
from tests.web.operators import signed_in

OPEN = {"dashboard.sign_in", "dashboard.signing_in", "dashboard.sign_out"}  # to whoever comes
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
    assert [name for name, role in wanted.items() if role == VIEWER] == []


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
