"""What `upright doctor` finds about WhatsApp."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import responses

from config.settings import load
from service.channels.twilio_account import Console
from service.commands import twilio_findings
from service.commands.findings import Finding
from service.store.engine import open_store
from service.store.tables import Inbound
from tests.channels.whatsapp_line import NOTICE, SENDER, SID, SPANISH, TEMPLATES
from tests.cli.conftest import Upright
from tests.signed import ACCOUNT, PUBLIC_URL, TOKEN

ALONE = {
    "twilio_account_sid": ACCOUNT,
    "twilio_auth_token": TOKEN,
    "twilio_whatsapp_from": SENDER,
    "public_url": PUBLIC_URL,
    "secret_key": "k" * 32,
    "suppression_key": "s" * 32,
}
ONE = json.dumps(
    {
        "en": {
            "sid": SID,
            "variables": {"1": "{text}"},
            "notice": {"sid": SID, "variables": {"1": "{text}"}},
        }
    }
)
CONTENT = "https://content.twilio.com/v1/Content"


@pytest.fixture
def twilio() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as played:
        told = {"sid": ACCOUNT, "status": "active", "type": "Full"}
        played.get(f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}.json", json=told)
        yield played


def approval(twilio: responses.RequestsMock, sid: str = SID, **told: str) -> None:
    stands = {"type": "whatsapp", "status": "approved", "category": "UTILITY"} | told
    twilio.get(f"{CONTENT}/{sid}/ApprovalRequests", json={"sid": sid, "whatsapp": stands})


def found(templates: str) -> list[Finding]:
    return list(twilio_findings.of_account(load(**ALONE, whatsapp_templates=templates)))


def test_without_templates_doctor_says_that_no_reminder_is_promised(
    twilio: responses.RequestsMock,
) -> None:
    (finding,) = found("")
    assert (finding.level, finding.what) == ("warning", "no reminder is promised on WhatsApp")
    assert "WHATSAPP_TEMPLATES is empty" in finding.why


def test_approved_templates_are_in_order(twilio: responses.RequestsMock) -> None:
    approval(twilio)
    assert found(ONE) == []


def test_each_template_of_each_language_is_asked_about(twilio: responses.RequestsMock) -> None:
    approval(twilio)
    approval(twilio, NOTICE, status="paused")
    approval(twilio, SPANISH, status="rejected", rejection_reason="TAG_CONTENT_MISMATCH")
    errors = [finding.what for finding in found(TEMPLATES) if finding.level == "error"]
    assert errors == [
        f"the WhatsApp template {SPANISH} (es) is rejected (TAG_CONTENT_MISMATCH)",
        f"the WhatsApp template {NOTICE} (en notice) is paused",
    ]


@pytest.mark.parametrize(
    ("told", "level", "what", "mend"),
    [
        ({"status": "pending"}, "error", "is pending", "wait"),
        ({"status": "unsubmitted"}, "error", "is unsubmitted", "submit it"),
        ({"status": "disabled"}, "error", "is disabled", "another wording"),
        ({"category": "MARKETING"}, "warning", "counts as marketing", "as utility"),
    ],
)
def test_what_stands_in_a_templates_way_is_named_with_what_to_do(
    twilio: responses.RequestsMock, told: Mapping[str, str], level: str, what: str, mend: str
) -> None:
    approval(twilio, **told)
    finding = found(ONE)[0]
    assert finding.level == level
    assert what in finding.what
    assert mend in finding.mend


def test_a_template_of_another_account_is_an_error(twilio: responses.RequestsMock) -> None:
    twilio.get(f"{CONTENT}/{SID}/ApprovalRequests", status=404, json={"code": 20404})
    assert "is not in this account" in found(ONE)[0].what


def test_a_content_api_that_refuses_us_is_an_error(twilio: responses.RequestsMock) -> None:
    twilio.get(f"{CONTENT}/{SID}/ApprovalRequests", status=401, json={"code": 20003})
    (finding,) = found(ONE)
    assert "20003" in finding.what


def test_templates_without_a_notice_or_our_text_are_noted(twilio: responses.RequestsMock) -> None:
    approval(twilio)
    notes = found(json.dumps({"en": {"sid": SID}}))
    assert {finding.level for finding in notes} == {"note"}
    assert ["60 days" in notes[0].what, "no place for our text" in notes[1].what] == [True, True]


def test_the_content_api_is_where_the_others_are(twilio: responses.RequestsMock) -> None:
    twilio.reset()
    url = f"http://127.0.0.1:9/v1/Content/{SID}/ApprovalRequests"
    twilio.get(url, json={"sid": SID, "whatsapp": {"status": "approved"}})
    console = Console(account_sid=ACCOUNT, token=TOKEN, api_url="http://127.0.0.1:9")
    assert console.template(SID).status == "approved"


def test_until_a_text_has_come_doctor_says_where_to_enter_the_address(
    upright: Upright, twilio: responses.RequestsMock, tmp_path: Path
) -> None:
    shown = upright("doctor", **ALONE).stdout
    assert "no text has come by WhatsApp yet" in shown
    assert f"{PUBLIC_URL}/in/twilio" in shown
    assert "Paste our texts" not in shown  # Twilio answers no keyword there
    store = open_store(f"sqlite:///{tmp_path / 'upright.db'}")
    with store.write() as session:
        session.add(
            Inbound(
                channel="whatsapp", provider_id="SM1", at=datetime.now(UTC),
                intent="menu", topic="MENU", rule="exact",
            )
        )  # fmt: skip
    store.close()
    assert "no text has come" not in upright("doctor", **ALONE).stdout
