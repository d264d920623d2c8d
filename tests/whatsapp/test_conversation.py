"""The whole service on WhatsApp: signed texts in at Twilio's door, TwiML and templates out."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.outbox.windows import ENOUGH, NO_WORDING
from service.store.tables import Consent, Dialogue, Inbound, Person
from tests.channels.whatsapp_line import NOTICE, SENDER, SID, case
from tests.conftest import BOTH
from tests.conversation.linked import code_of
from tests.signed import PUBLIC_URL, post_signed, status
from tests.whatsapp.ada import NUMBER, ONLY_REMINDERS, Ada, said

pytestmark = BOTH


def test_somebody_joins_and_is_reminded_freely_within_the_session(ada: Ada) -> None:
    assert "Reply YES" in ada.hears("REMIND")
    assert "You're in" in ada.hears("YES")
    (reminder,) = ada.rests_until(9)
    entry = ada.started()[-1]
    assert (reminder["To"], reminder["From"]) == (f"whatsapp:{NUMBER}", f"whatsapp:{SENDER}")
    assert reminder["Body"] == entry.text
    ada.told("read")
    assert ada.started()[-1].state == "delivered"


def test_within_a_session_stretches_come_with_their_drawings_until_somebody_wants_none(
    ada: Ada,
) -> None:
    ada.joins()
    (reminder,) = ada.rests_until(9)
    assert reminder["MediaUrl"].startswith(f"{PUBLIC_URL}/pictures/")
    (media,) = ada.media("STRETCH")
    assert ada.client.get(media.removeprefix(PUBLIC_URL)).data.startswith(b"\x89PNG")
    assert "no drawings" in ada.hears("PICTURES OFF")
    assert ada.media("STRETCH") == []
    assert "MediaUrl" not in ada.rests_until(11)[-1]


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


def test_later_by_a_button_of_the_template_brings_the_reminder_again(ada: Ada) -> None:
    ada.joins()
    ada.rests_until(9, day=3)
    assert "next reminder" in ada.hears("Later", ButtonPayload="SNOOZE", ButtonText="Later")
    assert len(ada.rests_until(10, 20, day=3)) == 1
    assert ada.started()[-1].kind == "snooze"


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


@pytest.mark.parametrize("words", ["REMIND", "JOIN", "START", "HOURS 8-16", "DONE", "STATUS"])
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


def test_here_moves_no_reminders_to_where_none_can_be_promised_any_more(
    ada: Ada, make: Callable[..., Ada]
) -> None:
    ada.joins()
    for words in ("REMIND", "YES", f"LINK {code_of(ada.hears('LINK'))}", "HERE"):
        ada.hears_by_sms(words)
    later = make(whatsapp_templates="")
    assert "no reminders in this chat" in later.hears("HERE")
    assert later.primary() == ["sms"]


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
