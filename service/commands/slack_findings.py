"""What doctor may find at Slack: the token, and what the app may do."""

from collections.abc import Iterator

from config.settings import Settings
from service.channels.slack import WEBHOOK
from service.channels.slack_account import SCOPES, SlackAccount
from service.commands.findings import Finding
from service.envelopes import SendFailed

PRINTED = "`upright slack manifest`"


def of_app(settings: Settings) -> Iterator[Finding]:
    if not settings.public_url.startswith("https:"):
        yield Finding(
            "error",
            "PUBLIC_URL is not set to an https address",
            "Slack calls us there: without it nothing that people write arrives",
            f"set it, and enter its {WEBHOOK} in the app as {PRINTED} prints it",
        )
    account = SlackAccount(
        token=settings.slack_bot_token.get_secret_value(), api_url=settings.slack_api_url
    )
    try:
        team = account.team()
    except SendFailed as failure:
        yield Finding(
            "error",
            f"Slack doesn't answer our questions ({failure.code})",
            failure.reason,
            "check SLACK_BOT_TOKEN and the way to slack.com",
        )
        return
    missing = sorted(set(SCOPES) - team.scopes)
    if missing:
        yield Finding(
            "error",
            f"the Slack app may not use {', '.join(missing)}",
            "without chat:write nothing is sent, without im:history nothing arrives and no text in "
            "doubt is looked up",
            f"compare its scopes with {PRINTED} and install it to the workspace again",
        )
