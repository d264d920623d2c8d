"""What an operator chose on the form of a broadcast."""

import secrets
from collections.abc import Mapping
from datetime import time
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from service import places
from service.broadcasts import named
from service.broadcasts.audience import Audience
from service.broadcasts.drafts import MOST_DAYS, MOST_NAMED, MOST_REST, Draft
from service.broadcasts.wording import Refused
from service.store.broadcast_tables import Broadcast

_EITHER: Mapping[str, bool | None] = {"yes": True, "no": False}
Form = MultiDict[str, str]


def blank(person_id: int | None, until: str) -> Form:
    """The form as it is first shown."""
    given = {"token": secrets.token_urlsafe(16), "fallback": "en", "days": "1", "until": until}
    given["rest_days"] = "0" if person_id else "7"
    if person_id:
        given |= {"whom": "people", "people": f"#{person_id}"}
    return MultiDict({"whom": "group", **given})


def again(session: Session, broadcast: Broadcast) -> Form:
    """The form with what a broadcast was made of, for another one like it; without who is gone."""
    audience = broadcast.audience
    people = named.still_there(session, audience.get("people", ()))
    left_out = named.still_there(session, broadcast.left_out)
    form: Form = MultiDict(
        {
            "token": secrets.token_urlsafe(16),
            "fallback": broadcast.fallback,
            "days": str(broadcast.days),
            "until": broadcast.until,
            "rest_days": str(broadcast.rest_days),
            "whom": "people" if audience.get("people") else "group",
            "people": "\n".join(f"#{number}" for number in people),
            "left_out": "\n".join(f"#{number}" for number in left_out),
            "countries": ", ".join(audience.get("countries", ())),
            "zones": ", ".join(audience.get("zones", ())),
            **{f"text_{language}": text for language, text in broadcast.texts.items()},
        }
    )
    for name in ("channels", "languages"):
        form.setlist(name, list(audience.get(name, ())))
    for name in ("seated", "discreet", "reminded"):
        form[name] = {True: "yes", False: "no", None: ""}[audience.get(name)]
    return form


def read(session: Session, form: Form, languages: tuple[str, ...]) -> Draft:
    """Raises Refused for what can't be."""
    if form.get("service") != "yes":
        raise Refused("Confirm that this is a service text: what isn't can't be sent here.")
    typed = {language: form.get(f"text_{language}", "").strip() for language in languages}
    return Draft(
        texts={language: text for language, text in typed.items() if text},
        fallback=form.get("fallback", ""),
        audience=_audience(session, form),
        left_out=_people(session, form.get("left_out", ""), "Left out"),
        rest_days=_number(form, "rest_days", "The days since the last one", 0, MOST_REST),
        days=_number(form, "days", "The days within which it goes", 1, MOST_DAYS),
        until=_time(form.get("until", "")),
    )


def _audience(session: Session, form: Form) -> Audience:
    if form.get("whom") == "people":
        people = _people(session, form.get("people", ""), "To these people")
        if not people:
            raise Refused("Name somebody: one number a line.")
        return Audience(people=people)
    given: dict[str, Any] = {
        name: _EITHER.get(form.get(name, "")) for name in ("seated", "discreet", "reminded")
    }
    return Audience(
        channels=tuple(form.getlist("channels")),
        languages=tuple(form.getlist("languages")),
        countries=tuple(map(_country, named.split(form.get("countries", "")))),
        zones=tuple(map(_zone, named.split(form.get("zones", "")))),
        **given,
    )


def _people(session: Session, typed: str, field: str) -> tuple[int, ...]:
    names = named.split(typed)
    if len(names) > MOST_NAMED:
        raise Refused(f"{field}: at most {MOST_NAMED} people can be named; choose a group instead.")
    people, strangers = named.find(session, names)
    if strangers:
        places = ", ".join(map(str, strangers[:10]))
        raise Refused(f"{field}: nobody is known by what stands at place {places}.")
    return tuple(people)


def _country(name: str) -> str:
    found = places.country_called(name)
    if not found:
        raise Refused(
            f"Countries: “{name}” is none that we know. Write its name, or a code such as GB."
        )
    return found


def _zone(name: str) -> str:
    if name in available_timezones():
        return name  # as people's are kept
    found = [place.zone for place in places.zones_called(name)]
    if not found:
        raise Refused(
            f"Time zones: “{name}” isn't one. Write one such as Europe/Berlin, or a city."
        )
    if len(found) > 1:
        raise Refused(f"Time zones: “{name}” may be one of these: {', '.join(found)}. Write that.")
    return found[0]


def _number(form: Form, name: str, field: str, least: int, most: int) -> int:
    try:
        number = int(form.get(name, ""))
    except ValueError:
        number = -1
    if not least <= number <= most:
        raise Refused(f"{field} must be a number from {least} to {most}.")
    return number


def _time(typed: str) -> str:
    try:
        return f"{time.fromisoformat(typed):%H:%M}"
    except ValueError:
        raise Refused("The latest time of day must be a time, such as 18:00.") from None
