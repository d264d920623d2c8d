"""The command line: `upright`. Each command is a door; what goes wrong is said in one sentence."""

from importlib.metadata import version

import click

from config.settings import SettingsError
from messages.catalogue import CatalogueError
from service.commands.doctor import doctor
from service.commands.evaluating import evaluate
from service.commands.operators import operators
from service.commands.paper import poster
from service.commands.people import people
from service.commands.rehearse import rehearse
from service.commands.serve import clock, serve, worker
from service.commands.slack import slack
from service.commands.telegram import telegram
from service.commands.texting import say, understand
from service.commands.upkeep import backup, check, migrate
from service.store.engine import StoreBusy, StoreFailed

_EXPECTED = (SettingsError, CatalogueError, StoreBusy, StoreFailed)


class Upright(click.Group):
    """A group whose commands end with a sentence and exit code 2 where an operator must act."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except _EXPECTED as error:
            click.echo(f"upright: {error}", err=True)
            ctx.exit(2)


@click.group(cls=Upright, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("upright"), prog_name="upright")
def main() -> None:
    """Back care by text message: keyword answers and hourly stand-up-and-stretch reminders.

    Settings come from the environment; see config/example.env and docs/operating.md.
    """


for command in (
    serve,
    clock,
    worker,
    migrate,
    backup,
    doctor,
    say,
    understand,
    evaluate,
    rehearse,
    people,
    operators,
    poster,
    slack,
    telegram,
    check,
):
    main.add_command(command)

if __name__ == "__main__":
    main()
