"""Two broadcasts at once, one that is cancelled in several steps, and who may cancel."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.broadcasts import writing
from service.operators.accounts import VIEWER
from service.runtime import Runtime
from tests.phone import Phone, Wall
from tests.web.doors import REAL
from tests.web.operators import signed_in
from tests.web.test_sending import draft, states


def reminding(service: Callable[..., Runtime], wall: Wall, **settings: object) -> Runtime:
    """A service with three people whose texts cost money."""
    runtime = service(**REAL, **settings)
    for number in range(3):
        Phone(runtime, wall, f"+1212555010{number}", "sms").join()
    return runtime


def test_two_that_are_sent_at_once_spend_the_budget_once(
    service: Callable[..., Runtime], wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one goes after this one was looked at and before it is sent off."""
    runtime = reminding(service, wall, daily_budget=5)
    desk, colleague = signed_in(runtime), signed_in(runtime)
    page, other = draft(desk), draft(colleague)
    token, write = colleague.token(other), runtime.store.write

    def overtaken(**how: Any) -> AbstractContextManager[Session]:
        monkeypatch.setattr(runtime.store, "write", write)
        sent = colleague.client.post(f"{other}/send", data={"csrf_token": token})
        assert sent.status_code == 303
        return write(**how)

    sent = {"csrf_token": desk.token(page)}
    monkeypatch.setattr(runtime.store, "write", overtaken)
    desk.client.post(f"{page}/send", data=sent)
    assert runtime.store.write == write
    assert "3 segments and the budget has 2 left" in desk.client.get(page).text
    runtime.broadcast()
    assert states(runtime) == {"queued": 3}


def test_cancelled_all_of_it_is_taken_back_at_once_however_much_is_queued(
    service: Callable[..., Runtime], wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "WITHDRAWN_AT_ONCE", 1)
    runtime = reminding(service, wall)
    desk = signed_in(runtime)
    page = draft(desk)
    desk.post(f"{page}/send", page)
    runtime.broadcast()
    desk.post(f"{page}/cancel", page)
    assert states(runtime) == {"dropped": 3}


def test_whoever_only_looks_on_is_shown_no_button(
    service: Callable[..., Runtime], wall: Wall
) -> None:
    runtime = reminding(service, wall)
    desk, viewer = signed_in(runtime), signed_in(runtime, VIEWER)
    page = draft(desk)
    for shown in ("/send", "/cancel", "/try"):
        assert f"{page}{shown}" in desk.client.get(page).text
        assert f"{page}{shown}" not in viewer.client.get(page).text
    desk.post(f"{page}/send", page)
    assert f"{page}/cancel" in desk.client.get(page).text
    assert f"{page}/cancel" not in viewer.client.get(page).text
