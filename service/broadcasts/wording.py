"""What a broadcast says: by whom and how to stop around it, how long it may be, and no advertising."""

from collections.abc import Mapping

from messages.broadcasts import BroadcastWords
from messages.render import Segments, segments

LONGEST = 3  # segments
_TYPED = 1000  # characters: more is never three segments


class Refused(Exception):
    """This broadcast can't be made or sent so; the message says what to do."""


def check(words: BroadcastWords, texts: Mapping[str, str], fallback: str) -> None:
    """Raises Refused for what is missing, too long or plainly advertising."""
    if not texts:
        raise Refused("Write the text in one language at least.")
    if fallback and fallback not in texts:
        raise Refused(
            f"Whose language has no text would get the one in “{fallback}”, which is empty: write it, or "
            "choose another."
        )
    for language, text in texts.items():
        _not_advertising(words, text)
        _not_too_long(words, text, language)


def said(words: BroadcastWords, texts: Mapping[str, str], fallback: str, language: str) -> str:
    """The whole text for somebody who speaks this language; "" where they get none."""
    spoken = language if language in texts else fallback
    return words.framed(texts[spoken], spoken) if spoken in texts else ""


def size(words: BroadcastWords, text: str, language: str) -> Segments:
    return segments(words.framed(text, language))


def _not_advertising(words: BroadcastWords, text: str) -> None:
    found = next(words.advertising(text), None)
    if found is not None:
        place, means = found
        raise Refused(
            f"“{place}” looks like advertising: it is {means}. People agreed to reminders and to what "
            "concerns them, so an offer would break their consent and the rules of carriers. Say it without."
        )


def _not_too_long(words: BroadcastWords, text: str, language: str) -> None:
    counted = size(words, text[:_TYPED], language).count
    if len(text) > _TYPED or counted > LONGEST:
        raise Refused(
            f"The text in “{language}” is too long: with its beginning and end it takes more than {LONGEST} segments. "
            "Shorten it; without emoji and typographic quotes a segment holds more."
        )
