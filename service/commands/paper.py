"""A poster or a sheet of cards from the command line."""

from pathlib import Path

import click

from config.settings import SettingsError, load
from messages import catalogue as catalogues
from messages import page_words
from messages.catalogue import DEFAULT
from messages.paper import faces
from service import printing

UNEMBEDDED = (
    "No Chinese font that can be put into a PDF is on this machine: print the sheet where one is installed, "
    "or install one here (Debian, Ubuntu: apt install fonts-wqy-microhei) and make it again."
)


@click.command()
@click.option("--language", default=DEFAULT, show_default=True, help="Its language: en, es or zh.")
@click.option("--card", is_flag=True, help="Four A6 cards to cut out, instead of the poster.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; without it poster.en.pdf, cards.es.pdf and the like.",
)
def poster(language: str, card: bool, output: Path | None) -> None:
    """Make the poster, or cards, that ask people to join, as a PDF to print on A4."""
    settings = load()
    catalogue = catalogues.load(settings.programme_name, settings.support_contact)
    if language not in catalogue.languages:
        known = ", ".join(catalogue.languages)
        raise click.BadParameter(f"it is not one of {known}", param_hint="--language")
    try:
        said = printing.told(settings, catalogue, page_words.load(), language)
    except printing.Unset as error:
        raise SettingsError(str(error)) from error
    kind = "cards" if card else "poster"
    file = output or Path(f"{kind}.{language}.pdf")
    try:
        file.write_bytes(printing.pdf_of(kind, said))
    except OSError as error:
        raise click.FileError(str(file), error.strerror) from error
    click.echo(f"Wrote {file}.")
    if language == "zh" and faces.chinese() == faces.NAMED:
        click.echo(UNEMBEDDED, err=True)
