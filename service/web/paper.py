"""What can be printed: poster and cards, and the page that offers them."""

import re

from flask import Blueprint, Response, abort, current_app, render_template, request

from messages.page_words import PageWords
from messages.paper import faces
from service import printing
from service.web import here

KEPT = 3600  # seconds that a browser need not ask again
_FILE = re.compile(r"(?P<kind>[a-z]+)\.(?P<language>[a-z]{2})\.(?P<form>pdf|svg)")

blueprint = Blueprint("paper", __name__, url_prefix="/print")


@blueprint.get("")
def page() -> str:
    way = printing.way_in(here.runtime().settings)
    return render_template(
        "print.html",
        kinds=list(printing.KINDS),
        way=way,
        embedded=faces.chinese() != faces.NAMED,
    )


@blueprint.get("/<name>")
def sheet(name: str) -> Response:
    """poster.en.pdf, cards.zh.pdf; .svg for the preview."""
    runtime = here.runtime()
    file = _FILE.fullmatch(name)
    if not file or file["kind"] not in printing.KINDS:
        abort(404)
    if file["language"] not in runtime.catalogue.languages:
        abort(404)
    words: PageWords = current_app.extensions["words"]
    try:
        said = printing.told(runtime.settings, runtime.catalogue, words, file["language"])
    except printing.Unset as error:
        abort(404, str(error))
    if file["form"] == "svg":
        response = Response(printing.preview_of(file["kind"], said), mimetype="image/svg+xml")
    else:
        response = Response(printing.pdf_of(file["kind"], said), mimetype="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.cache_control.public = True
    response.cache_control.max_age = KEPT
    response.add_etag()
    response.make_conditional(request)
    return response
