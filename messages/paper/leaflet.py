"""What poster and card say, in one language, and where their code leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from messages import links
from messages.catalogue import Catalogue
from messages.language import Stretch
from messages.page_words import PageWords
from messages.steps import steps, stop_note

KEYWORDS = ("POSTURE", "LIFT", "STRAIN", "FEVER", "DOCTOR", "CHECK", "STRETCH", "MENU")
MOVE = "UB1"  # the stretch that the poster shows
STOP = {"zh": "TD"}  # where carriers' word isn't STOP
AGREED = 8  # reminders a day that joining agrees to, at most


@dataclass(frozen=True, slots=True)
class Way:
    """How people get in: by a text to a number, or without one by the service's page."""

    number: str = ""  # E.164
    shown: str = ""  # the number as one writes it
    country: str = ""  # of the number, for what to dial in an emergency
    site: str = ""  # the service's public address
    sample: bool = False  # nothing real is set up yet


@dataclass(frozen=True, slots=True)
class Leaflet:
    language: str
    title: str
    programme: str
    headline: str
    lead: str
    scan: str
    word: str  # to text, or the page to open
    scan_end: str
    link: str  # where the code leads
    topics: str
    keywords: tuple[tuple[str, str], ...]  # and what each gives
    move: Stretch
    move_name: str
    move_text: str
    emergency: str
    small_print: str
    sample: str  # that it is one; "" for the real thing


def leaflet(words: PageWords, catalogue: Catalogue, language: str, way: Way) -> Leaflet:
    """Needs a number or a site: without either the code would lead nowhere."""
    say = partial(words.say, language=language)
    keyword = partial(catalogue.keyword, language=language)
    move = catalogue.stretch(MOVE, language)
    assert move is not None
    known = catalogue.emergency(way.country)
    gap = "" if language == "zh" else " "
    by_text = bool(way.number)
    return Leaflet(
        language=language,
        title=say("paper.title", P=catalogue.programme),
        programme=catalogue.programme,
        headline=say("paper.headline"),
        lead=say("paper.lead"),
        scan=say("paper.scan" if by_text else "paper.scan_site"),
        word=keyword("REMIND") if by_text else _page(way),
        scan_end=say("paper.word_to", NUMBER=way.shown) if by_text else say("paper.join_there"),
        link=_link(way, keyword("REMIND"), language),
        topics=say("paper.topics" if by_text else "paper.topics_site"),
        keywords=tuple((keyword(name), say(f"paper.{name}")) for name in KEYWORDS),
        move=move,
        move_name=say(f"stretches.{MOVE}"),
        move_text=gap.join((*steps(move), stop_note(move))),
        emergency=say("paper.emergency", EM=known.number if known else say("paper.your_number")),
        small_print=gap.join(_small_print(words, catalogue, language, way)),
        sample=say("paper.sample") if way.sample else "",
    )


def _page(way: Way) -> str:
    return f"{way.site}/join".partition("://")[2]


def _link(way: Way, keyword: str, language: str) -> str:
    if not way.number:
        return f"{way.site}/join?lang={language}"
    return links.sms(way.number, keyword)


def _small_print(words: PageWords, catalogue: Catalogue, language: str, way: Way) -> list[str]:
    """What rules on consent want beside a call to join (CTIA), and who answers for it."""
    said: Mapping[str, Mapping[str, object]] = {
        "paper.small_print": {
            "P": catalogue.programme,
            "N": AGREED,
            "WORD": catalogue.keyword("REMIND", language),
            "STOP": STOP.get(language, "STOP"),
            "HELP": catalogue.keyword("HELP", language),
        },
        "paper.not_advice": {"P": catalogue.programme},
    }
    texts = [words.say(key, language, **params) for key, params in said.items()]
    if way.site:
        texts.append(words.say("paper.terms", language, SITE=way.site.partition("://")[2]))
    if catalogue.contact:
        texts.append(words.say("paper.questions", language, CONTACT=catalogue.contact))
    return texts
