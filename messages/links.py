"""Links that open a phone's own messages."""

from urllib.parse import quote


def sms(number: str, words: str) -> str:
    """A text to this number (E.164) that is written already. "?&body" is what both iOS and Android take."""
    return f"sms:{number}?&body={quote(words)}"
