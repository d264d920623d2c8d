"""The whole service on WhatsApp: signed texts in at Twilio's door, TwiML and templates out."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.app import create_app
from service.outbox.windows import ENOUGH, NO_WORDING
from service.runtime import Runtime
from service.store.tables import AddressRow, Base, Consent, Dialogue, Entry, Inbound, Person
from tests.channels.test_whatsapp import NOTICE, SENDER, SID, TEMPLATES, case
from tests.conftest import BOTH
from tests.loopback import Loopback, loopback
from tests.phone import Phone, Wall
from tests.signed import ACCOUNT, PUBLIC_URL, SERVICE_NUMBER, TOKEN, post_signed, status

pytestmark = BOTH

NUMBER = "+12125550123"
_ids = count(1)
ONLY_REMINDERS = json.dumps({"en": {"sid": SID, "variables": {"1": "{text}"}}})


@dataclass
class Ada:
    """Somebody who writes on WhatsApp, and by SMS from the same number."""

    runtime: Runtime
    client: FlaskClient
    api: Loopback
    phone: Phone

    def post(self, form: dict[str, str]) -> TestResponse:
        return post_signed(self.client, "/in/twilio", form)

    def hears(self, words: str, number: str = NUMBER, **fields: str) -> str:
        """What a WhatsApp text brings at once."""
        sid = f"SM{next(_ids):032x}"
        sender = {"From": f"whatsapp:{number}", "Body": words, "MessageSid": sid, "SmsSid": sid}
        return said(self.post(case("in.text")["form"] | sender | fields))

    def hears_by_sms(self, words: str, number: str = NUMBER, **fields: str) -> str:
        sid = f"SM{next(_ids):032x}"
        form = {"MessageSid": sid, "AccountSid": ACCOUNT, "From": number, "To": SERVICE_NUMBER}
        return said(self.post(form | {"Body": words} | fields))

    def joins(self) -> "Ada":
        self.hears("REMIND")
        self.hears("YES")
        return self

    def rests_until(self, hour: int, minute: int = 55, day: int = 2) -> list[dict[str, str]]:
        """Let time pass; what went out at Twilio meanwhile."""
        before = len(self.api.sent)
        self.phone.until(2026, 3, day, hour, minute)
        return self.api.sent[before:]

    def told(self, receipt: str, attempt: int = -1, **fields: str) -> None:
        """Twilio's receipt for a text that went out."""
        callback = self.api.sent[attempt]["StatusCallback"].partition("#")[0]
        form = case(f"status.{receipt}")["form"] | fields
        form |= {"MessageSid": self.api.messages[attempt]["sid"]}
        answer = post_signed(self.client, callback.removeprefix(PUBLIC_URL), form)
        assert answer.status_code == 204

    def standing(self, channel: str = "whatsapp") -> str:
        with self.runtime.store.read() as session:
            wanted = select(AddressRow.standing).where(AddressRow.channel == channel)
            return session.scalars(wanted).one()

    def count(self, table: type[Base]) -> int:
        with self.runtime.store.read() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def started(self) -> list[Entry]:
        return [entry for entry in self.phone.entries() if entry.slot]


def said(response: TestResponse) -> str:
    assert response.status_code == 200
    return "\n".join(message.text or "" for message in ET.fromstring(response.data))


@pytest.fixture
def make(service: Callable[..., Runtime], wall: Wall) -> Iterator[Callable[..., Ada]]:
    with loopback() as api:

        def person(**changes: object) -> Ada:
            account = {
                "twilio_account_sid": ACCOUNT,
                "twilio_auth_token": SecretStr(TOKEN),
                "twilio_from": SERVICE_NUMBER,
                "twilio_whatsapp_from": SENDER,
                "whatsapp_templates": TEMPLATES,
                "twilio_api_url": api.url,
                "public_url": PUBLIC_URL,
            }
            runtime = service(**account | changes)
            phone = Phone(runtime, wall, NUMBER, "whatsapp")
            return Ada(runtime, create_app(runtime).test_client(), api, phone)

        yield person


@pytest.fixture
def ada(make: Callable[..., Ada]) -> Ada:
    return make()


def test_somebody_joins_and_is_reminded_freely_within_the_session(ada: Ada) -> None:
    assert "Reply YES" in ada.hears("REMIND")
    assert "You're in" in ada.hears("YES")
    (reminder,) = ada.rests_until(9)
    entry = ada.started()[-1]
    assert (reminder["To"], reminder["From"]) == (f"whatsapp:{NUMBER}", f"whatsapp:{SENDER}")
    assert reminder["Body"] == entry.text
    ada.told("read")
    assert ada.started()[-1].state == "delivered"


def test_a_day_later_two_reminders_go_by_template_and_no_more(ada: Ada) -> None:
    ada.joins()
    assert len(ada.rests_until(20)) == 7
    went = ada.rests_until(20, day=3)
    texts = {entry.id: entry.text for entry in ada.started() if entry.params.get("cold")}
    assert [form["ContentSid"] for form in went] == [SID, SID]
    assert [form["ContentVariables"] for form in went] == [
        json.dumps({"1": "Upright", "2": text.removeprefix("Upright: ")}, ensure_ascii=False)
        for text in texts.values()
    ]
    assert all("Body" not in form for form in went)
    dropped = [entry for entry in ada.started() if entry.state == "dropped"]
    assert {entry.error for entry in dropped} == {ENOUGH}
    assert len(dropped) == 5


def test_a_button_of_the_template_counts_as_its_word_and_opens_the_session(ada: Ada) -> None:
    ada.joins()
    ada.rests_until(9, day=3)
    button = {"ButtonPayload": "DONE", "ButtonText": "Hecho", "MessageType": "button"}
    assert ada.hears("Hecho", **button)
    with ada.runtime.store.read() as session:
        newest = session.scalars(select(Inbound).order_by(Inbound.id.desc())).first()
    assert newest is not None
    assert newest.topic == "DONE"
    assert "Body" in ada.rests_until(10, day=3)[-1]


def test_stop_and_help_are_answered_by_us_whatever_the_provider_does_for_sms(
    ada: Ada,
) -> None:
    ada.joins()
    assert ada.hears("HELP")
    assert "unsubscribed" in ada.hears("STOP")
    assert ada.standing() == "out"
    assert ada.hears_by_sms("HELP") == ""  # there Twilio has answered
    assert ada.hears("START")
    assert ada.standing() == "in"


def test_an_opt_out_that_twilio_has_confirmed_is_not_confirmed_again(ada: Ada) -> None:
    assert ada.joins().hears("STOP", OptOutType="STOP") == ""
    assert ada.standing() == "out"


def test_a_number_on_sms_and_whatsapp_is_two_people_until_it_says_stop(ada: Ada) -> None:
    ada.joins()
    ada.hears_by_sms("REMIND")
    ada.hears_by_sms("YES")
    assert ada.count(Person) == 2
    assert len(ada.rests_until(9)) == 2
    assert ada.hears("STOP")
    assert (ada.standing("sms"), ada.standing("whatsapp")) == ("out", "out")
    assert ada.rests_until(20) == []
    with ada.runtime.store.read() as session:
        events = session.scalars(select(Consent.event).where(Consent.event == "withdrawn")).all()
    assert len(events) == 2
    ada.hears_by_sms("JOIN")  # nobody blocks us there, so JOIN may ask again
    ada.hears_by_sms("YES")
    assert (ada.standing("sms"), ada.standing("whatsapp")) == ("in", "out")


@pytest.mark.parametrize("words", ["STOP", "leave me alone"])
def test_an_opt_out_by_sms_silences_what_is_queued_on_whatsapp(ada: Ada, words: str) -> None:
    ada.joins()
    ada.hears_by_sms("LIFT")
    ada.phone.wall.moment += timedelta(minutes=50)
    ada.runtime.tick()
    ada.hears_by_sms(words)
    ada.runtime.drain()
    assert [entry.state for entry in ada.started()] == ["dropped"]
    assert ada.api.sent == []


@pytest.mark.parametrize(
    ("sms", "whatsapp"), [("+525512345678", "+5215512345678"), ("+541123456789", "+5491123456789")]
)
def test_stop_knows_a_number_that_whatsapp_writes_otherwise(
    ada: Ada, sms: str, whatsapp: str
) -> None:
    ada.hears("REMIND", whatsapp)
    ada.hears("YES", whatsapp)
    ada.hears_by_sms("STOP", sms)
    assert ada.standing() == "out"


def test_stop_leaves_other_numbers_alone(ada: Ada) -> None:
    ada.joins().hears_by_sms("STOP", "+12125550124")
    assert ada.standing() == "in"


def test_whoever_blocks_the_sender_is_out_there(ada: Ada) -> None:
    ada.joins().rests_until(9)
    ada.told("opted_out")
    assert ada.standing() == "out"


def test_a_session_that_was_over_after_all_lets_the_next_go_by_template(ada: Ada) -> None:
    ada.joins().rests_until(9)
    ada.told("session_over")
    failed = ada.started()[-1]
    assert failed.state == "failed"
    assert failed.error.startswith("63016: More than 24 hours")
    assert [form.get("ContentSid") for form in ada.rests_until(10)] == [SID]
    ada.hears("DONE")
    assert [form.get("ContentSid") for form in ada.rests_until(12)] == [None]


def test_a_template_that_meta_paused_is_told_to_operators_and_the_rest_goes_on(
    ada: Ada,
) -> None:
    ada.joins().rests_until(20)
    ada.rests_until(9, day=3)
    with pytest.MonkeyPatch.context() as patch:
        alerts: list[str] = []
        patch.setattr(ada.runtime.alerts, "send", lambda title, *_: alerts.append(title))
        ada.told("session_over", ErrorCode="63041")
    assert alerts == ["whatsapp can't send some texts (63041)"]
    assert ada.hears("DONE")
    assert ada.rests_until(10, day=3)


@pytest.mark.parametrize("words", ["REMIND", "JOIN", "START", "HOURS 8-16"])
def test_without_templates_no_reminder_is_promised(make: Callable[..., Ada], words: str) -> None:
    ada = make(whatsapp_templates="")
    assert "no reminders in this chat" in ada.hears(words)
    ada.hears("YES")
    assert (ada.standing(), ada.count(Dialogue), ada.count(Consent)) == ("none", 0, 0)
    assert "back straight" in ada.hears("POSTURE")
    assert ada.rests_until(20, day=3) == []
    assert "Reply YES" in ada.hears_by_sms("REMIND")


def test_a_question_from_before_the_templates_went_lets_nobody_in(
    ada: Ada, make: Callable[..., Ada]
) -> None:
    ada.hears("REMIND")
    later = make(whatsapp_templates="")
    assert "no reminders in this chat" in later.hears("YES")
    assert later.standing() == "none"


def silent_for_long(ada: Ada) -> None:
    ada.joins().rests_until(20)
    with ada.runtime.store.write() as session:
        for person in session.scalars(select(Person)):
            person.last_seen_at = ada.phone.wall.moment - timedelta(days=61)


def test_whoever_is_silent_for_long_is_asked_by_a_template_of_its_own(ada: Ada) -> None:
    silent_for_long(ada)
    went = ada.rests_until(20, day=3)
    assert [form["ContentSid"] for form in went] == [SID, NOTICE]
    assert json.loads(went[1]["ContentVariables"])["1"].startswith("Upright: ")
    ada.rests_until(20, day=11)
    assert ada.standing() == "out"  # a week's silence answered the question


def test_a_question_that_could_not_be_asked_opts_nobody_out(
    make: Callable[..., Ada],
) -> None:
    ada = make(whatsapp_templates=ONLY_REMINDERS)
    silent_for_long(ada)
    ada.rests_until(20, day=3)
    question = next(entry for entry in ada.started() if entry.kind == "notice")
    assert (question.key, question.state) == ("STILL_YOU", "dropped")
    assert question.error == NO_WORDING
    ada.rests_until(20, day=11)
    assert ada.standing() == "in"
    ada.hears("NO")
    assert ada.standing() == "in"  # NO to nothing that they heard


@pytest.mark.parametrize("name", ["in.location", "in.picture", "in.reaction"])
def test_what_holds_no_words_gets_the_answer_to_an_empty_text(ada: Ada, name: str) -> None:
    assert "MENU" in said(ada.post(case(name)["form"]))


def test_danger_comes_first_here_too(ada: Ada) -> None:
    assert "911" in ada.hears("I can't feel my legs and wet myself")


def test_whatsapp_alone_needs_no_sms_sender(make: Callable[..., Ada]) -> None:
    ada = make(twilio_from="")
    assert "sms" not in ada.runtime.channels
    assert "back straight" in ada.hears("POSTURE")
    assert ada.hears_by_sms("POSTURE") == ""
    assert ada.count(Inbound) == 1


def test_what_comes_by_whatsapp_while_only_sms_is_set_up_is_proven_and_let_be(
    make: Callable[..., Ada],
) -> None:
    ada = make(twilio_whatsapp_from="", whatsapp_templates="")
    assert ada.hears("POSTURE") == ""
    forged = post_signed(ada.client, "/in/twilio", case("in.text")["form"], token="forged")
    assert forged.status_code == 403
    assert ada.count(Inbound) == 0


def test_a_receipt_without_an_address_still_finds_its_text(ada: Ada) -> None:
    ada.joins().rests_until(9)
    callback = ada.api.sent[0]["StatusCallback"].partition("#")[0].removeprefix(PUBLIC_URL)
    form = status("delivered", MessageSid=ada.api.messages[0]["sid"], From="", To="")
    assert post_signed(ada.client, callback, form).status_code == 204
    assert ada.started()[-1].state == "delivered"
