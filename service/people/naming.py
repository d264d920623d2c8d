"""How an address is called where its whole number isn't said."""

from collections.abc import Mapping

from service.store.tables import AddressRow


def named(address: AddressRow, to: AddressRow) -> Mapping[str, str]:
    """To another of the same person: the channel, to be said in the reader's language.

    With it the end of the number, where both have one.
    """
    ends = f"*{address.handle[-2:]}" if address.channel == to.channel else ""
    return {"CHANNEL": address.channel, "ENDS": ends}


def masked(handle: str) -> str:
    """The last two characters, so that two people can be told apart but not called."""
    return "*" * (len(handle) - 2) + handle[-2:]


def ends(handle: str) -> str:
    """The same where room is short."""
    return f"\N{HORIZONTAL ELLIPSIS}{handle[-2:]}"
