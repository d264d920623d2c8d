"""Our words, loaded once for all tests that only read texts."""

from messages.catalogue import load
from messages.vocabulary import Vocabulary
from service.conversation.understand import understand
from service.envelopes import Flag

CATALOGUE = load()
VOCABULARY: Vocabulary = CATALOGUE.vocabulary
ENGLISH = VOCABULARY.languages["en"]


def find(text: str) -> Flag | None:
    """The red flag that is found in a text, by whichever rule."""
    return understand(text, VOCABULARY).flag
