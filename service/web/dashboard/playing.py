"""A play with made-up people, shown as the chat that each of them would have."""

from threading import Lock

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from service import rehearsal
from service.operators.accounts import VIEWER
from service.rehearsal import Line, Play
from service.web.dashboard import doors

DAYS, PEOPLE = 7, 20  # at most, so that it ends within seconds
SAYS, LONGEST_SAID = 5, 160  # texts that each of them sends, and characters of one
_playing = Lock()  # one at a time: each takes a processor for itself


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/play", "play", play)


@doors.wants(VIEWER)
def play() -> ResponseReturnValue:
    """Nothing is changed by it: the database that it plays on is thrown away."""
    problem, lines, acts = "", list[Line](), None
    if request.args.get("people"):
        try:
            acts = _cast()
            lines = _played(acts)
        except rehearsal.Refused as error:
            problem = str(error)
    runtime = doors.runtime()
    return render_template(
        "dashboard/play.html",
        problem=problem,
        lines=lines,
        acts=acts,
        who=request.args.get("who", ""),
        given=request.args,
        languages=runtime.catalogue.languages,
        choices=lambda line: runtime.catalogue.choices(
            line.key, line.language, unasked=line.kind in {"reminder", "snooze"}
        ),
        price=runtime.settings.segment_price,
        segments=sum(line.segments for line in lines),
        most_days=DAYS,
        most_people=PEOPLE,
        most_says=SAYS,
    )


def _cast() -> Play:
    """Who and when, within what ends in seconds. Raises Refused."""
    says = [line.strip() for line in request.args.get("says", "").splitlines() if line.strip()]
    if len(says) > SAYS or any(len(each) > LONGEST_SAID for each in says):
        raise rehearsal.Refused(
            f"Each texts at most {SAYS} lines of {LONGEST_SAID} characters after joining."
        )
    language = request.args.get("language", "")
    if language in doors.runtime().catalogue.languages and language != "en":
        says = [f"LANGUAGE {language.upper()}", *says]
    today = doors.runtime().now().date()
    return rehearsal.cast(
        request.args.get("country", "US").strip().upper(),
        min(max(request.args.get("people", 1, type=int), 1), PEOPLE),
        request.args.get("zone", "").strip(),
        rehearsal.next_monday(today),
        min(max(request.args.get("days", 1, type=int), 1), DAYS),
        says,
    )


def _played(acts: Play) -> list[Line]:
    """Raises Refused while another one is played."""
    runtime = doors.runtime()
    if not _playing.acquire(blocking=False):
        raise rehearsal.Refused("Another rehearsal is being played: try again in a few seconds.")
    try:
        with rehearsal.folder() as folder:
            silent = {**rehearsal.SILENT, "data_dir": folder}
            settings = runtime.settings.model_copy(update=silent)
            with rehearsal.stage(settings, acts, runtime.catalogue) as stage:
                rehearsal.join(stage, acts, lambda: None)
                rehearsal.perform(stage, acts, lambda _: None)
                with stage.store.read() as reading:
                    return list(rehearsal.lines(reading, acts))
    finally:
        _playing.release()
