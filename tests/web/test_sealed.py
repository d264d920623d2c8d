"""What opens something of a person's is shown to nobody else, not even to whoever runs the service."""

import re
from collections.abc import Callable

import pytest

from service.runtime import Runtime
from tests.phone import Phone, Wall
from tests.web.operators import signed_in


@pytest.mark.parametrize(
    ("word", "secret"), [("PREFS", r"/me/([a-z2-7]{32})"), ("LINK", r"LINK (\w+)")]
)
def test_an_operator_sees_neither_the_link_to_a_page_nor_a_linking_code(
    service: Callable[..., Runtime], wall: Wall, word: str, secret: str
) -> None:
    runtime = service()
    ada = Phone(runtime, wall).join()
    said = ada.text(word)
    told = re.search(secret, said)
    assert told
    desk = signed_in(runtime)
    row, person = ada.entries()[-1], ada.person.id
    for path in (
        "/dashboard/messages",
        f"/dashboard/messages/{row.id}",
        f"/dashboard/people/{person}",
    ):
        page = desk.client.get(path)
        assert (page.status_code, told[1] in page.text) == (200, False), path
        assert "not shown" in page.text or "/me/***" in page.text
    kept = desk.client.get(f"/dashboard/people/{person}/export.json")
    (sent,) = [each for each in kept.get_json()["sent"] if each["id"] == row.id]
    assert sent["text"]
    assert told[1] not in kept.text
    assert str(row.params.get("CODE", told[1])) not in kept.text
