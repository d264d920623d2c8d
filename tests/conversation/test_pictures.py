"""PICTURES by SMS: only where the operator pays for them, only for those who want them, counted as they cost."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from service.app import create_app
from service.rich import MMS_SEGMENTS
from service.runtime import Runtime
from service.store.tables import Entry, Person
from tests.conftest import BOTH
from tests.loopback import Loopback, loopback
from tests.phone import Wall
from tests.signed import inbound, post_signed
from tests.web.doors import REAL, Doors

pytestmark = BOTH
BERLIN = "+4915112345678"


@dataclass
class Sms:
    """Somebody who texts."""

    doors: Doors
    api: Loopback
    number: str = "+12125550123"
    _sent: int = 0

    def text(self, words: str) -> ET.Element:
        self._sent += 1
        form = inbound(MessageSid=f"SM{self._sent:032d}", Body=words, From=self.number)
        return ET.fromstring(post_signed(self.doors.client, "/in/twilio", form).data)

    def says(self, words: str) -> str:
        return " ".join(filter(None, (part.strip() for part in self.text(words).itertext())))

    def media(self, words: str) -> list[str | None]:
        return [media.text for media in self.text(words).iter("Media")]

    def last(self) -> Entry:
        return self.doors.entries()[-1]


@pytest.fixture
def texts(
    service: Callable[..., Runtime], database_url: str, wall: Wall
) -> Iterator[Callable[..., Sms]]:
    with loopback() as api:

        def made(countries: str = "US CA", number: str = "+12125550123") -> Sms:
            runtime = service(
                **REAL,
                database_url=SecretStr(database_url),
                twilio_api_url=api.url,
                sms_pictures=countries,
                keyword_replies="app",
            )
            return Sms(Doors(runtime, create_app(runtime).test_client()), api, number)

        yield made


def test_nobody_gets_a_picture_who_has_not_asked_for_them(texts: Callable[..., Sms]) -> None:
    sms = texts()
    assert sms.media("STRETCH") == []
    assert sms.last().segments == 1


def test_whoever_wants_them_gets_one_with_each_stretch(texts: Callable[..., Sms]) -> None:
    sms = texts()
    assert "a drawing comes" in sms.says("PICTURES ON")
    (media,) = sms.media("STRETCH")
    assert media is not None
    assert sms.doors.client.get(media.removeprefix(REAL["public_url"])).status_code == 200
    assert sms.last().segments == MMS_SEGMENTS
    assert "words only" in sms.says("PICTURES OFF")
    assert sms.media("STRETCH") == []


def test_a_reminder_brings_one_and_counts_what_it_costs(
    texts: Callable[..., Sms], wall: Wall
) -> None:
    sms = texts()
    for words in ("REMIND", "YES", "PICTURES ON"):
        sms.text(words)
    wall.moment = wall.moment.replace(minute=50)
    sms.doors.runtime.tick()
    sms.doors.runtime.drain()
    (sent,) = sms.api.sent
    assert sent["MediaUrl"].startswith(f"{REAL['public_url']}/pictures/")
    assert sent["Body"].startswith("Upright: ")


@pytest.mark.parametrize(("countries", "number"), [("", "+12125550123"), ("US CA", BERLIN)])
def test_where_the_operator_does_not_pay_nothing_is_promised(
    texts: Callable[..., Sms], countries: str, number: str
) -> None:
    sms = texts(countries, number)
    assert "nothing changed" in sms.says("PICTURES ON")
    assert sms.media("STRETCH") == []
    assert "words only" in sms.says("PICTURES OFF")


@pytest.mark.parametrize(
    ("number", "country", "answer"),
    [(BERLIN, "USA", "nothing changed"), ("+12125550123", "Germany", "a drawing comes")],
)
def test_what_is_paid_goes_by_the_number_not_by_where_somebody_says_they_are(
    texts: Callable[..., Sms], number: str, country: str, answer: str
) -> None:
    sms = texts(number=number)
    sms.text(f"COUNTRY {country}")
    assert answer in sms.says("PICTURES ON")
    assert bool(sms.media("STRETCH")) is (number != BERLIN)


@pytest.mark.parametrize(("number", "pictures"), [("+12125550123", True), (BERLIN, False)])
def test_so_it_is_with_a_reminder(
    texts: Callable[..., Sms], wall: Wall, number: str, pictures: bool
) -> None:
    sms = texts(number=number)
    for words in ("REMIND", "YES", "ZONE New York", "COUNTRY USA"):
        sms.text(words)
    with sms.doors.runtime.store.write() as session:
        session.execute(update(Person).values(pictures=True))
    wall.moment = wall.moment.replace(minute=50)
    sms.doors.runtime.tick()
    sms.doors.runtime.drain()
    (sent,) = sms.api.sent
    assert ("MediaUrl" in sent) is pictures


def test_an_answer_that_is_none_is_put_right(texts: Callable[..., Sms]) -> None:
    assert "PICTURES ON for a drawing" in texts().says("PICTURES perhaps")


@pytest.mark.parametrize(
    ("words", "answer"),
    [("IMAGENES SI", "un dibujo"), ("图片开", "配一张图"), ("stop the pictures", "PICTURES")],
)
def test_it_is_understood_in_each_language(
    texts: Callable[..., Sms], words: str, answer: str
) -> None:
    sms = texts()
    sms.text("REMIND")
    assert answer in sms.says(words)


def test_asking_for_no_pictures_is_no_opt_out(texts: Callable[..., Sms]) -> None:
    sms = texts()
    for words in ("REMIND", "YES", "stop sending me pictures"):
        sms.text(words)
    assert all(entry.key != "STOP_OK" for entry in sms.doors.entries())
