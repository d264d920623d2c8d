"""Operators write to people on WhatsApp, who are reached for a while, or by a template."""

from collections.abc import Callable

import pytest

from tests.channels.whatsapp_line import TEMPLATES
from tests.web.operators import signed_in
from tests.web.test_sending import draft
from tests.whatsapp.ada import ONLY_REMINDERS, Ada


@pytest.mark.parametrize(
    ("templates", "told"),
    [
        (ONLY_REMINDERS, "1 would get none: they wrote too long ago"),
        (TEMPLATES, "Send it to 1 person"),
    ],
)
def test_who_cannot_be_reached_any_more_is_told_before_it_goes(
    make: Callable[..., Ada], templates: str, told: str
) -> None:
    ada = make(whatsapp_templates=templates)
    ada.joins()
    ada.rests_until(12, day=4)
    desk = signed_in(ada.runtime)
    assert told in desk.client.get(draft(desk)).text
