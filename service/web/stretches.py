"""The pages of the stretches: all of them, and each with its drawing, its steps and when to stop."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from messages.language import Stretch
from messages.steps import steps, stop_note
from service import printing
from service.web import here
from service.web.speech import language

KINDS: Mapping[str, Callable[[Stretch], bool]] = {
    "seated": lambda move: move.seated,
    "standing": lambda move: not move.seated,
    "discreet": lambda move: move.discreet,
    "gentle": lambda move: move.gentle,
    "strength": lambda move: move.strength,
}

blueprint = Blueprint("stretches", __name__, url_prefix="/stretches")


@blueprint.get("")
def every() -> str:
    """?area=upper_back&kind=seated shows some of them; what it doesn't know, it passes over."""
    moves = _moves()
    areas = list(dict.fromkeys(map(_area, moves)))
    area, kind = _asked("area", areas), _asked("kind", KINDS)
    shown = [
        move
        for move in moves
        if (not area or _area(move) == area) and (not kind or KINDS[kind](move))
    ]
    return render_template(
        "stretches/every.html",
        groups=[(name, [move for move in shown if _area(move) == name]) for name in areas],
        shown=len(shown),
        total=len(moves),
        areas=areas,
        kinds=list(KINDS),
        area=area,
        kind=kind,
        picture=_picture,
    )


@blueprint.get("/<key>")
def one(key: str) -> str:
    moves = _moves()
    place = next((place for place, move in enumerate(moves) if move.id == key), None)
    if place is None:
        abort(404)
    move = moves[place]
    runtime = here.runtime()
    return render_template(
        "stretches/one.html",
        move=move,
        area=_area(move),
        kinds=[name for name, holds in KINDS.items() if holds(move)],
        steps=steps(move),
        stop=stop_note(move),
        skip=move.skip_if.replace("；", ";").split(";") if move.skip_if else [],  # noqa: RUF001
        picture=_picture,
        previous=moves[place - 1],
        next=moves[(place + 1) % len(moves)],
        words={name: runtime.catalogue.keyword(name, language()) for name in ("STRETCH", "REMIND")},
        way=printing.way_in(runtime.settings),
    )


def _moves() -> tuple[Stretch, ...]:
    return here.runtime().catalogue.stretches(language())


def _area(move: Stretch) -> str:
    """As addresses and the keys of the page's words have it: upper_back."""
    return move.area.replace(" ", "_")


def _asked(name: str, known: Any) -> str:
    asked = request.args.get(name, "")
    return asked if asked in known else ""


def _picture(move: Stretch, *, dark: bool = False) -> str:
    """Where the drawing is, with its words in the page's language."""
    name = f"{move.id}{'-dark' if dark else ''}.{language()}.svg"
    token = here.runtime().house.showcase.token(move.id)
    return url_for("drawings.drawing", token=token, name=name)
