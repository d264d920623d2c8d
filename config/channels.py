"""The settings that tie the service to the providers of its channels."""

import re
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings

from config import addresses
from config.whatsapp import Templates, parse

_SHAPES = {
    "telegram_bot_token": (
        r"\d{1,20}:[A-Za-z0-9_-]{30,80}",
        "is no token: copy it whole from @BotFather, such as 123456:ABC-DEF…",
    ),
    "telegram_webhook_secret": (
        r"[A-Za-z0-9_-]{16,256}",
        "must be 16 to 256 letters, digits, _ and -",
    ),
    "slack_bot_token": (
        r"xoxb-[A-Za-z0-9-]{10,250}",
        "is no bot token: copy it from OAuth & Permissions of your app, such as xoxb-123-456-AbC…",
    ),
    "slack_signing_secret": (
        r"[0-9a-f]{32}",
        "is no signing secret: copy the 32 characters from Basic Information of your app",
    ),
}


def some_value(secret: SecretStr) -> SecretStr:
    """Of blanks and commas alone somebody would believe that it is set. Raises ValueError."""
    if secret.get_secret_value() and not secret.get_secret_value().strip(" ,"):
        raise ValueError("holds no value: set it, or leave it out")
    return secret


class ChannelSettings(BaseSettings):
    """Where people are reached, under which account, how fast and by whom carriers' words are answered."""

    public_url: str = Field(
        "", description="Public https address of this service, as entered at Twilio."
    )
    twilio_account_sid: str = Field(
        "", pattern=r"^(AC[0-9a-fA-F]{32})?$", description="Account SID from the Twilio console."
    )
    twilio_auth_token: SecretStr = Field(
        SecretStr(""),
        description="Auth token from the Twilio console; comma-separated while it is rotated.",
    )
    twilio_from: str = Field(
        "", pattern=r"^(\+[1-9]\d{6,14})?$", description="Number that sends, such as +14155550100."
    )
    twilio_messaging_service_sid: str = Field(
        "",
        pattern=r"^(MG[0-9a-fA-F]{32})?$",
        description="Messaging Service that sends, instead of TWILIO_FROM.",
    )
    twilio_whatsapp_from: str = Field(
        "",
        pattern=r"^(\+[1-9]\d{6,14})?$",
        description="Number of your WhatsApp sender at Twilio, such as +14155550100.",
    )
    whatsapp_templates: str = Field(
        "",
        description="Approved templates by language, as JSON (docs/channels.md); empty: no reminders on WhatsApp.",
    )
    whatsapp_rate: float = Field(
        80, gt=0, le=10_000, description="Texts a second of your WhatsApp sender."
    )
    twilio_api_url: str = Field(
        "https://api.twilio.com",
        description="Where the Twilio API is; plain http for loopback only.",
    )
    telegram_bot_token: SecretStr = Field(
        SecretStr(""), description="Token of your Telegram bot, from @BotFather."
    )
    telegram_webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="Long random text that Telegram says with every update; letters, digits, _ and -.",
    )
    telegram_name: str = Field(
        "",
        pattern=r"^([A-Za-z0-9_]{5,32})?$",
        description="User name of your bot without @, as in upright_bot: pages link to it.",
    )
    telegram_api_url: str = Field(
        "https://api.telegram.org",
        description="Where the Bot API is; plain http for loopback only.",
    )
    telegram_rate: float = Field(25, gt=0, le=1_000, description="Texts a second of your bot.")
    slack_bot_token: SecretStr = Field(
        SecretStr(""), description="Bot token of your Slack app; it begins with xoxb-."
    )
    slack_signing_secret: SecretStr = Field(
        SecretStr(""), description="Signing secret of your Slack app, which proves its requests."
    )
    slack_api_url: str = Field(
        "https://slack.com/api",
        description="Where Slack's Web API is; plain http for loopback only.",
    )
    slack_rate: float = Field(
        5, gt=0, le=1_000, description="Texts a second of your Slack app, in all chats together."
    )
    sender_rate: float = Field(
        1.0,
        gt=0,
        le=10_000,
        description="Segments a second that your sender may send (Twilio: MPS).",
    )
    sms_pictures: str = Field(
        "",
        pattern=r"^([A-Z]{2}( [A-Z]{2})*)?$",
        description="Countries, as in US CA, where pictures may go by MMS; each costs about 3 segments.",
    )
    keyword_replies: Literal["provider", "app"] = Field(
        "provider",
        description="Who answers STOP, START and HELP on Twilio SMS: provider (its default) or app.",
    )

    @field_validator("twilio_api_url", "telegram_api_url", "slack_api_url", "public_url")
    @classmethod
    def _secure(cls, url: str) -> str:
        addresses.check_web(url)
        return url.rstrip("/")

    @field_validator("whatsapp_templates")
    @classmethod
    def _templates(cls, text: str) -> str:
        parse(text)
        return text

    @field_validator("twilio_auth_token")
    @classmethod
    def _some_token(cls, secret: SecretStr) -> SecretStr:
        return some_value(secret)

    @field_validator(*_SHAPES)
    @classmethod
    def _well_formed(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        pattern, complaint = _SHAPES[str(info.field_name)]
        if secret.get_secret_value() and not re.fullmatch(pattern, secret.get_secret_value()):
            raise ValueError(complaint)
        return secret

    @model_validator(mode="after")
    def _whole_account(self) -> Self:
        if self.twilio and not (self.sms or self.whatsapp):
            raise ValueError(
                "set TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID, or TWILIO_WHATSAPP_FROM, beside the account"
            )
        if self.twilio and not self.public_url:
            raise ValueError("set PUBLIC_URL to the https address that Twilio calls")
        if bool(self.twilio_account_sid) != bool(self.twilio_auth_token.get_secret_value()):
            raise ValueError("set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN together, or neither")
        if self.twilio_whatsapp_from and not self.twilio:
            raise ValueError(
                "set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN beside TWILIO_WHATSAPP_FROM"
            )
        if bool(self.slack_bot_token.get_secret_value()) != bool(
            self.slack_signing_secret.get_secret_value()
        ):
            raise ValueError("set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET together, or neither")
        return self

    @property
    def real(self) -> bool:
        """Is a real channel set up?"""
        return self.twilio or self.telegram or self.slack

    @property
    def rate(self) -> float:
        """Texts a second that sign-ups are spread by: those of SMS, else of the slowest chat."""
        chats = [
            rate
            for set_up, rate in (
                (self.telegram, self.telegram_rate),
                (self.whatsapp, self.whatsapp_rate),
                (self.slack, self.slack_rate),
            )
            if set_up
        ]
        return min(chats) if chats and not self.sms else self.sender_rate

    @property
    def slack(self) -> bool:
        """Is a Slack app set up?"""
        return bool(self.slack_bot_token.get_secret_value())

    @property
    def telegram(self) -> bool:
        """Is a Telegram bot set up?"""
        return bool(self.telegram_bot_token.get_secret_value())

    @property
    def twilio(self) -> bool:
        """Is a Twilio account set up?"""
        return bool(self.twilio_account_sid and self.twilio_auth_token.get_secret_value())

    @property
    def sms(self) -> bool:
        """Does the Twilio account have a number, or a Messaging Service, for SMS?"""
        return self.twilio and bool(self.twilio_from or self.twilio_messaging_service_sid)

    @property
    def whatsapp(self) -> bool:
        """Is a WhatsApp sender set up?"""
        return self.twilio and bool(self.twilio_whatsapp_from)

    @property
    def templates(self) -> Templates:
        """What may be sent on WhatsApp to somebody who hasn't written for a day."""
        return parse(self.whatsapp_templates)
