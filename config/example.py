"""The settings as files for people: config/example.env, and the table in docs/operating.md.

`python -m config.example` writes both again; a test keeps them so.
"""

from decimal import Decimal
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from config.settings import Settings

ROOT = Path(__file__).parent.parent
ENV = ROOT / "config" / "example.env"
PAGE = ROOT / "docs" / "operating.md"
BEGIN, END = "<!-- settings -->\n", "<!-- end of settings -->\n"

_HEAD = """\
# Every setting of Upright, with its default. Copy this file, take the # from the lines you set, and
# load it: `set -a; . ./my.env; set +a` in a shell, or EnvironmentFile= in a systemd unit.
# NAME_FILE=/path reads NAME from a file instead.
"""


def env_file() -> str:
    """config/example.env: each setting commented out, at its default."""
    blocks = [
        f"# {field.description}\n# {name.upper()}={_shell(_default(field))}\n"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join([_HEAD, *blocks])


def table() -> str:
    """The settings as a Markdown table."""
    rows = [
        f"| `{name.upper()}` | {_code(_default(field))} | {field.description} |\n"
        for name, field in Settings.model_fields.items()
    ]
    return "| Setting | Default | What it is |\n|---|---|---|\n" + "".join(rows)


def with_table(page: str) -> str:
    """The page with its settings table as it should be."""
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _default(field: FieldInfo) -> str:
    match field.default:
        case None:
            return ""
        case bool(switch):
            return str(int(switch))
        case SecretStr() as secret:
            return secret.get_secret_value()
        case str() | int() | float() | Decimal() | Path() as value:
            return str(value)
        case other:
            raise TypeError(f"say how a default of type {type(other).__name__} is written")


def _shell(value: str) -> str:
    return f'"{value}"' if " " in value else value


def _code(value: str) -> str:
    return f"`{value}`" if value else ""


def write() -> None:
    ENV.write_text(env_file())
    PAGE.write_text(with_table(PAGE.read_text()))


if __name__ == "__main__":
    write()
