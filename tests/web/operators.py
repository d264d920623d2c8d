"""Operators at the dashboard, each in a browser of their own."""

import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.app import create_app
from service.operators import accounts
from service.runtime import Runtime
from service.store.operator_tables import Audit

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Desk:
    """A browser, and the service whose dashboard it shows."""

    runtime: Runtime
    client: FlaskClient

    def token(self, page: str = "/dashboard/sign-in") -> str:
        """The CSRF token of a page's form."""
        shown = self.client.get(page, follow_redirects=True).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', shown)
        assert found, f"no form at {page}"
        return found[1]

    def post(self, path: str, page: str = "/dashboard", **form: object) -> TestResponse:
        """Send a form as it stands on a page."""
        return self.client.post(path, data={"csrf_token": self.token(page), **form})

    def sign_in(self, name: str, password: str = PASSWORD, **form: object) -> TestResponse:
        return self.post(
            "/dashboard/sign-in", "/dashboard/sign-in", name=name, password=password, **form
        )


def desk(runtime: Runtime) -> Desk:
    """A browser in which nobody is signed in."""
    return Desk(runtime, create_app(runtime).test_client())


def signed_in(runtime: Runtime, role: str = "operator") -> Desk:
    """One in which somebody with this role is, under the role's name."""
    with runtime.store.write() as session:
        if accounts.find(session, role) is None:
            accounts.add(session, role, role, PASSWORD, runtime.clock.wall())
    browser = desk(runtime)
    assert browser.sign_in(role).status_code == 303
    return browser


def audited(runtime: Runtime, action: str) -> list[tuple[str, int | None, dict[str, Any]]]:
    """Who did this, to whom, and what else the audit says of it."""
    with runtime.store.read() as session:
        lines = session.scalars(select(Audit).where(Audit.action == action).order_by(Audit.id))
        return [(line.name, line.person_id, line.detail) for line in lines]
