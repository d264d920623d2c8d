"""Words that others wrote stand on pages as words, whatever signs are in them."""

import re
from pathlib import Path

from jinja2 import Environment, nodes

from service import web
from service.runtime import Runtime
from tests.conversation.test_unread import GIBBERISH
from tests.phone import Phone, Wall
from tests.web.lists import HEADING, hand_in
from tests.web.operators import Desk
from tests.web.test_sending import draft

TEMPLATES = Path(web.__path__[0]) / "templates"
MARKUP = '<b id=x>&"'
WRITTEN = "&lt;b id=x&gt;&amp;"
OURS = {"stretches/one.html": 3}  # all of it stands in the template, around <kbd> and a link


def taken_as_it_is(template: str) -> int:
    """How often a template writes something without escaping it."""
    parsed = Environment(autoescape=True).parse(template)
    safe = [each for each in parsed.find_all(nodes.Filter) if each.name == "safe"]
    return len(safe) + len(list(parsed.find_all(nodes.ScopedEvalContextModifier)))


def test_templates_escape_whatever_is_filled_in() -> None:
    found = {
        str(path.relative_to(TEMPLATES)): count
        for path in TEMPLATES.rglob("*")
        if path.is_file() and (count := taken_as_it_is(path.read_text()))
    }
    assert found == OURS
    # By its name Flask knows what to escape.
    assert {path.suffix for path in TEMPLATES.rglob("*") if path.is_file()} == {".html"}


def shown(desk: Desk, *paths: str) -> None:
    """The words are on each page, and no tag of them."""
    for path in paths:
        page = desk.client.get(path)
        assert page.status_code == 200, path
        assert (WRITTEN in page.text, "<b id=x" in page.text) == (True, False), path


def test_signs_in_a_broadcast_are_no_markup(desk: Desk, runtime: Runtime, wall: Wall) -> None:
    phone = Phone(runtime, wall).join()
    page = draft(desk, text_en=f"We are closed. {MARKUP}")
    shown(desk, page, "/dashboard/messages/broadcasts")
    desk.post(f"{page}/send", page)
    runtime.broadcast()
    runtime.drain()
    shown(
        desk,
        page,
        "/dashboard/messages",
        f"/dashboard/messages/{phone.entries()[-1].id}",
        f"/dashboard/people/{phone.person.id}",
        f"/dashboard/messages/broadcasts/new?like={page.rpartition('/')[2]}",
    )


def test_signs_in_a_list_and_its_name_are_no_markup(
    desk: Desk, runtime: Runtime, wall: Wall
) -> None:
    quoted = '"<b id=x>&"""'
    lines = (
        f"{HEADING},{quoted}",
        f"+12125550177,,,,2026-02-01,{quoted},{quoted}",
        "12,Nowhere,,,,,",
    )
    name = MARKUP.replace('"', "%22")  # as browsers send it
    path = hand_in(desk, "\n".join(lines).encode(), name).headers["Location"]
    shown(desk, path, "/dashboard/people/imports")
    runtime.bring_in()
    desk.post(f"{path}/confirm")
    runtime.bring_in()
    shown(desk, path, f"/dashboard/people/{Phone(runtime, wall, '+12125550177').person.id}")


def test_signs_in_a_text_that_was_not_understood_are_no_markup(
    desk: Desk, runtime: Runtime, wall: Wall
) -> None:
    Phone(runtime, wall).text(f"{GIBBERISH} {MARKUP}")
    page = desk.client.get("/dashboard/unread").text
    (thought,) = re.findall(r'href="(/dashboard/unread/text/[^"]+)"', page)
    shown(desk, "/dashboard/unread", thought)
