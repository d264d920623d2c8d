"""What every door needs: the service behind this application, who asks, and answers that no cache keeps."""

from flask import Response, current_app

from service.operators import throttle
from service.runtime import Runtime
from service.web import proxies


def runtime() -> Runtime:
    found: Runtime = current_app.extensions["upright"]
    return found


def key() -> str:
    return runtime().settings.secret("secret_key")


def origin() -> str:
    """By which one client is told from others without keeping its address."""
    return throttle.place(key(), proxies.client())


def not_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
