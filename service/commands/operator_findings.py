"""What doctor may find about those who open the dashboard, and the way they come in."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from config.addresses import LOOPBACK
from config.settings import Settings
from service.commands.findings import Finding
from service.operators import accounts


def of_operators(session: Session, settings: Settings) -> Iterator[Finding]:
    everybody = [each for each in accounts.everybody(session) if each.disabled_at is None]
    coming = settings.dashboard_password.get_secret_value() and not accounts.everybody(session)
    if not accounts.staffed(session) and not coming:
        yield Finding(
            "warning" if settings.real else "note",
            "no operator may change anything" if everybody else "nobody can open the dashboard",
            "people are looked up, helped and texted there",
            "run upright operators add NAME --role operator",
        )
    bare = sum(not each.totp_secret for each in everybody)
    if bare:
        yield Finding(
            "note",
            f"{bare} of {len(everybody)} {'account' if len(everybody) == 1 else 'accounts'} of the dashboard "
            f"{'has' if bare == 1 else 'have'} no code from an authenticator app",
            "whoever learns such a password sees people's texts",
            "set one up under /dashboard/account, or run upright operators totp NAME",
        )
    yield from _of_the_way(settings)


def _of_the_way(settings: Settings) -> Iterator[Finding]:
    if not settings.real:
        return
    if not settings.public_url.startswith("https:"):
        yield Finding(
            "warning",
            "the dashboard is reached over plain http",
            "passwords and sign-ins can be read on the way",
            "put a proxy with https before the service, and set PUBLIC_URL to its address",
        )
    elif settings.host not in LOOPBACK:
        yield Finding(
            "note",
            f"the service listens on {settings.host}, in plain http",
            "whoever reaches the port comes past the proxy: a password typed there can be read on the way",
            "let only the proxy reach the port, or unset HOST where it runs on this machine",
        )
