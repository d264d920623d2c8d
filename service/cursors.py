"""Where a page of a list ended, as the address of the next page says it: a moment, and what tells its rows apart."""

from datetime import UTC, datetime

_BETWEEN = "~"  # an address carries it as it is, and neither a moment nor a key has it


def written(at: datetime, key: int | str) -> str:
    """`at` is aware. Nothing in it needs escaping in an address if nothing in `key` does."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat()}Z{_BETWEEN}{key}"


def read(text: str) -> tuple[datetime, str]:
    """Back from what `written` made, the moment in UTC; the key may be anything.

    :raises ValueError: there is no moment of some time zone in front of it.
    """
    at, _, key = text.partition(_BETWEEN)
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None:
        raise ValueError("a moment without its time zone")
    try:
        return moment.astimezone(UTC), key
    except OverflowError as error:  # the year 1, seen from the east
        raise ValueError("no moment that there was") from error
