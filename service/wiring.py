"""What the settings ask for: channels to people, the house's habits, and a way to wake workers."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol

from config.settings import Settings, SettingsError
from messages.catalogue import Catalogue
from service.channels import twilio, whatsapp
from service.channels.simulator import Simulator
from service.channels.slack import Slack
from service.channels.telegram import Telegram
from service.channels.twilio import Twilio
from service.channels.whatsapp import WhatsApp
from service.conversation.turn import House
from service.envelopes import Channel
from service.outbox.budget import Budget
from service.outbox.windows import Window, carriers, reach
from service.people.page_links import PageLinks
from service.rich import Showcase


class Wakeups(Protocol):
    """The way to workers in other processes (broker.py)."""

    def wake(self) -> None: ...

    def close(self) -> None: ...


def wakeups(settings: Settings) -> Wakeups | None:
    url = settings.broker_url.get_secret_value()
    if not url:
        return None
    broker = _celery()
    made: Wakeups = broker.Wakeups(broker.application(url))
    return made


def workers(settings: Settings) -> int:
    """How many workers answer on the broker. Raises SettingsError, ConnectionError."""
    broker = _celery()
    answering: int = broker.answering(broker.application(settings.broker_url.get_secret_value()))
    return answering


def _celery() -> Any:
    try:
        return import_module("service.broker")
    except ModuleNotFoundError as error:
        raise SettingsError(
            "BROKER_URL needs Celery: run `make machines`, or leave BROKER_URL empty"
        ) from error


def channels(settings: Settings) -> Mapping[str, Channel]:
    found: list[Channel] = [Simulator()]
    if settings.sms:
        found.append(
            Twilio(
                sender=settings.twilio_from,
                service_sid=settings.twilio_messaging_service_sid,
                **_account(settings),
            )
        )
    if settings.whatsapp:
        found.append(
            WhatsApp(
                sender=settings.twilio_whatsapp_from,
                programme=settings.programme_name,
                templates=settings.templates,
                **_account(settings),
            )
        )
    token = settings.telegram_bot_token.get_secret_value()
    if token:
        found.append(
            Telegram(
                token=token,
                secret=settings.telegram_webhook_secret.get_secret_value(),
                api_url=settings.telegram_api_url,
            )
        )
    if settings.slack:
        found.append(
            Slack(
                token=settings.slack_bot_token.get_secret_value(),
                signing_secret=settings.slack_signing_secret.get_secret_value(),
                api_url=settings.slack_api_url,
            )
        )
    return {channel.name: channel for channel in found}


def _account(settings: Settings) -> dict[str, str]:
    return {
        "account_sid": settings.twilio_account_sid,
        "tokens": settings.twilio_auth_token.get_secret_value(),
        "public_url": settings.public_url,
        "api_url": settings.twilio_api_url,
    }


def windows(settings: Settings) -> Mapping[str, Window]:
    """The channels on which we write freely only for a while after a person's text."""
    if not settings.whatsapp:
        return {}
    templates = settings.templates
    return {
        whatsapp.NAME: Window(
            lasts=whatsapp.SESSION,
            closed=whatsapp.SESSION_OVER,
            reminders=bool(templates.reminders),
            notices=bool(templates.notices),
        )
    }


def budget(settings: Settings) -> Budget:
    return Budget(
        daily=settings.daily_budget,
        monthly=settings.monthly_budget,
        warning=settings.budget_warning,
    )


def rates(settings: Settings, channels: Mapping[str, Channel]) -> Mapping[str, float | None]:
    """Segments a second that each channel may send; None: no limit."""
    own = {
        Telegram.name: settings.telegram_rate,
        Slack.name: settings.slack_rate,
        whatsapp.NAME: settings.whatsapp_rate,
    }
    return {
        name: own.get(name, settings.sender_rate) if channel.real else None
        for name, channel in channels.items()
    }


def house(settings: Settings, catalogue: Catalogue, channels: Mapping[str, Channel]) -> House:
    shut = windows(settings)
    carry = carriers(channels, shut)
    by_provider = settings.keyword_replies == "provider" and twilio.NAME in channels
    return House(
        catalogue=catalogue,
        suppression_keys=settings.suppression_keys,
        reply_size=settings.reply_size,
        quiet=settings.quiet,
        sender_rate=settings.rate,
        provider_answers=frozenset({twilio.NAME}) if by_provider else frozenset(),
        showcase=Showcase(
            catalogue=catalogue,
            buttons=frozenset(name for name, channel in channels.items() if channel.buttons),
            pictures=frozenset(name for name, channel in channels.items() if channel.pictures),
            # Telegram would fetch it by itself, and drop the words with a picture that it can't get.
            apart=frozenset({Telegram.name}),
            mms=frozenset(settings.sms_pictures.split()),
            public_url=settings.public_url,
            key=settings.secret("secret_key").encode(),
        ),
        carriers=carry,
        reach=reach(channels, shut),
        made_up=frozenset({Simulator.name}) if settings.real else frozenset(),
        without_reminders=frozenset(channels) - carry,
        keeps_unread=settings.keeps_unread,
        pages=PageLinks(settings.site_url, settings.secret("secret_key").encode()),
    )
