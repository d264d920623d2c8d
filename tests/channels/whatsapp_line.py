"""What the WhatsApp tests share: a channel with its templates, and recorded requests."""

import json
from pathlib import Path
from typing import Any

from config.whatsapp import Templates, parse
from service.channels.whatsapp import WhatsApp
from tests.signed import ACCOUNT, PUBLIC_URL, TOKEN

CASES = Path(__file__).parent / "cases" / "whatsapp"
SENDER = "+14155550177"
SID, NOTICE, SPANISH = "HX" + "1" * 32, "HX" + "2" * 32, "HX" + "3" * 32
TEMPLATES = json.dumps(
    {
        "en": {
            "sid": SID,
            "variables": {"1": "{programme}", "2": "{text}"},
            "notice": {"sid": NOTICE, "variables": {"1": "{programme}: {text}"}},
        },
        "es": {"sid": SPANISH},
    }
)


def case(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CASES / f"{name}.json").read_text())
    return found


def whatsapp(
    api_url: str = "https://api.twilio.com", templates: Templates | None = None
) -> WhatsApp:
    return WhatsApp(
        account_sid=ACCOUNT,
        tokens=TOKEN,
        public_url=PUBLIC_URL,
        api_url=api_url,
        sender=SENDER,
        programme="Upright",
        templates=parse(TEMPLATES) if templates is None else templates,
    )
