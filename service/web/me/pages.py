"""/me/<link>: what somebody sees of theirs, and changes, as they could by text."""

import secrets
from collections.abc import Mapping, Sequence

from flask import Blueprint, Flask, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm import Session

from messages.catalogue import Catalogue
from service.conversation import history, wording
from service.conversation.standing import Standing, standing
from service.envelopes import Reply
from service.people import export
from service.people.directory import Known
from service.people.naming import masked
from service.people.page_links import WEB, Expired, NoEntry
from service.reminders.week import Day, week
from service.store.engine import StoreBusy, StoreFailed
from service.web import here, plotting, speech
from service.web.me import door, picture, texting
from service.web.me.order import in_order

_MOST = 50  # texts whose answers are shown together; no form stands for more

# Nothing of it is kept or found, and its address never goes along, not even to us: "no-referrer" would
# keep that, too, but over https the CSRF check wants to see from which host a form came.
HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "strict-origin",
}

blueprint = Blueprint("me", __name__, url_prefix=f"{WEB}/<link>")


def open_pages(app: Flask) -> None:
    door.throttle(app).limit(door.OFTEN)(blueprint)
    app.register_blueprint(blueprint)


@blueprint.get("")
def page(link: str) -> str:
    with door.opened(link) as (session, known):
        return _page(link, session, known, _said_before(session, known))


@blueprint.post("")
def say(link: str) -> ResponseReturnValue:
    if request.form.get("what") in texting.CARDS:
        return _save(link)
    text = texting.text_of(request.form)
    if not text:
        abort(400)
    return _answered(link, *door.choose(link, text))


def _save(link: str) -> ResponseReturnValue:
    """What a card's form changes, text by text. None more once the database was away."""
    door.once()
    with door.opened(link) as (session, known):
        texts = _texts(link, session, known)
    said, replies = [], list[Reply]()
    for text in texts:
        chosen, given = door.choose(link, text)
        said.append(chosen)
        replies += given
        if any(reply.apology for reply in given):
            break
    spoken = any(text.startswith("LANGUAGE ") for text in texts)
    return _answered(link, said, replies, spoken=spoken)


def _texts(link: str, session: Session, known: Known) -> Sequence[str]:
    runtime = here.runtime()
    stands = standing(session, runtime.house, known, runtime.now(), speech.language())

    def sent(text: str) -> bool:
        asked = door.text_id(link, text)
        return history.answers_on_page(session, known.address.id, asked) is not None

    texts = texting.changed(request.form, _present(known, stands), sent)
    if request.form["what"] == texting.REMINDERS:
        names = in_order(*texting.rhythm(request.form, texts), stands.rhythm, known.person.agreed)
        return [text for name in names for text in texts[name]]
    return [text for each in texts.values() for text in each]


def _present(known: Known, stands: Standing) -> Mapping[str, str]:
    channel, handle, person = known.address.channel, known.address.handle, known.person
    shown = here.runtime().house.showcase.shows(channel, handle, person.pictures)
    return texting.present(stands, person, pictures=shown)


@blueprint.get("/stop")
def ask_stop(link: str) -> str:
    return _confirm(link, "me/stop.html")


@blueprint.post("/stop")
def stop(link: str) -> ResponseReturnValue:
    return _answered(link, *door.choose(link, texting.STOP))


@blueprint.get("/erase")
def ask_erase(link: str) -> str:
    return _confirm(link, "me/erase.html")


@blueprint.post("/erase")
def erase(link: str) -> ResponseReturnValue:
    """DELETE and its answer. Sent twice, the second finds nobody: they hear the same again."""
    chosen = door.text_id(link, texting.DELETE_YES)
    try:
        door.choose(link, texting.DELETE)
        _, replies = door.choose(link, texting.DELETE_YES)
    except NoEntry:
        said = door.erased_before(chosen)
        if said is None:
            raise
        return render_template("me/erased.html", said=said)
    if door.gone(link):
        return render_template("me/erased.html", said=[reply.text for reply in replies])
    return _answered(link, chosen, replies)


@blueprint.get("/week.svg")
def week_picture(link: str) -> Response:
    with door.opened(link) as (session, known):
        days = week(session, known.person, here.runtime().now())
    drawn = picture.svg(
        [_day(each) for each in days],
        (str(speech.say("me.reminders")), [each.reminders for each in days]),
        (str(speech.say("me.moved")), [each.moved for each in days]),
        dark="dark" in request.args,
    )
    response = Response(drawn, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = plotting.POLICY
    return response


@blueprint.get("/my-data.json")
def data(link: str) -> Response:
    with door.opened(link) as (session, known):
        kept = export.as_json(export.everything(session, known.person.id))
    response = Response(f"{kept}\n", mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


def _page(link: str, session: Session, known: Known, said: Sequence[str] | None) -> str:
    runtime, language = here.runtime(), speech.language()
    now = runtime.now()
    stands = standing(session, runtime.house, known, now, language)
    channel, handle = known.address.channel, known.address.handle
    if said is None and stands.asked and stands.asked.shown:
        said = [stands.asked.shown]
    return render_template(
        "me/page.html",
        link=link,
        once=secrets.token_urlsafe(12),
        asked_language=request.args.get(speech.ASKED),
        person=known.person,
        stands=stands,
        said=said,
        channel=runtime.catalogue.channel(channel, language),
        number=masked(handle),
        drawings=runtime.house.showcase.may_show(channel, handle),
        now=_present(known, stands),
        unchanged="unchanged" in request.args,
        week=[(_day(each), each) for each in week(session, known.person, now)],
        word=lambda name: runtime.catalogue.word(name, language),
        areas=_areas(runtime.catalogue, language),
        day_names=speech.day_names(),
        days=wording.days(runtime.catalogue, stands.rhythm.days, language, speech.day_names()),
        texting=texting,
    )


def _areas(catalogue: Catalogue, language: str) -> Sequence[tuple[str, str]]:
    """What may be left out: as it is texted, and as it is called."""
    areas = {area for move in catalogue.stretches(language) for area in move.areas}
    return [(area, catalogue.say(f"words.area.{area}", language)) for area in sorted(areas)]


def _day(each: Day) -> str:
    return speech.day_names()[each.day.weekday()]


def _said_before(session: Session, known: Known) -> Sequence[str] | None:
    """What answered the choice that led here."""
    said: list[str] | None = None
    for chosen in request.args.getlist("said")[:_MOST]:
        answers = history.answers_on_page(session, known.address.id, chosen)
        if answers is not None:
            said = [*(said or []), *answers]
    return said


def _answered(
    link: str, chosen: str | Sequence[str], replies: Sequence[Reply], *, spoken: bool = False
) -> ResponseReturnValue:
    """Back to the page, which finds the answer: so it may be loaded again and changes nothing.

    `spoken`: another language was chosen, whatever the address asked for.
    """
    sorry = [reply.text for reply in replies if reply.apology]
    if sorry:
        return render_template("me/away.html", link=link, said=sorry), 503
    language = None if spoken else request.args.get(speech.ASKED)
    unchanged = None if chosen else 1
    back = url_for(
        "me.page", link=link, said=chosen, unchanged=unchanged, lang=language, _anchor="answer"
    )
    return redirect(back, 303)


def _confirm(link: str, template: str) -> str:
    with door.opened(link) as (_, known):
        return render_template(
            template,
            link=link,
            once=secrets.token_urlsafe(12),
            asked_language=request.args.get(speech.ASKED),
            number=masked(known.address.handle),
        )


@blueprint.after_request
def _private(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


@blueprint.errorhandler(NoEntry)
def _closed(error: NoEntry) -> tuple[str, int]:
    return render_template("me/closed.html"), 410 if isinstance(error, Expired) else 403


@blueprint.errorhandler(RateLimitExceeded)
def _too_often(_error: RateLimitExceeded) -> tuple[str, int]:
    return render_template("me/away.html", link=None, said=[speech.say("me.often")]), 429


@blueprint.errorhandler(CSRFError)
def _stale(_error: CSRFError) -> tuple[str, int]:
    return render_template("me/away.html", link=None, said=[speech.say("me.stale")]), 400


@blueprint.errorhandler(StoreBusy)
@blueprint.errorhandler(StoreFailed)
def _away(_error: Exception) -> tuple[str, int]:
    return render_template("me/away.html", link=None, said=[speech.say("me.away")]), 503
