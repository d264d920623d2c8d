"""What stands around every page for the public."""

from typing import Any

from flask import current_app, request, url_for

from messages.page_words import PageWords
from service.web import here
from service.web.speech import ASKED


def around() -> dict[str, Any]:
    runtime = here.runtime()
    settings = runtime.settings
    return {
        "programme": settings.programme_name,
        "contact": settings.support_contact,
        "spoken": _name_of,
        "in_language": _in_language,
        "to": _to,
    }


def _name_of(language: str) -> str:
    """What a language calls itself."""
    words: PageWords = current_app.extensions["words"]
    return words.say("site.name", language)


def _in_language(language: str) -> str:
    """This very page in another language."""
    kept = {**request.args, **(request.view_args or {}), ASKED: language}
    return url_for(request.endpoint or "pages.home", **kept)


def _to(endpoint: str, **values: Any) -> str:
    """Another page, in the language that was asked for in the address of this one."""
    asked = {ASKED: request.args[ASKED]} if ASKED in request.args else {}
    return url_for(endpoint, **(values | asked))
