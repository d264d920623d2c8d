"""Only what Twilio signed for our account is believed."""

import pytest
from twilio.request_validator import RequestValidator

from service.channels.twilio_signature import Seal
from service.envelopes import Knock, Unverified
from tests.channels.twilio_line import channel, knock
from tests.signed import ACCOUNT, TOKEN, Values, inbound, signature

CALL = {"CallSid": "CA1234567890ABCDE", "Digits": "1234", "To": "+18005551212"}
# Address, form, signature: as published by Twilio, or made with its SDK 9.13; the token is 12345.
PUBLISHED = [
    (
        "https://mycompany.com",
        "/myapp.php?foo=1&bar=2",
        [*CALL.items(), ("Caller", "+14158675309"), ("From", "+14158675309")],
        "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
    ),
    (
        "https://example.com",
        "/myapp.php?foo=1&bar=2",
        [*CALL.items(), ("Caller", "+14158675310"), ("From", "+14158675310")],
        "L/OH5YylLD5NRKLltdqwSvS0BnU=",
    ),
    (
        "https://sms.example.org",
        "/twilio/inbound",
        [("Body", "é 👍"), ("From", "+14155550100")],
        "7RSAkCtORlNg99Z9EVrWs3rQ6mY=",
    ),
    (
        "https://sms.example.org",
        "/twilio/inbound",
        [("A", "2"), ("A", "1"), ("A", "2"), ("B", "")],
        "9sVWk1L5NBJ1Eas+S461n/H1zdU=",
    ),
]


@pytest.mark.parametrize(("url", "path", "form", "signed"), PUBLISHED)
def test_published_signatures_are_accepted(
    url: str, path: str, form: list[tuple[str, str]], signed: str
) -> None:
    seal = Seal("", ["12345"], url)  # the vectors name no account
    assert seal.open(Knock(path, {"x-twilio-signature": signed}, form))


@pytest.mark.parametrize(("url", "path", "form", "signed"), PUBLISHED)
def test_a_changed_value_breaks_the_signature(
    url: str, path: str, form: list[tuple[str, str]], signed: str
) -> None:
    seal = Seal("", ["12345"], url)
    with pytest.raises(Unverified):
        seal.open(Knock(path, {"x-twilio-signature": signed}, [*form, ("Extra", "1")]))


def test_a_request_without_a_signature_is_refused() -> None:
    with pytest.raises(Unverified, match="no X-Twilio-Signature"):
        channel().read(Knock("/in/twilio", {}, list(inbound().items())))


@pytest.mark.parametrize("signed", ["", "forged", "é", "A" * 28, "RSOYDt4T1cUTdK1PDd93/VVr8B8="])
def test_a_forged_signature_is_refused(signed: str) -> None:
    with pytest.raises(Unverified):
        channel().read(knock("/in/twilio", inbound(), x_twilio_signature=signed))


def test_another_account_is_refused_though_its_signature_fits() -> None:
    with pytest.raises(Unverified, match="another account"):
        channel().read(knock("/in/twilio", inbound(AccountSid="AC" + "9" * 32)))


def test_a_request_without_an_account_is_refused() -> None:
    form = {name: value for name, value in inbound().items() if name != "AccountSid"}
    with pytest.raises(Unverified, match="another account"):
        channel().read(knock("/in/twilio", form))


def test_both_tokens_are_good_while_one_is_rotated() -> None:
    rotating = channel(tokens=f"newer, {TOKEN}")
    assert rotating.read(knock("/in/twilio", inbound()))


def test_the_query_is_signed_exactly_as_it_was_sent() -> None:
    path = "/in/twilio?name=%C3%A9%2Fx&empty="
    assert channel().read(knock(path, inbound()))
    signed = signature(path, inbound())
    with pytest.raises(Unverified):
        channel().read(knock("/in/twilio?name=é/x&empty=", inbound(), x_twilio_signature=signed))


def test_an_address_with_a_path_of_its_own_is_kept() -> None:
    behind = channel(public_url="https://example.org/upright/")
    signed = signature("/in/twilio", inbound(), url="https://example.org/upright")
    assert behind.read(knock("/in/twilio", inbound(), x_twilio_signature=signed))


def test_a_shared_key_signs_with_sha256() -> None:
    form = Values({name: [value] for name, value in inbound().items()})
    signed = RequestValidator("a shared key").compute_signature(
        "https://sms.example.org/in/twilio", form, "HMAC_SHA256"
    )
    settings = {"x_twilio_webhooks_signature_settings": "key=K1,algorithm=HMAC_SHA256"}
    request = knock("/in/twilio", inbound(), x_twilio_signature=signed, **settings)
    assert channel(tokens=f"{TOKEN},a shared key").read(request)
    with pytest.raises(Unverified):
        channel().read(request)


def test_an_unknown_way_of_signing_is_refused() -> None:
    settings = {"x_twilio_webhooks_signature_settings": "key=K1,algorithm=ROT13"}
    with pytest.raises(Unverified, match="don't know"):
        channel().read(knock("/in/twilio", inbound(), **settings))


@pytest.mark.parametrize(
    "target", ["http://evil:99999999/in/twilio", ":abc/in/twilio", "@evil/", ""]
)
def test_a_target_that_is_no_path_is_refused(target: str) -> None:
    with pytest.raises(Unverified):
        channel().read(Knock(target, {"x-twilio-signature": "x"}, [("AccountSid", ACCOUNT)]))
