"""What was sent when the sign-in had ended: it waits on the sign-in page, and is shown again behind it.

That holds of what came with our own CSRF token, so that nobody else's form waits for an operator. What
came without one is shown to be copied, and goes nowhere.
"""

from collections.abc import Sequence

from flask import current_app, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

ENDED = (
    "Your sign-in had ended, so nothing was changed. Sign in again: what you sent is kept here, and you "
    "can send it then."
)
OF_FILES = "Choose the file again: it can't be kept."
OF_SECRETS = "Your sign-in had ended, so nothing was changed. Sign in again, and do it once more."
_TO, _FIELD = "carried_to", "carried."
_OURS = "csrf_token"
_SECRETS = {"password", "new", "again", "code"}  # stand in no page

Fields = Sequence[tuple[str, str]]


def waiting() -> tuple[str, int]:
    """The sign-in page, with the form that has just come."""
    if not _SECRETS.isdisjoint(request.form):
        return page(OF_SECRETS), 403
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != _OURS]
    files = any(file.filename for file in request.files.values())
    return page(f"{ENDED} {OF_FILES}" if files else ENDED, request.full_path.rstrip("?"), sent), 403


def to_copy(sentence: str) -> tuple[str, int]:
    """What came without a token that counts is never sent on, but whoever typed it may copy it."""
    sent = [(name.removeprefix(_FIELD), each) for name, each in request.form.items(multi=True)]
    left_out = {_OURS, _TO, "token", *_SECRETS}
    words = [(name, each) for name, each in sent if each and name not in left_out]
    return render_template("dashboard/to_copy.html", sentence=sentence, fields=words), 400


def page(problem: str, to: str = "", fields: Fields = ()) -> str:
    """Where one signs in. `to`: where the fields are to be sent afterwards."""
    carried = [(_TO, to), *((f"{_FIELD}{name}", value) for name, value in fields)] if to else []
    return render_template(
        "dashboard/sign_in.html",
        problem=problem,
        back=request.values.get("back", "") if not to else "",
        name=request.form.get("name", "") if not to else "",
        carried=carried,
    )


def still(form: "MultiDict[str, str]") -> tuple[str, Fields]:
    """What waits on a sign-in page that is sent: where it goes, and its fields; nothing: ""."""
    to = form.get(_TO, "")
    if not is_page(to.partition("?")[0], "POST"):
        return "", ()
    items = form.items(multi=True)
    return to, [(name[len(_FIELD) :], each) for name, each in items if name.startswith(_FIELD)]


def go_on(to: str, fields: Fields) -> str:
    """Whoever has signed in again sends it, or lets it be."""
    return render_template("dashboard/go_on.html", to=to, fields=fields)


def is_page(path: str, method: str) -> bool:
    """Is there a page of the dashboard at this path, which takes such requests?"""
    try:
        current_app.url_map.bind("").match(path, method=method)
    except HTTPException:
        return False
    home = url_for("dashboard.overview")
    return path == home or path.startswith(f"{home}/")
