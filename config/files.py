"""Settings that stand in files: secrets handed over as NAME_FILE, and those made once for a demo."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource

from config.failures import SettingsError


def made_once(path: Path) -> str:
    """The secret in this file; made if it isn't there. Whole or not at all: link() is atomic."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with NamedTemporaryFile("w", dir=path.parent, prefix=".secret-") as file:  # mode 0600
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):  # another process was faster: its secret is used
                os.link(file.name, path)
    secret = path.read_text().strip()
    if not secret:
        raise SettingsError(f"{path} is empty: restore it from a backup, or remove it")
    return secret


class FileSource(EnvSettingsSource):
    """NAME_FILE=/run/secrets/name reads NAME from that file (containers hand secrets over so)."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = self.env_vars.get(f"{field_name}_file")
        if not path:
            return None, field_name, False
        try:
            return Path(path).read_text().strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "not a text file"
            raise SettingsError(
                f"{field_name.upper()}_FILE={path} can't be read ({why}): "
                "point it to a readable file"
            ) from error
