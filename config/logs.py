"""Log lines, for people or for machines. Numbers, tokens and what people wrote never get into them."""

import json
import logging
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from logging.config import dictConfig
from typing import Any

from pydantic import SecretStr

from config.settings import Settings

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
SHORTEST_SECRET = 6  # masking a shorter one would blacken ordinary words
_THEIRS = "Body|ProfileName|ButtonText|ButtonPayload|ContentVariables|WaId"
# Order matters: what holds a text is cut before the numbers in it are looked for.
_MASKS = (
    # SQLAlchemy's parameters, a form's Body and a JSON body: what people wrote, or call themselves.
    (re.compile(r"\[parameters: .*"), "[parameters: ***]"),
    (re.compile(rf"\b({_THEIRS})=[^&\s]*"), r"\1=***"),
    (
        re.compile(rf"""(["']?\b(?:body|{_THEIRS})["']?: )("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""),
        r"\1***",
    ),
    (re.compile(r"\b(Basic|Bearer) [\w+/=.~-]{6,}"), r"\1 ***"),
    (re.compile(r"(://[^/\s:@]*):[^/\s@]+@"), r"\1:***@"),
    (re.compile(r"(/me/)[\w-]+"), r"\1***"),  # a link opens somebody's page
    # A number with + or its %2B, spaced or not; the last two digits tell operators who is meant.
    (re.compile(r"(?:\+|%2[Bb])[1-9][\d ().-]{4,18}(\d\d)"), r"+***\1"),
    (re.compile(r"(?<![\w.:-])\d{8,13}(\d\d)(?![\w.:])"), r"***\1"),
)


def mask(line: str, secrets: Iterable[str] = ()) -> str:
    """The line without phone numbers, tokens and bodies."""
    for secret in secrets:
        line = line.replace(secret, "***")
    for pattern, shown in _MASKS:
        line = pattern.sub(shown, line)
    return line


class Readable(logging.Formatter):
    """The whole line is masked, its traceback included: that repeats what an error was about."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__(LINE)
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record), self._secrets)


class Json(logging.Formatter):
    """One object a line: time (UTC), level, logger, message and, where one was raised, error."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": mask(record.getMessage(), self._secrets),
        }
        if record.exc_info:
            said["error"] = mask(self.formatException(record.exc_info), self._secrets)
        return json.dumps(said, ensure_ascii=False)


def scheme(settings: Settings) -> dict[str, Any]:
    """What logging.config.dictConfig and gunicorn's logconfig_dict take: all of it to stderr."""
    kind = Json if settings.log_format == "json" else Readable
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"upright": {"()": kind, "secrets": _secrets(settings)}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "upright",
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"level": "INFO", "handlers": ["stderr"]},
        "loggers": {
            "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
            # They say every beat and every address at INFO.
            "apscheduler": {"level": "WARNING"},
            "twilio": {"level": "WARNING"},
            "alembic": {"level": "WARNING"},
        },
    }


def configure(settings: Settings) -> None:
    dictConfig(scheme(settings))


def _secrets(settings: Settings) -> list[str]:
    """Each part of each secret setting: some are lists."""
    hidden = [value for _, value in settings if isinstance(value, SecretStr)]
    parts = [part for value in hidden for part in re.split(r"[,\s]+", value.get_secret_value())]
    return sorted((part for part in parts if len(part) >= SHORTEST_SECRET), key=len, reverse=True)
