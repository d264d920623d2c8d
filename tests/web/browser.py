"""A real headless browser on a service of this process: what it shows, and what it complains about."""

import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, expect
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from service.app import create_app
from service.runtime import Runtime

QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NARROW, WIDE = 360, 1440  # pixels
PATIENCE = (
    20_000  # milliseconds: a busy machine takes its time, and nothing waits longer than it must
)
expect.set_options(timeout=PATIENCE)
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
_AXE = Axe()
_CUT_OFF = """all => all.filter(select => {
  const style = getComputedStyle(select), pen = document.createElement("canvas").getContext("2d");
  pen.font = style.font;
  const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return [...select.options].some(each => pen.measureText(each.text).width > room);
}).map(select => select.id)"""


def launched(playwright: Playwright) -> Browser:
    """Chromium, or one of its relatives; without one the test is skipped, and in CI it fails."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        missing = "Chromium is missing: install it (Debian, Ubuntu: apt install chromium)."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    return playwright.chromium.launch(executable_path=path, args=QUIET)


@contextmanager
def served(runtime: Runtime) -> Iterator[str]:
    """The address at which the service answers."""
    server = make_server("127.0.0.1", 0, _whole(create_app(runtime)), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _whole(app: Flask) -> WSGIApplication:
    """`app`, each answer read to its end first: werkzeug's server never closes one whose reader hung up."""

    def answered(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return Response.from_app(app, environ, buffered=True)(environ, start_response)

    return answered


@contextmanager
def looking(
    chromium: Browser,
    *,
    width: int = NARROW,
    dark: bool = False,
    script: bool = True,
    expected: str | None = None,
) -> Iterator[Page]:
    """Somebody new at their browser; what its console complains about, and what it asks of others, fails.

    `expected`: what complaints that don't count have in them.
    """
    person = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
        timezone_id="America/New_York",
        locale="en-US",
    )
    page = person.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: complaints.extend(_elsewhere(asked.url)))
    yield page
    person.close()
    assert [each for each in complaints if expected is None or expected not in each] == []


def _elsewhere(url: str) -> list[str]:
    ours = url.startswith(("http://127.0.0.1:", "data:", "blob:", "about:"))
    return [] if ours else [f"asked of another host: {url}"]


def flaws(page: Page) -> list[str]:
    """What axe finds wrong by WCAG 2.2 A and AA, and whether the page must be scrolled sideways."""
    page.wait_for_load_state()  # else its sheets may be missing
    found = _AXE.run(page, options=RULES).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [
        f"{rule['id']}: {node['html']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ] + (["wider than the window"] if wide else [])


def cut_off(page: Page) -> list[str]:
    """The ids of selects that have a choice too long for them."""
    found: list[str] = page.locator("select").evaluate_all(_CUT_OFF)
    return found
