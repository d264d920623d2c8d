import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
import responses

from messages import catalogue as catalogues
from service.commands import findings
from service.store.engine import open_store
from service.store.tables import AddressRow, Entry, Inbound, Person
from tests.cli.conftest import Upright
from tests.databases import Database

SID = "AC" + "1" * 32
TWILIO = {
    "twilio_account_sid": SID,
    "twilio_auth_token": "token-that-stays-secret",
    "twilio_from": "+14155550123",
    "public_url": "https://upright.example.org",
    "secret_key": "key-that-stays-secret",
    "suppression_key": "other-key",
    "support_contact": "help.example.org",
}
API = f"https://api.twilio.com/2010-04-01/Accounts/{SID}"
HOOK = "https://upright.example.org/in/twilio#rc=2&rp=ct,rt,5xx"

MESSAGES = findings.of_messages
read_once = cache(lambda today: list(MESSAGES(today)))
load_once = cache(catalogues.load)


@pytest.fixture(autouse=True)
def _messages_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some seconds that say the same each time."""
    monkeypatch.setattr(findings, "of_messages", read_once)
    monkeypatch.setattr(catalogues, "load", load_once)


@pytest.fixture
def account() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as played:
        yield played


def tell(
    account: responses.RequestsMock,
    *,
    status: str = "active",
    kind: str = "Full",
    url: str = HOOK,
    method: str = "POST",
) -> None:
    account.get(f"{API}.json", json={"sid": SID, "status": status, "type": kind})
    number = {"phone_number": "+14155550123", "sms_url": url, "sms_method": method}
    account.get(
        re.compile(re.escape(API) + r"/IncomingPhoneNumbers\.json"),
        json={"incoming_phone_numbers": [number], "page_size": 1},
    )


def put(tmp_path: Path, *rows: Entry | Inbound) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'upright.db'}")
    with store.write() as session:
        session.add_all(rows)
    store.close()


def entry(**fields: object) -> Entry:
    now = datetime.now(UTC)
    values = {"kind": "reminder", "created_at": now, "not_before": now} | fields
    return Entry(**values)


def test_a_demo_has_no_errors(upright: Upright) -> None:
    result = upright("doctor")
    assert result.exit_code == 0, result.output
    assert "no real channel is set up" in result.stdout
    assert "0 errors" in result.stdout


def test_help_names_as_many_reminders_as_joining_agrees_to() -> None:
    assert Person.__table__.c.agreed.default.arg == findings.AGREED


def test_texts_without_a_clinicians_name_are_counted(upright: Upright) -> None:
    texts = findings.reviews(date(2026, 3, 2))
    said = f"no clinician's name stands on {texts.unsigned} of {texts.all} texts"
    assert said in upright("doctor").stdout


def test_a_review_holds_for_a_year(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en/replies.toml").write_text(
        "".join(
            f'[{name}]\nreviewer = "Dr A. Example"\nreviewed = {day}\n'
            for name, day in {
                "A": '"2026-02-01"',
                "B": '"2025-02-01"',
                "C": '""',
                "D": '"soon"',
                "E": "2024-01-01",
            }.items()
        )
    )
    assert findings.reviews(date(2026, 2, 2), tmp_path) == (5, 1, 1)
    assert findings.reviews(date(2027, 2, 2), tmp_path) == (5, 1, 2)


def test_each_finding_says_what_why_and_how_to_mend_it(upright: Upright) -> None:
    shown = upright("doctor").stdout
    found = len(re.findall(r"^(error|warning|note) ", shown, re.M))
    assert found == shown.count("why:  ") == shown.count("mend: ") > 0


def test_a_database_that_is_not_there_is_an_error(upright: Upright, tmp_path: Path) -> None:
    (tmp_path / "upright.db").unlink()
    result = upright("doctor")
    assert result.exit_code == 1
    assert "upright migrate" in result.stdout


def test_a_clock_behind_the_newest_text_is_an_error(upright: Upright, tmp_path: Path) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=3, minutes=1)
    put(tmp_path, entry(created_at=ahead, not_before=ahead))
    result = upright("doctor")
    assert "the machine's clock stands 3 hours before the newest text" in result.stdout
    assert result.exit_code == 1


def test_a_text_that_waits_too_long_is_an_error(upright: Upright, tmp_path: Path) -> None:
    put(tmp_path, entry(not_before=datetime.now(UTC) - timedelta(hours=1)))
    assert "1 text queued for more than 10 minutes" in upright("doctor").stdout


def test_errors_of_the_last_day_are_named_by_their_code(upright: Upright, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    fault = "30034: The number is not registered."
    failed = {"state": "failed", "error": fault, "settled_at": now}
    old = failed | {"settled_at": now - timedelta(days=2)}
    put(tmp_path, entry(**failed), entry(**failed), entry(**old))
    assert f"2 texts failed in the last day: {fault}" in upright("doctor").stdout


def test_reminders_to_a_channel_that_is_not_set_up_are_a_warning(
    upright: Upright, tmp_path: Path
) -> None:
    upright("migrate")
    store = open_store(f"sqlite:///{tmp_path}/upright.db")
    with store.write() as session:
        person = Person(created_at=datetime(2026, 3, 2, tzinfo=UTC), state="active")
        session.add(person)
        session.flush()
        session.add(AddressRow(person_id=person.id, channel="slack", handle="U77", standing="in"))
    store.close()
    assert "reminders of 1 person go to slack, which isn't set up" in upright("doctor").stdout


def test_a_twilio_account_in_order_leaves_only_what_is_ours(
    upright: Upright, account: responses.RequestsMock
) -> None:
    tell(account)
    shown = upright("doctor", **TWILIO).stdout
    assert "texts to" not in shown
    assert "account is" not in shown


@pytest.mark.parametrize(
    ("told", "finding"),
    [
        ({"url": "https://old.example.org/sms"}, "go to https://old.example.org/sms"),
        ({"url": ""}, "go to no address"),
        ({"method": "GET"}, "come by GET"),
        ({"status": "suspended"}, "the Twilio account is suspended"),
        ({"kind": "Trial"}, "the Twilio account is a trial"),
        ({"url": HOOK.partition("#")[0]}, "only when no connection is made"),
    ],
)
def test_what_is_wrong_at_twilio_is_found(
    upright: Upright, account: responses.RequestsMock, told: dict[str, str], finding: str
) -> None:
    tell(account, **told)
    assert finding in upright("doctor", **TWILIO).stdout


def test_a_wrong_token_is_an_error_and_is_not_printed(
    upright: Upright, account: responses.RequestsMock
) -> None:
    account.get(f"{API}.json", status=401, json={"code": 20003, "message": "Authenticate"})
    result = upright("doctor", **TWILIO)
    assert result.exit_code == 1
    assert "20003" in result.stdout
    assert "stays-secret" not in result.output


def test_the_texts_to_paste_at_twilio_name_the_emergency_number(
    upright: Upright, account: responses.RequestsMock
) -> None:
    tell(account)
    shown = upright("doctor", **TWILIO).stdout
    assert re.search(r"^  STOP +Upright: .*911", shown, re.M)
    assert re.search(r"^  HELP +Upright: .*help\.example\.org", shown, re.M)
    assert "Paste our texts" not in upright("doctor", **TWILIO, keyword_replies="app").stdout


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"support_contact": ""}, "SUPPORT_CONTACT is empty"),
        ({"public_url": "https://upright.example.org/sub"}, "PUBLIC_URL has a path"),
        ({"public_url": "http://127.0.0.1:8000"}, "PUBLIC_URL is an address of this machine only"),
        ({"phone_page": "1"}, "the phone page is on beside a real channel"),
        ({"alert_urls": ""}, "nobody is alerted"),
        (
            {"twilio_from": "", "twilio_messaging_service_sid": f"MG{'0' * 32}"},
            "nobody can join at /join",
        ),
        (
            {
                "telegram_bot_token": "123456789:" + "A" * 35,
                "telegram_api_url": "http://127.0.0.1:1",
            },
            "TELEGRAM_NAME is empty",
        ),
        ({"alert_urls": "nonsense"}, "ALERT_URLS: address number 1 can't be used"),
    ],
)
def test_settings_that_would_hurt_are_found(
    upright: Upright, account: responses.RequestsMock, changed: dict[str, str], finding: str
) -> None:
    tell(account)
    assert finding in upright("doctor", **TWILIO | changed).stdout


@pytest.mark.server("postgresql")
def test_a_database_on_a_server_is_looked_into_as_well(
    upright: Upright, on_server: Database
) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=2)
    store = open_store(on_server.url)
    with store.write() as session:
        session.add(entry(created_at=ahead, error="30007 filtered", settled_at=datetime.now(UTC)))
    store.close()
    result = upright("doctor", database_url=on_server.url)
    on_server.empty()
    assert result.exit_code == 1
    assert "the database server's clock stands 1 hour before the newest text" in result.stdout
    assert "1 text failed in the last day: 30007 filtered" in result.stdout


def test_a_server_that_doesnt_answer_is_named_without_its_password(upright: Upright) -> None:
    url = "postgresql+psycopg://us:sesame@127.0.0.1:1/upright"
    result = upright("doctor", database_url=url)
    assert result.exit_code == 1
    assert "the database server can't be reached" in result.stdout
    assert "sesame" not in result.output
