"""Counts for the dashboard, rolled up so that no page counts people or texts itself. Nobody's data is in them."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from service.store.base import Base


class HourTally(Base):
    """An hour (UTC) of the outbox that was counted; once it is `closed` nothing in it changes any more."""

    __tablename__ = "tally_hour"

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    counted_at: Mapped[datetime]
    closed: Mapped[bool] = mapped_column(default=False)
    localised: Mapped[bool] = mapped_column(default=False)  # are its reminders in tally_local?


class SentTally(Base):
    """Texts of the outbox by the hour from which they may go."""

    __tablename__ = "tally_sent"

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(primary_key=True)
    texts: Mapped[int] = mapped_column(default=0)  # that are still in the outbox
    erased: Mapped[int] = mapped_column(default=0)  # of people who were erased since
    # As `texts` and `erased`, and of answers alone: what we start is counted as it is spent (Spending).
    segments: Mapped[int] = mapped_column(default=0)
    erased_segments: Mapped[int] = mapped_column(default=0)


class ReceivedTally(Base):
    """Texts received in an hour; `language`: of the person when it was counted."""

    __tablename__ = "tally_received"

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    intent: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    texts: Mapped[int] = mapped_column(default=0)


class LocalTally(Base):
    """An hour's reminders that went and DONEs that came, by what people's own clocks showed."""

    __tablename__ = "tally_local"

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)  # 0: Monday
    clock: Mapped[int] = mapped_column(primary_key=True)  # 0 to 23
    reminders: Mapped[int] = mapped_column(default=0)
    dones: Mapped[int] = mapped_column(default=0)


class ConsentTally(Base):
    """Consent given and withdrawn, by the hour; of those who leave, each person once for each time that they do."""

    __tablename__ = "tally_consent"

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(primary_key=True)  # as in consent
    source: Mapped[str] = mapped_column(primary_key=True)
    events: Mapped[int] = mapped_column(default=0)


class Census(Base):
    """How many people there were on a day (UTC), when they were last counted on it."""

    __tablename__ = "census"

    day: Mapped[date] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)  # that reminders go to
    people: Mapped[int]
