"""How a text that was said to somebody is read by others: without what opens something of that person's."""

from collections.abc import Mapping
from typing import Any

from service.people import page_links

LINK_CODE = "LINK_CODE"  # of the catalogue: the answer that tells the code that links another phone
NOT_SHOWN = "(a code that links another phone: not shown)"


def sealed(text: str, key: str) -> str:
    """The text that was said under this key of the catalogue; "" for one of no key's."""
    return NOT_SHOWN if key == LINK_CODE else page_links.hidden(text)


def sealed_params(params: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What was filled into it."""
    return {
        name: sealed(value, key) if isinstance(value, str) or key == LINK_CODE else value
        for name, value in params.items()
    }
