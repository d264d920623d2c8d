"""What every door needs: the service behind this application, and answers that no cache keeps."""

from flask import Response, current_app

from service.runtime import Runtime


def runtime() -> Runtime:
    found: Runtime = current_app.extensions["upright"]
    return found


def not_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
