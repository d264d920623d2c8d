"""`upright telegram`: tie the bot to this service, or fetch its updates where nobody can call us."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from config.settings import Settings, SettingsError, load
from messages import catalogue as catalogues
from messages.catalogue import DEFAULT, Catalogue
from messages.keys import COMMANDS
from service import runtime as runtimes
from service.channels import telegram as channels
from service.channels.telegram_account import BotAccount
from service.commands.serve import prove
from service.ending import end_in_time
from service.envelopes import SendFailed
from service.polling import Listener
from service.store.migrate import migrate

_NAME = 32  # characters of a command
_DOES = 256  # characters of what it does


@click.group()
def telegram() -> None:
    """Connect your Telegram bot."""


@telegram.command("set-webhook")
def set_webhook() -> None:
    """Let Telegram call PUBLIC_URL, and list the keywords as the bot's commands."""
    settings = load()
    account = account_of(settings)
    secret = settings.telegram_webhook_secret.get_secret_value()
    if not settings.public_url.startswith("https:") or not secret:
        raise SettingsError(
            "set PUBLIC_URL to the https address of this service, and TELEGRAM_WEBHOOK_SECRET to a "
            "long random text of letters and digits (python3 -c 'import secrets; "
            "print(secrets.token_urlsafe(32))'); or run `upright telegram poll`"
        )
    url = f"{settings.public_url}{channels.WEBHOOK}"
    with _told():
        account.set_webhook(url, secret)
        _list_commands(account, catalogues.load(settings.programme_name))
        click.echo(f"{account.name()} calls {url} now.")


@telegram.command("delete-webhook")
def delete_webhook() -> None:
    """Let Telegram call nobody; what people write waits there for a day."""
    account = account_of(load())
    with _told():
        account.delete_webhook()
        click.echo(f"{account.name()} calls nobody now.")


@telegram.command()
@click.option("--migrate", "first", is_flag=True, help="Bring the database up to date first.")
@click.pass_context
def poll(ctx: click.Context, first: bool) -> None:
    """Fetch what people write, tick and send, without a public address; deletes the webhook."""
    settings = load()
    account = account_of(settings)
    if first:
        migrate(settings.database)
    prove(settings)
    runtime = runtimes.build(
        settings
    )  # before Telegram is told anything: it may be in use elsewhere
    ended = threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: ended.set())
    with _told():
        account.delete_webhook()
        _list_commands(account, runtime.catalogue)
        name = account.name()
    listener = Listener(account, runtime, ended)
    runtime.start()
    listener.start()
    click.echo(f"{name} is answered. Stop with Ctrl-C.")
    ended.wait()
    end_in_time()
    listener.join()
    runtime.close()
    if listener.broke:
        ctx.exit(1)


def account_of(settings: Settings) -> BotAccount:
    """Raises SettingsError."""
    token = settings.telegram_bot_token.get_secret_value()
    if not token:
        raise SettingsError("set TELEGRAM_BOT_TOKEN to the token that @BotFather gave you")
    return BotAccount(token=token, api_url=settings.telegram_api_url)


def _list_commands(account: BotAccount, catalogue: Catalogue) -> None:
    """In each language for those who speak it; in the first one for everybody else."""
    account.set_commands(list(_commands(catalogue, DEFAULT)))
    for language in catalogue.languages:
        account.set_commands(list(_commands(catalogue, language)), language)


def _commands(catalogue: Catalogue, language: str) -> Iterator[tuple[str, str]]:
    """A keyword that Telegram can't spell (it knows a-z, 0-9 and _) goes by its English name."""
    does = {name: catalogue.say(f"words.does.{name}", language) for name in COMMANDS}
    does |= {topic.name: topic.title for topic in catalogue.topics(language).values()}
    for name, what in does.items():
        word = catalogue.word(name, language).lower()
        spelt = word if word.isascii() and word.isidentifier() else name.lower()
        yield spelt[:_NAME], what[:_DOES]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except SendFailed as failure:
        raise SettingsError(f"Telegram: {failure.reason}") from failure
