"""config/example.env and the settings table are made from the settings."""

from pathlib import Path

from config import example
from config.settings import Settings


def test_example_env_is_as_the_settings_are() -> None:
    assert example.ENV.read_text() == example.env_file(), "run python -m config.example"


def test_the_table_of_settings_is_as_the_settings_are() -> None:
    page = example.PAGE.read_text()
    assert page == example.with_table(page), "run python -m config.example"


def test_example_env_taken_as_it_is_gives_the_defaults(tmp_path: Path) -> None:
    lines = [line.removeprefix("# ") for line in example.env_file().splitlines() if "=" in line]
    given = {
        key.lower(): value.strip('"')
        for key, value in (line.split("=", 1) for line in lines if line.split("=")[0].isupper())
        if value
    }
    assert given.keys() <= Settings.model_fields.keys() | {"name_file"}
    given.pop("name_file", None)
    assert Settings(**given) == Settings.model_validate({})  # type: ignore[arg-type]
