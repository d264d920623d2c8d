from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import quote

import pytest

from service import cursors

EAST = timezone(timedelta(hours=5, minutes=45))
AT = datetime(2026, 3, 2, 14, 45, 0, 250, tzinfo=EAST)


@pytest.mark.parametrize("key", [7, "7~9", "a-b_c"])
def test_what_was_written_is_read_back_in_utc(key: int | str) -> None:
    at, read = cursors.read(cursors.written(AT, key))
    assert (at, at.tzinfo, read) == (AT, UTC, str(key))


def test_an_address_carries_it_as_it_is() -> None:
    assert quote(cursors.written(AT, 7), safe=":") == "2026-03-02T09:00:00.000250Z~7"


@pytest.mark.parametrize(
    "text",
    ["", "x", "~7", "7", "2026-03-02~7", "2026-13-02T09:00:00Z~7", "0001-01-01T00:00+01:00~7"],
)
def test_what_has_no_moment_in_front_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"moment|isoformat|month"):
        cursors.read(text)
