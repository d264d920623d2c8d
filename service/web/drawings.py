"""The drawings of the stretches, for MMS, chats and pages, at addresses that nobody can guess."""

import hmac
import re

from flask import Blueprint, Response, abort, request

from messages import pictures
from service.rich import WEB
from service.web import here

KEPT = 30 * 24 * 3600  # seconds that whoever has fetched a drawing need not ask again
_FILE = re.compile(r"(?P<key>[A-Z]+\d+)(?P<dark>-dark)?\.(?:png|(?P<language>[a-z]{2})\.svg)")

blueprint = Blueprint("drawings", __name__)


@blueprint.get(f"{WEB}/<token>/<name>")
def drawing(token: str, name: str) -> Response:
    """UB1.png, UB1-dark.png; as SVG with its words in a language UB1.en.svg, UB1-dark.es.svg."""
    runtime = here.runtime()
    file = _FILE.fullmatch(name)
    catalogue = runtime.catalogue
    language = (file and file["language"]) or "en"
    known = file is not None and language in catalogue.languages
    stretch = catalogue.stretch(file["key"], language) if file and known else None
    expected = runtime.house.showcase.token(stretch.id if stretch else "")
    if not hmac.compare_digest(token.encode(), expected.encode()) or not file or not stretch:
        abort(404)
    dark = bool(file["dark"])
    if file["language"]:
        response = Response(pictures.svg_of(stretch, language, dark=dark), mimetype="image/svg+xml")
    else:
        response = Response(pictures.png_of(stretch.id, dark=dark), mimetype="image/png")
    response.cache_control.public = True
    response.cache_control.max_age = KEPT
    response.add_etag()
    response.make_conditional(request)
    return response
