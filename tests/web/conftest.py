"""A service, an operator at its dashboard, one browser for all tests of a file, and quick passwords."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from service.operators import passwords
from service.runtime import Runtime
from service.web import join
from tests.web.browser import launched
from tests.web.operators import Desk, signed_in


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Starting one takes longer than most tests.

    Not for all files: while it lives Playwright keeps an event loop running in this thread, and a
    test that delivers could start none.
    """
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def runtime(service: Callable[..., Runtime]) -> Runtime:
    return service()


@pytest.fixture
def desk(runtime: Runtime) -> Desk:
    return signed_in(runtime)


@pytest.fixture(autouse=True)
def _looks_are_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each costs 60 ms on purpose, and a number at /join 100; tests/operators looks at the former."""
    monkeypatch.setattr(passwords, "METHOD", "pbkdf2:sha256:1")
    monkeypatch.setattr(passwords, "_NOBODY", "pbkdf2:sha256:1$salt$00")
    monkeypatch.setattr(join, "AS_LONG", 0.0)  # test_join.py looks at that one
