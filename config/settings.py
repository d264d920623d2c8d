"""Every setting of Upright: its environment name, default and one sentence. example.env is made from this file."""

from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as SourceError

from config import addresses
from config.channels import ChannelSettings, some_value
from config.failures import SettingsError, sentence
from config.files import FileSource, made_once

__all__ = ["Settings", "SettingsError", "load"]


class Settings(ChannelSettings):
    """Read once at start, from the environment; NAME_FILE reads NAME's value from a file."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    data_dir: Path = Field(Path("data"), description="Folder for the SQLite file and made secrets.")
    database_url: SecretStr = Field(
        SecretStr(""),
        description="Database: postgresql+psycopg://user:password@host/name; empty: SQLite in DATA_DIR.",
    )
    broker_url: SecretStr = Field(
        SecretStr(""),
        description="Redis or RabbitMQ that wakes `upright worker` processes; empty: no workers.",
    )
    port: int = Field(8000, ge=1, le=65535, description="Port that the web server listens on.")
    host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    forwarded_allow_ips: str = Field(
        "127.0.0.1,::1",
        description="Proxies, comma-separated, whose X-Forwarded-For and -Proto are believed; networks, too, or *.",
    )
    web_concurrency: int = Field(
        1, ge=1, le=64, description="Web processes on this machine, where BACKGROUND is 0."
    )
    secret_key: SecretStr = Field(
        SecretStr(""), description="Signs browser sessions; made once in DATA_DIR for a demo."
    )
    suppression_key: SecretStr = Field(
        SecretStr(""),
        description="Hashes erased numbers so that STOP still holds; comma-separated, newest first.",
    )
    programme_name: str = Field(
        "Upright",
        min_length=1,
        max_length=12,
        pattern=r"^[A-Za-z0-9 .&'-]+$",
        description="Name that opens texts; at most 12 plain characters, so segments stay as counted.",
    )
    support_contact: str = Field(
        "",
        max_length=24,
        pattern=r"^[A-Za-z0-9 @.:/+_-]*$",
        description="Help page, address or number that HELP names; at most 24 plain characters.",
    )
    reply_size: Literal["sms", "lite"] = Field(
        "sms", description="Topic answers: sms (two segments) or lite (one; MORE gives the rest)."
    )
    quiet_hours: str = Field(
        "09:00-20:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$",
        description="Local hours, as in 09:00-20:00, in which we may start a text, unless the person set their own.",
    )
    daily_budget: int = Field(
        0, ge=0, description="Segments a UTC day for texts that we start; 0: no limit."
    )
    monthly_budget: int = Field(
        0, ge=0, description="Segments a month for texts that we start; 0: no limit."
    )
    budget_warning: float = Field(
        0.8, gt=0, le=1, description="Share of a budget at which operators are warned."
    )
    history_days: int = Field(
        90,
        ge=31,
        le=36_500,
        description="Days that texts stay in the history; consent always stays.",
    )
    keep_unread: bool | None = Field(
        None,
        description="1 or 0: keep masked texts not understood, 30 days, for /dashboard/unread; "
        "unset: while no real channel is set up.",
    )
    segment_price: Decimal = Field(
        Decimal("0.0083"),
        ge=0,
        description="Price of a segment, for the costs that the dashboard and rehearse show.",
    )
    currency: str = Field(
        "USD", pattern=r"^[A-Z]{3}$", description="Of SEGMENT_PRICE: USD, EUR, GBP, CHF ..."
    )
    dashboard_password: SecretStr = Field(
        SecretStr(""),
        description="Makes the dashboard's first operator, admin, at start; at least 12 characters.",
    )
    phone_page: bool | None = Field(
        None,
        description="1 or 0: the phone page /phone; unset: on while no real channel is set up.",
    )
    join_countries: str = Field(
        "",
        pattern=r"^([A-Z]{2}( [A-Z]{2})*)?$",
        description="Countries, as in US CA, whose numbers /join may text; empty: that of TWILIO_FROM.",
    )
    join_limit: int = Field(
        60,
        ge=1,
        le=100_000,
        description="Texts an hour that /join sends, to all people together.",
    )
    join_client_limit: int = Field(
        10,
        ge=1,
        le=10_000,
        description="Forms an hour that /join takes from one address on the net, and four times as many a day.",
    )
    alert_urls: SecretStr = Field(
        SecretStr(""),
        description="Where operators are alerted: Apprise addresses, space-separated.",
    )
    log_format: Literal["text", "json"] = Field("text", description="Log lines: text or json.")
    background: bool = Field(
        True, description="1: web also ticks and sends; 0 where a clock process runs beside it."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, FileSource(settings_cls)

    @field_validator("suppression_key", "secret_key")
    @classmethod
    def _some_value(cls, secret: SecretStr) -> SecretStr:
        return some_value(secret)

    @field_validator("database_url")
    @classmethod
    def _lasting(cls, url: SecretStr) -> SecretStr:
        addresses.check_database(url.get_secret_value())
        return url

    @field_validator("broker_url")
    @classmethod
    def _known_broker(cls, url: SecretStr) -> SecretStr:
        addresses.check_broker(url.get_secret_value())
        return url

    @field_validator("forwarded_allow_ips")
    @classmethod
    def _some_proxies(cls, given: str) -> str:
        addresses.check_proxies(given)
        return given

    @field_validator("quiet_hours")
    @classmethod
    def _some_hours(cls, hours: str) -> str:
        opens, closes = hours.split("-")
        if opens == closes:
            raise ValueError("opens and closes at the same time: nothing could be sent")
        return hours

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for name in ("secret_key", "suppression_key"):
            if self.real and not getattr(self, name).get_secret_value():
                raise ValueError(
                    f"set {name.upper()} to a long random text (python3 -c 'import secrets; "
                    "print(secrets.token_urlsafe(32))'): a made-up one could be lost with DATA_DIR"
                )
        return self

    @property
    def phone(self) -> bool:
        """Is the phone page served?"""
        return not self.real if self.phone_page is None else self.phone_page

    @property
    def keeps_unread(self) -> bool:
        """Are masked copies kept of what wasn't understood?

        With real people only where an operator decided so: by default no more is kept than answering
        needs (GDPR, article 25), and what people write here is about their health.
        """
        return not self.real if self.keep_unread is None else self.keep_unread

    @property
    def site_url(self) -> str:
        """Where people find our pages; "" where nobody knows. A demo is looked at on its own machine."""
        if self.public_url or self.real:
            return self.public_url
        host = self.host if self.host == "localhost" else "127.0.0.1"
        return f"http://{host}:{self.port}"

    @property
    def database(self) -> str:
        given = self.database_url.get_secret_value()
        return given or f"sqlite:///{(self.data_dir / 'upright.db').absolute()}"

    @property
    def quiet(self) -> tuple[time, time]:
        """When texting may begin and must end, local time."""
        opens, closes = self.quiet_hours.split("-")
        return time.fromisoformat(opens), time.fromisoformat(closes)

    def secret(self, name: Literal["secret_key", "suppression_key"]) -> str:
        """The secret as set, else one made once and kept in DATA_DIR (demo only)."""
        given: str = getattr(self, name).get_secret_value()
        if given:
            return given
        try:
            return made_once(self.data_dir / name)
        except OSError as error:
            raise SettingsError(
                f"{name.upper()} can't be kept in {self.data_dir} ({error.strerror}): "
                "set it, or point DATA_DIR to a writable folder"
            ) from error

    @property
    def suppression_keys(self) -> tuple[str, ...]:
        """Newest first; the old ones still find who erased themself under them."""
        keys = self.secret("suppression_key").split(",")
        return tuple(key.strip() for key in keys if key.strip())


def load(**overrides: Any) -> Settings:
    """Settings from the environment.

    :raises SettingsError: names each wrong setting, why it is wrong and what to do.
    """
    try:
        return Settings(**overrides)
    except SourceError as error:
        cause = error.__cause__
        raise cause if isinstance(cause, SettingsError) else SettingsError(str(error)) from None
    except ValidationError as error:
        found = (sentence(dict(item), Settings.model_fields) for item in error.errors())
        raise SettingsError("\n".join(found)) from None
