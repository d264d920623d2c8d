"""What can be printed, as a browser asks for it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from messages.paper import faces
from service import printing
from service.app import create_app
from service.runtime import Runtime
from tests.channels import updates
from tests.messages import pdfs
from tests.web.doors import REAL

SHEETS = [f"{kind}.{language}" for kind in printing.KINDS for language in ("en", "es", "zh")]
DEMO = {"public_url": "https://upright.example"}


@pytest.fixture
def client(service: Callable[..., Runtime]) -> FlaskClient:
    return create_app(service(**REAL)).test_client()


def at(runtime: Runtime, path: str, **headers: str) -> Any:
    return create_app(runtime).test_client().get(path, headers=headers)


@pytest.mark.parametrize("sheet", SHEETS)
def test_each_sheet_is_a_pdf_with_a_preview(client: FlaskClient, sheet: str) -> None:
    made = client.get(f"/print/{sheet}.pdf")
    assert (made.status_code, made.mimetype) == (200, "application/pdf")
    assert made.data.startswith(b"%PDF-")
    assert made.headers["Content-Disposition"] == f'inline; filename="{sheet}.pdf"'
    preview = client.get(f"/print/{sheet}.svg")
    assert (preview.status_code, preview.mimetype) == (200, "image/svg+xml")
    assert "415-555-0100" in preview.text


def test_the_page_offers_them_all_and_shows_those_of_its_language(client: FlaskClient) -> None:
    page = client.get("/print?lang=es").text
    assert [sheet for sheet in SHEETS if f'href="/print/{sheet}.pdf"' not in page] == []
    assert 'src="/print/poster.es.svg"' in page
    assert "Cartel" in page


def test_the_number_is_written_as_people_write_it(client: FlaskClient) -> None:
    assert "+1415-555-0100" in pdfs.said(client.get("/print/poster.en.pdf").data)


def test_each_is_made_once_and_then_kept(service: Callable[..., Runtime]) -> None:
    only_here = REAL | {"twilio_from": "+14155550142"}
    client = create_app(service(**only_here)).test_client()
    before = printing.pdf_of.cache_info()
    first, again = (client.get("/print/poster.es.pdf") for _ in range(2))
    after = printing.pdf_of.cache_info()
    assert first.data == again.data
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 1)
    same = client.get("/print/poster.es.pdf", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")


def test_other_settings_make_another(service: Callable[..., Runtime]) -> None:
    american, british = (
        pdfs.said(at(service(**(REAL | {"twilio_from": number})), "/print/cards.en.pdf").data)
        for number in ("+14155550143", "+447700900143")
    )
    assert "+1415-555-0143" in american
    assert "call911now" in american
    assert "+447700900143" in british
    assert "call999now" in british


def test_a_demo_with_an_address_prints_samples(service: Callable[..., Runtime]) -> None:
    runtime = service(**DEMO)
    assert "https://upright.example/join" in at(runtime, "/print").text
    assert "SAMPLE" in pdfs.said(at(runtime, "/print/cards.en.pdf").data)


def test_a_demo_without_one_prints_samples_of_its_own_machine(
    service: Callable[..., Runtime],
) -> None:
    said = pdfs.said(at(service(port=8123), "/print/poster.en.pdf").data)
    assert "127.0.0.1:8123/join" in said
    assert "SAMPLE" in said


def test_a_service_without_a_number_of_its_own_leads_to_its_page(
    service: Callable[..., Runtime],
) -> None:
    pool = {"twilio_from": "", "twilio_messaging_service_sid": "MG" + "0" * 32}
    said = pdfs.said(at(service(**(REAL | pool)), "/print/poster.en.pdf").data)
    assert "sms.example.org/join" in said
    assert "SAMPLE" not in said


def test_a_number_without_an_account_is_not_printed(service: Callable[..., Runtime]) -> None:
    runtime = service(**DEMO, twilio_from="+14155550100")
    assert "0100" not in pdfs.said(at(runtime, "/print/poster.en.pdf").data)


def test_where_the_code_would_lead_nowhere_it_says_what_must_be_set(
    service: Callable[..., Runtime],
) -> None:
    runtime = service(telegram_bot_token=SecretStr(updates.TOKEN))  # which is polled
    page = at(runtime, "/print")
    assert page.status_code == 200
    assert "PUBLIC_URL" in page.text
    assert ".pdf" not in page.text
    for sheet in ("poster.en.pdf", "cards.zh.svg"):
        refused = at(runtime, f"/print/{sheet}")
        assert refused.status_code == 404
        assert "set TWILIO_FROM" in refused.text
        assert "PUBLIC_URL" in refused.text


@pytest.mark.parametrize(
    "name",
    ["poster.pdf", "poster.xx.pdf", "flyer.en.pdf", "poster.en.png", "poster.en.pdf.svg", "é"],
)
def test_nothing_else_is_printed(client: FlaskClient, name: str) -> None:
    assert client.get(f"/print/{name}").status_code == 404


def test_the_front_page_leads_there(client: FlaskClient) -> None:
    page = client.get("/").text
    assert 'href="/print"' in page
    assert 'href="/stretches"' in page


@pytest.mark.parametrize("installed", [False, True])
def test_it_says_when_chinese_sheets_bring_no_font(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    name = faces.PUT_IN if installed else faces.NAMED
    monkeypatch.setattr(faces, "chinese", lambda: name)
    assert ("no Chinese font" in client.get("/print").text) != installed
