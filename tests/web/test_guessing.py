"""Somebody guesses passwords and codes; whoever they belong to still gets in."""

import threading
from collections.abc import Callable, Iterator, MutableMapping
from datetime import timedelta
from weakref import WeakKeyDictionary

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from service.operators import throttle
from service.runtime import Runtime
from service.store.operator_tables import Audit, Operator
from tests.conftest import BOTH
from tests.phone import Wall
from tests.web.operators import PASSWORD, Desk, desk, signed_in

WRONG = "wrong password"


_tokens: MutableMapping[FlaskClient, str] = WeakKeyDictionary()


def tried(browser: Desk, address: str, name: str, password: str = WRONG, code: str = "") -> int:
    token = _tokens.get(browser.client) or _tokens.setdefault(browser.client, browser.token())
    form = {"csrf_token": token, "name": name, "password": password, "code": code}
    answer = browser.client.post(
        "/dashboard/sign-in", data=form, environ_base={"REMOTE_ADDR": address}
    )
    return answer.status_code


def places() -> Iterator[str]:
    """Ever other addresses."""
    return (f"10.0.{number // 250}.{number % 250 + 1}" for number in range(100_000))


def kept(runtime: Runtime) -> list[str]:
    with runtime.store.read() as session:
        return list(session.scalars(select(Audit.name).order_by(Audit.id)))


def test_guesses_from_elsewhere_keep_nobody_out_of_their_own_browser(runtime: Runtime) -> None:
    owner, guesser = signed_in(runtime), desk(runtime)
    owner.post("/dashboard/sign-out")
    for _, address in zip(range(throttle.OF_A_NAME), places(), strict=False):
        assert tried(guesser, address, "operator") == 403
    assert tried(desk(runtime), "192.0.2.1", "operator", PASSWORD) == 429
    assert owner.sign_in("operator").status_code == 303


def test_guesses_from_one_place_keep_nobody_out_elsewhere(runtime: Runtime) -> None:
    signed_in(runtime)
    guesser = desk(runtime)
    for _ in range(throttle.OF_BOTH):
        assert tried(guesser, "192.0.2.1", "operator") == 403
    assert tried(guesser, "192.0.2.1", "operator", PASSWORD) == 429
    assert tried(desk(runtime), "192.0.2.2", "operator", PASSWORD) == 303


def test_one_place_has_so_many_guesses_at_whatever_names(runtime: Runtime) -> None:
    guesser = desk(runtime)
    for number in range(throttle.OF_AN_ORIGIN):
        assert tried(guesser, "192.0.2.1", f"name{number}") == 403
    assert tried(guesser, "192.0.2.1", "another") == 429


def test_all_addresses_of_one_ipv6_network_are_one_place(runtime: Runtime) -> None:
    guesser = desk(runtime)
    for number in range(throttle.OF_BOTH):
        assert tried(guesser, f"2001:db8::{number:x}", "operator") == 403
    assert tried(guesser, "2001:db8::ffff", "operator") == 429
    assert tried(guesser, "2001:db8:0:1::1", "operator") == 403


def test_a_browser_that_is_known_guesses_no_more_than_others(runtime: Runtime) -> None:
    thief = signed_in(runtime)
    thief.post("/dashboard/sign-out")
    for _, address in zip(range(throttle.OF_BOTH), places(), strict=False):
        assert tried(thief, address, "operator") == 403
    assert tried(thief, "192.0.2.1", "operator", PASSWORD) == 429


def test_a_browser_is_known_for_those_who_signed_in_there_only(runtime: Runtime) -> None:
    signed_in(runtime)
    viewer = signed_in(runtime, "viewer")
    viewer.post("/dashboard/sign-out")
    for _ in range(throttle.OF_BOTH):
        assert tried(viewer, "192.0.2.1", "operator") == 403
    viewer.client.delete_cookie("familiar", path="/dashboard")
    assert tried(viewer, "192.0.2.1", "operator", PASSWORD) == 429


def test_a_forged_cookie_makes_no_known_browser(runtime: Runtime) -> None:
    signed_in(runtime)
    guesser = desk(runtime)
    for forged in ('["1","operator"].c2ln', "[]", "\x00", "W10.x"):
        guesser.client.set_cookie("familiar", forged, path="/dashboard")
        assert tried(guesser, "192.0.2.1", "operator") == 403
    for _ in range(throttle.OF_BOTH - 4):
        tried(guesser, "192.0.2.1", "operator")
    assert tried(guesser, "192.0.2.1", "operator", PASSWORD) == 429


def test_strangers_write_only_so_many_lines(
    runtime: Runtime, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "OF_ALL", 20)
    guesser, there = desk(runtime), places()
    answers = [
        tried(guesser, next(there), f"name{number}") for number in range(throttle.OF_ALL + 5)
    ]
    assert answers == [403] * throttle.OF_ALL + [429] * 5
    assert len(kept(runtime)) == throttle.OF_ALL
    wall.moment += throttle.WITHIN
    assert tried(guesser, next(there), "name") == 403


def test_a_password_in_the_wrong_field_is_not_kept(runtime: Runtime) -> None:
    signed_in(runtime)
    desk(runtime).sign_in(PASSWORD, "operator")
    desk(runtime).sign_in("OPERATOR ", WRONG)
    _, typed, known = kept(runtime)
    assert (typed.startswith("unknown "), known) == (True, "operator")
    assert not set(PASSWORD.split()) & set(typed.split())


def test_a_name_that_cannot_be_stored_is_refused_like_any_other(runtime: Runtime) -> None:
    for name in ("a\0b", "ü" * 5_000, "\ud800"):
        assert desk(runtime).sign_in(name.encode(errors="replace").decode()).status_code == 403


@BOTH
def test_of_many_guesses_at_once_no_more_are_answered_than_of_as_many_in_turn(
    service: Callable[..., Runtime],
) -> None:
    runtime = service()
    signed_in(runtime)
    together = throttle.OF_BOTH + 6
    app = desk(runtime).client.application
    guessers = [Desk(runtime, app.test_client()) for _ in range(together)]
    tokens = [guesser.token() for guesser in guessers]
    start, answers = threading.Barrier(together), list[int]()

    def guess(guesser: Desk, token: str) -> None:
        form = {"csrf_token": token, "name": "operator", "password": WRONG}
        start.wait()
        for _ in range(3):
            answers.append(guesser.client.post("/dashboard/sign-in", data=form).status_code)

    threads = [
        threading.Thread(target=guess, args=each) for each in zip(guessers, tokens, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(403) <= throttle.OF_BOTH
    assert set(answers) <= {403, 429, 503}
    with runtime.store.read() as session:
        refused = session.scalar(select(func.count()).where(Audit.action == "sign-in refused"))
    assert refused == answers.count(403)


@pytest.fixture
def secret(runtime: Runtime) -> str:
    signed_in(runtime).post("/dashboard/sign-out")
    made = pyotp.random_base32()
    with runtime.store.write() as session:
        session.scalars(select(Operator)).one().totp_secret = made
    return made


def wrong_code(secret: str, wall: Wall) -> str:
    steps = [wall.moment + timedelta(seconds=drift) for drift in (-30, 0, 30)]
    near = {pyotp.TOTP(secret).at(step) for step in steps}
    return next(code for code in map("{:06}".format, range(9)) if code not in near)


def test_codes_are_not_tried_out_by_who_has_the_password(
    runtime: Runtime, wall: Wall, secret: str
) -> None:
    thief, there = desk(runtime), places()
    for _ in range(throttle.CODES):
        code = wrong_code(secret, wall)
        assert tried(thief, next(there), "operator", PASSWORD, code) == 403
    right = pyotp.TOTP(secret).at(wall.moment)
    assert tried(thief, next(there), "operator", PASSWORD, right) == 403
    wall.moment += throttle.WITHIN
    right = pyotp.TOTP(secret).at(wall.moment)
    assert tried(thief, next(there), "operator", PASSWORD, right) == 403
    wall.moment += throttle.CODES_WITHIN
    right = pyotp.TOTP(secret).at(wall.moment)
    assert tried(thief, next(there), "operator", PASSWORD, right) == 303


def test_codes_that_others_tried_keep_nobody_out_of_their_own_browser(
    runtime: Runtime, wall: Wall
) -> None:
    owner, thief, there = signed_in(runtime), desk(runtime), places()
    owner.post("/dashboard/sign-out")
    made = pyotp.random_base32()
    with runtime.store.write() as session:
        session.scalars(select(Operator)).one().totp_secret = made
    for _ in range(throttle.CODES):
        tried(thief, next(there), "operator", PASSWORD, wrong_code(made, wall))
    code = pyotp.TOTP(made).at(wall.moment)
    assert owner.sign_in("operator", code=code).status_code == 303
    shown = owner.client.get("/dashboard/account").text
    assert "somebody knows your password" in shown


def test_behind_a_proxy_each_client_is_a_place_of_its_own(runtime: Runtime) -> None:
    signed_in(runtime)
    for forwarded, answer in (("192.0.2.1", 429), ("192.0.2.1, 192.0.2.2", 303)):
        guesser = desk(runtime)
        for _ in range(throttle.OF_BOTH):
            over_https(guesser, WRONG, "192.0.2.1")
        assert over_https(guesser, PASSWORD, forwarded) == answer


def test_who_comes_past_the_proxy_chooses_no_address(runtime: Runtime) -> None:
    signed_in(runtime)
    guesser = desk(runtime)
    form = {"csrf_token": guesser.token(), "name": "operator", "password": WRONG}
    answers = [
        guesser.client.post(
            "/dashboard/sign-in",
            data=form,
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
            environ_overrides={"REMOTE_ADDR": "198.51.100.7"},  # no proxy that is trusted
        ).status_code
        for number in range(throttle.OF_BOTH + 1)
    ]
    assert answers == [403] * throttle.OF_BOTH + [429]


def over_https(browser: Desk, password: str, forwarded: str) -> int:
    """As gunicorn hands a request on whose proxy it believes."""
    form = {"csrf_token": browser.token(), "name": "operator", "password": password}
    headers = {"X-Forwarded-For": forwarded, "Referer": "https://localhost/"}
    return browser.client.post(
        "/dashboard/sign-in", data=form, base_url="https://localhost", headers=headers
    ).status_code
