"""What is sent after the sign-in has ended isn't lost, and isn't done either."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.runtime import Runtime
from service.store.broadcast_tables import Broadcast
from tests.phone import Phone, Wall
from tests.web.operators import PASSWORD, Desk, signed_in
from tests.web.test_sending import NEW, form

SAID = 'We are closed, "as ever" & always.\r\n\r\nBack on Monday.'


@pytest.fixture
def desk(service: Callable[..., Runtime], wall: Wall) -> Desk:
    runtime = service()
    Phone(runtime, wall).join()
    return signed_in(runtime)


def hidden(page: str) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value.replace("&#34;", '"').replace("&amp;", "&") for name, value in fields}


def drafts(desk: Desk) -> list[str]:
    with desk.runtime.store.read() as session:
        return [each.texts["en"] for each in session.scalars(select(Broadcast))]


def test_a_text_written_while_the_sign_in_ended_waits_behind_the_next_one(
    desk: Desk, wall: Wall
) -> None:
    sent = {"csrf_token": desk.token(NEW), **form(desk, text_en=SAID)}
    wall.moment += timedelta(hours=2)
    ended = desk.client.post(NEW, data=sent)
    assert ended.status_code == 403
    assert "Your sign-in had ended, so nothing was changed." in ended.text
    proofs = {"name": "operator", "password": PASSWORD}
    wrong = desk.client.post(
        "/dashboard/sign-in", data={**hidden(ended.text), **proofs, "password": "wrong password"}
    )
    assert wrong.status_code == 403
    back = desk.client.post("/dashboard/sign-in", data={**hidden(wrong.text), **proofs})
    assert "has not been done yet" in back.text
    assert drafts(desk) == []
    done = desk.client.post(NEW, data=hidden(back.text))
    assert done.status_code == 303
    assert drafts(desk) == [SAID]


def test_only_pages_of_the_dashboard_wait(desk: Desk) -> None:
    desk.post("/dashboard/sign-out")
    answer = desk.sign_in("operator", carried_to="/join", **{"carried.number": "1"})
    assert answer.headers["Location"] == "/dashboard"


def test_a_tab_that_another_one_signed_out_may_copy_its_words(desk: Desk) -> None:
    sent = {"csrf_token": desk.token(NEW), **form(desk, text_en="Closed <b>today</b>")}
    desk.post("/dashboard/sign-out")
    answer = desk.client.post(NEW, data=sent)
    assert answer.status_code == 400
    assert "You are signed out in this browser" in answer.text
    assert "<dd>Closed &lt;b&gt;today&lt;/b&gt;</dd>" in answer.text
    assert 'value="Closed' not in answer.text  # nobody else's form may be sent on


def test_a_sign_in_page_that_another_tab_came_before_still_shows_its_words(
    desk: Desk, wall: Wall
) -> None:
    sent = {"csrf_token": desk.token(NEW), **form(desk, text_en=SAID)}
    wall.moment += timedelta(hours=2)
    waits = hidden(desk.client.post(NEW, data=sent).text)
    assert desk.sign_in("operator").status_code == 303
    answer = desk.client.post(
        "/dashboard/sign-in", data={**waits, "name": "operator", "password": PASSWORD}
    )
    assert (answer.status_code, "before you last signed in" in answer.text) == (400, True)
    assert ("Back on Monday." in answer.text, PASSWORD in answer.text) == (True, False)


def test_no_password_is_shown_to_be_copied(desk: Desk) -> None:
    given = {"password": "sesame", "new": "open"}
    answer = desk.client.post("/dashboard/account/password", data=given)
    assert (answer.status_code, "sesame" in answer.text) == (400, False)
