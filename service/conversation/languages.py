"""Which language we speak with a person: the one they chose, or the one they have written twice."""

from collections.abc import Iterator, Mapping

from messages.folding import normal
from service.conversation.turn import Said, Turn, said

_LONGEST = 4  # words of a language's name


def follow(turn: Turn) -> None:
    """After two texts in another language reminders come in it too; a stranger is taken at the first."""
    turn.person.language, turn.person.leaning = following(turn)


def following(turn: Turn) -> tuple[str, str]:
    """A person's language after this text, and the other one in which their last text was."""
    person, reading = turn.person, turn.reading
    if not reading.spoken or turn.inbound.page:  # a page chooses the words, not they
        return person.language, person.leaning
    changes = turn.new or reading.language == person.leaning
    language = reading.language if changes else person.language
    return language, "" if reading.language == language else reading.language


def choose(turn: Turn) -> list[Said]:
    """LANGUAGE ES, IDIOMA INGLES, "in english please"."""
    names = _names(turn)
    code = names.get(normal(turn.reading.argument)) or next(_named(turn.inbound.text, names), "")
    if not code or _denied(turn):
        return [said("LANGUAGE_WHAT")]
    turn.person.language, turn.person.leaning, turn.language = code, "", code
    return [said("LANGUAGE_OK")]


def _denied(turn: Turn) -> bool:
    """ "I don't speak English" asks for anything but English."""
    said_ = set(normal(turn.inbound.text).split())
    return bool(said_ & turn.words.red_flags.negation.words)


def _names(turn: Turn) -> Mapping[str, str]:
    """What languages we speak are called, in any of them."""
    return {
        name: code
        for words in turn.house.catalogue.keywords.values()
        for name, code in words.languages.items()
        if code in turn.house.catalogue.languages
    }


def _named(text: str, names: Mapping[str, str]) -> Iterator[str]:
    """Languages called by their full names in a sentence; "en" and "es" are words of their own there."""
    words = normal(text).split()
    for start in range(len(words)):
        for end in range(min(start + _LONGEST, len(words)), start, -1):
            name = " ".join(words[start:end])
            if len(name) > 2 and name in names:
                yield names[name]
                break
