"""What operators read, and what they never find in it."""

import json
import logging
import sys
from logging.config import dictConfig

import pytest
from pydantic import SecretStr

from config import logs
from config.settings import load

TOKEN = "0123456789abcdef0123456789abcdef"


def formatted(form: str, message: str, *values: object, error: bool = False) -> str:
    settings = load(
        log_format=form,
        secret_key=SecretStr("k" * 20),
        suppression_key=SecretStr("newest-key,older-key"),
        alert_urls=SecretStr("mailto://me:pass@example.org slack://tokenA/tokenB"),
    )
    made = logs.scheme(settings)["formatters"]["upright"]
    info = sys.exc_info() if error else None
    record = logging.LogRecord("service.web", logging.ERROR, "x.py", 1, message, values, info)
    formatter: logging.Formatter = made["()"](made["secrets"])
    return formatter.format(record)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("sent to +14155550123", "1415555"),
        ("sent to whatsapp:+4915123456789.", "4915123"),
        ("sent to +1 (415) 555-0123", "555"),
        ("GET /Messages.json?To=%2B14155550123&PageSize=50", "1415555"),
        ("person 14155550123 unknown", "1415555"),
        ("MessageSid=SM1&Body=my+legs+are+numb&From=%2B14155550123", "legs"),
        ("From=x&ProfileName=Ada+Back&WaId=5215512345678", "Ada"),
        ("ButtonText=Hecho&ButtonPayload=DONE", "Hecho"),
        ("{'ProfileName': 'Ada Back', 'Body': 'x'}", "Ada"),
        ("WaId=123456&x=1", "123456"),
        ('{"body": "my \\"legs\\" are numb", "sid": "SM1"}', "legs"),
        ("{'body': 'my legs are numb'}", "legs"),
        ("[SQL: INSERT INTO entry]\n[parameters: ('my legs are numb',)]", "legs"),
        ("Authorization: Basic QUMwMDA6c2VjcmV0", "QUMw"),
        ("postgresql://upright:hunter2@db/upright", "hunter2"),
        ("signed with older-key", "older-key"),
        ("alert to slack://tokenA/tokenB failed", "tokenB"),
        ("key " + "k" * 20, "kkk"),
        ("Exception on /me/aaaaaaljuxbbax37itvmkopmaixuiypb [GET]", "aaaaaalj"),
    ],
)
def test_numbers_tokens_and_texts_are_masked(form: str, line: str, hidden: str) -> None:
    assert hidden not in formatted(form, "%s", line)
    assert "***" in formatted(form, "%s", line)


@pytest.mark.parametrize(
    "line",
    [
        "tick plan=12 slot=2026-03-02T14:50:00+00:00 rows=10000",
        "2026-03-02 14:50:00,123",
        "SM0123456789abcdef0123456789abcdef is delivered",
        "attempt=4f0c2d9e81b7a635 code=21610 wait=0.5",
        "took 1234567 rows at http://127.0.0.1:8000/phone",
        "clock went back by 12 s (+0100)",
        "upright-0.1.0 listens on 127.0.0.1:8000",
    ],
)
def test_what_operators_need_stays_readable(line: str) -> None:
    assert logs.mask(line) == line


def test_the_last_two_digits_tell_operators_who_is_meant() -> None:
    assert logs.mask("sent to +14155550123.") == "sent to +***23."


def test_an_error_is_masked_with_its_traceback() -> None:
    try:
        raise ValueError("no plan for +14155550123")
    except ValueError:
        for form in ("text", "json"):
            line = formatted(form, "inbound_failed", error=True)
            assert "no plan for +***23" in line
            assert "Traceback" in line


def test_a_json_line_is_one_object() -> None:
    said = json.loads(formatted("json", "tick rows=%d\nnext line", 3))
    assert said["message"] == "tick rows=3\nnext line"
    assert (said["level"], said["logger"]) == ("ERROR", "service.web")
    assert said["time"].endswith("+00:00")


def test_a_text_line_says_when_who_and_what() -> None:
    assert formatted("text", "tick").endswith(" ERROR service.web: tick")


def test_the_scheme_is_one_that_logging_takes(capfd: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        dictConfig(logs.scheme(load(log_format="text")))
        logging.getLogger("service").info("sent to +14155550123")
        logging.getLogger("twilio.http_client").info("not said")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    said = capfd.readouterr()
    assert "service: sent to +***23" in said.err
    assert "not said" not in said.err
    assert said.out == ""
