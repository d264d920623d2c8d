"""`upright slack`: what a workspace needs to take the app in."""

import json
from typing import Any

import click

from config.settings import Settings, SettingsError, load
from messages import catalogue as catalogues
from messages.catalogue import DEFAULT, Catalogue
from service.channels.slack import COMMAND, EVENTS, WEBHOOK
from service.channels.slack_account import SCOPES

_OFFERED = ("POSTURE", "LIFT", "CHECK", "REMIND", "MENU")
_COLOUR = "#2f6f4f"


@click.group()
def slack() -> None:
    """Connect your Slack app."""


@slack.command()
@click.option(
    "--language", default=DEFAULT, show_default=True, help="In which the app is described."
)
def manifest(language: str) -> None:
    """Print the manifest to paste at api.slack.com, under Create New App."""
    settings = load()
    if not settings.public_url.startswith("https:"):
        raise SettingsError("set PUBLIC_URL to the https address of this service: Slack calls it")
    catalogue = catalogues.load(settings.programme_name)
    if language not in catalogue.languages:
        raise SettingsError(f"--language: choose one of {', '.join(catalogue.languages)}")
    told = described(settings, catalogue, language)
    click.echo(json.dumps(told, indent=2, ensure_ascii=False))


def described(settings: Settings, catalogue: Catalogue, language: str) -> dict[str, Any]:
    """The app as Slack's manifests describe one (https://docs.slack.dev/reference/app-manifest)."""
    name, does = settings.programme_name, catalogue.say("words.app_does", language)
    url = f"{settings.public_url}{WEBHOOK}"
    words = [catalogue.keyword(word, language) for word in _OFFERED]
    hint = ", ".join([*words, catalogue.say("words.answer.STOP", language)]).lower()
    command = {
        "command": COMMAND,
        "url": url,
        "description": does,
        "usage_hint": hint,
        "should_escape": False,
    }
    home = {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    return {
        "display_information": {"name": name, "description": does, "background_color": _COLOUR},
        "features": {
            "app_home": home,
            "bot_user": {"display_name": name, "always_online": True},
            "slash_commands": [command],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"request_url": url, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, "request_url": url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }
