"""In which language a page speaks, and its words for the templates."""

from typing import Any

from babel import Locale
from flask import Flask, current_app, g, request
from markupsafe import Markup, escape

from messages.catalogue import DEFAULT
from messages.page_words import PageWords
from messages.render import fill

ASKED = "lang"  # in an address: ?lang=es


def speak(app: Flask, words: PageWords) -> None:
    """Give every template `say`, `language`, and the languages that there are."""
    app.extensions["words"] = words
    app.context_processor(_spoken)


def say(key: str, **params: object) -> Markup:
    """The text under `key` in the request's language, escaped; a param that is Markup stays so."""
    words = _words()
    template = str(escape(words.template(key, language())))
    return Markup(fill(template, {name: escape(value) for name, value in params.items()}))  # noqa: S704 -- escaped above


def plainly(key: str, **params: object) -> str:
    """The same, not escaped: for where no markup is."""
    return _words().say(key, language(), **params)


def language() -> str:
    """Asked for in the address, set for this request (`speak_to`), or else what the browser likes best."""
    if "language" not in g:
        known = _words().languages
        asked = request.args.get(ASKED, "")
        g.language = (
            asked if asked in known else request.accept_languages.best_match(known, DEFAULT)
        )
    spoken: str = g.language
    return spoken


def languages() -> tuple[str, ...]:
    """Those that pages speak."""
    return _words().languages


def day_names() -> list[str]:
    """The days from Monday on, short, as they are spelt: texts leave out accents that cost a segment."""
    named = Locale.parse(language()).days["stand-alone"]["abbreviated"]
    return [str(named[day]) for day in range(7)]


def speak_to(tongue: str) -> None:
    """For a page whose person has chosen a language; the address may still ask for another."""
    if request.args.get(ASKED, "") not in _words().languages and tongue in _words().languages:
        g.language = tongue


def speak_only(tongue: str) -> None:
    """For whoever reads this one language, whatever the address or the browser asks for."""
    g.language = tongue


def _words() -> PageWords:
    words: PageWords = current_app.extensions["words"]
    return words


def _spoken() -> dict[str, Any]:
    return {"say": say, "language": language(), "languages": _words().languages}
