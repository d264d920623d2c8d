"""What every request passes: size, host, CSRF token, headers; and what errors look like."""

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, render_template, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import DataError, StatementError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.sansio.utils import host_is_trusted
from werkzeug.wrappers import Response as BaseResponse

from config.settings import Settings
from messages.catalogue import DEFAULT
from service.web import proxies, speech

LARGEST = 64 * 1024  # bytes; a text of 1600 emoji with all of Twilio's fields is below 25,000
POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'; img-src 'self' data:"  # Bootstrap draws its ticks and arrows so
)
OWN_NAMES = ("127.0.0.1", "localhost")
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": over https the CSRF check compares the referrer with our host.
    "Referrer-Policy": "same-origin",
}
_ALL = tuple(HEADERS.items())
TOLD = (400, 403, 404, 405, 413, 500)  # statuses for which the pages have a sentence
STRANGE_HOST = (
    "This service doesn't answer to that host name: set PUBLIC_URL to the address that you use."
)

_Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def protect(app: Flask, settings: Settings) -> CSRFProtect:
    """Guard every route. What is signed instead of CSRF-protected must be exempted by name."""
    app.config.update(
        SECRET_KEY=settings.secret("secret_key"),
        MAX_CONTENT_LENGTH=LARGEST,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https:"),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the browser's session: the phone page stays open
    )
    app.session_interface = _Sessions()
    app.wsgi_app = _with_headers(  # type: ignore[assignment, method-assign]
        _known_by(_hosts(settings), proxies.behind(settings.forwarded_allow_ips, app.wsgi_app))
    )
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(InternalServerError, _failed)
    app.register_error_handler(CSRFError, _stale)
    app.before_request(_without_nul)
    app.register_error_handler(OverflowError, _absurd)
    app.register_error_handler(StatementError, _absurd)
    return CSRFProtect(app)


class _Sessions(SecureCookieSessionInterface):
    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Without a cookie there is none to read, and a webhook never has one."""
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nor is there one to write where nobody looked into it."""
        if session or session.accessed or session.modified:
            super().save_session(app, session, response)


def _hosts(settings: Settings) -> list[str] | None:
    """On loopback we know our names, and another one is a page that points its own at us.

    Elsewhere a load balancer's probe names us by an address that nobody told us. (Nor can Werkzeug
    compare an IPv6 address.)
    """
    if settings.host not in OWN_NAMES:
        return None
    public = urlsplit(settings.public_url).hostname
    return [*OWN_NAMES, *([public] if public else [])]


def _known_by(names: list[str] | None, app: _Wsgi) -> _Wsgi:
    """Flask's TRUSTED_HOSTS, with each answer remembered: it reads the list anew for each request."""
    if names is None:
        return app
    trusted = lru_cache(maxsize=64)(partial(host_is_trusted, trusted_list=names))

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if trusted(environ.get("HTTP_HOST") or environ["SERVER_NAME"]):
            return app(environ, start_response)
        refusal = Response(f"{STRANGE_HOST}\n", 400, mimetype="text/plain")
        return refusal(environ, start_response)

    return answer


def _with_headers(app: _Wsgi) -> _Wsgi:
    """Around the whole application: Werkzeug's own way to four headers costs as much as signing.

    One that a page has set by itself stays as it is.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *failure: Any) -> Any:
            # A drawing brings a policy of its own along, a person's page another for referrers.
            given = [name for name, _ in headers if name in HEADERS]
            ours = [each for each in _ALL if each[0] not in given] if given else _ALL
            return start_response(status, [*headers, *ours], *failure)

        return app(environ, start)

    return answer


def _refused(error: HTTPException) -> BaseResponse:
    """A sentence given on purpose (abort) comes before the one for its status."""
    if error.code is None or error.code < 400:
        return error.get_response()
    given = error.description if error.description != type(error).description else None
    response = say(error.code, given or (f"{error.name}." if error.code not in TOLD else ""))
    response.headers.extend(each for each in error.get_headers() if each[0] != "Content-Type")
    return response


def _failed(error: InternalServerError) -> Response:
    return say(500)


def _without_nul() -> None:
    """PostgreSQL keeps none, and an answer that is being streamed can't be refused any more."""
    if "%00" in request.environ.get("QUERY_STRING", ""):
        abort(400)


def _absurd(error: OverflowError | StatementError) -> Response:
    """A number, a moment or a sign in an address that no row can hold. Raises all else again."""
    known = isinstance(error, OverflowError | DataError) or isinstance(error.orig, OverflowError)
    if not known:
        raise error
    return say(400)


def _stale(error: CSRFError) -> Response:
    return say(400, key="stale")


def say(status: int, sentence: str = "", *, key: str = "") -> Response:
    """A page for a browser, in its reader's language; a line in English for Twilio, curl and probes.

    Without a `sentence` it is the one under `key`, or that of the status.
    """
    for_browser = "text/html" in request.headers.get("Accept", "")
    if not for_browser or request.path.startswith("/dashboard"):
        speech.speak_only(DEFAULT)
    most = (request.max_content_length or LARGEST) // 1024  # a door may take more than others
    told = sentence or speech.plainly(f"site.error_{key or status}", MOST=most)
    if for_browser:
        page = render_template("error.html", status=status, sentence=told)
        return Response(page, status, mimetype="text/html")
    return Response(f"{told}\n", status, mimetype="text/plain")
