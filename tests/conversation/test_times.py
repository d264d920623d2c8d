import tomllib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import messages
from messages.timewords import TimeWords, read_times
from service.conversation import times


def words_of(language: str) -> TimeWords:
    file = Path(messages.__file__).parent / language / "times.toml"
    return read_times(tomllib.loads(file.read_text("utf-8")))


ALL = {language: words_of(language) for language in ("en", "es", "zh")}
WORDS = ALL["en"]
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 6, 10, 14, 20, tzinfo=BERLIN)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("8-16", "08:00-16:00"), ("9-12 13-17", "09:00-12:00 13:00-17:00"), ("22-6", "22:00-06:00"),
        ("8am-4pm", "08:00-16:00"), ("9 to 5", "09:00-17:00"), ("9-5", "09:00-17:00"), ("8-4", "08:00-16:00"),
        ("9:30-17:45", "09:30-17:45"), ("9.30am to 5pm", "09:30-17:00"), ("８-１６", "08:00-16:00"),  # noqa: RUF001
        ("9 a.m. to 5 p.m.", "09:00-17:00"), ("9 am to 5 pm", "09:00-17:00"), ("0830-1730", "08:30-17:30"),
        ("9h30-17h", "09:30-17:00"), ("10pm-6am", "22:00-06:00"), ("1-5", "13:00-17:00"), ("1-5pm",
        "13:00-17:00"),
        ("8-4pm", "08:00-16:00"), ("12-8", "12:00-20:00"), ("9-12 1-5", "09:00-12:00 13:00-17:00"),
        ("9-12,13-17", "09:00-12:00 13:00-17:00"), ("9-12 and 1-5", "09:00-12:00 13:00-17:00"),
        ("noon-8pm", "12:00-20:00"), ("9-noon", "09:00-12:00"), ("8-24", "08:00-00:00"),
        ("from 9 to 5 please", "09:00-17:00"),
        ("between 9 and 5", "09:00-17:00"), ("8–16", "08:00-16:00"), ("13-5", "13:00-17:00"),  # noqa: RUF001
        ("20-8", "20:00-08:00"),
    ],
)  # fmt: skip
def test_spans_of_a_day(text: str, spans: str) -> None:
    assert " ".join(map(str, times.spans(text, WORDS) or ())) == spans


@pytest.mark.parametrize(
    "text",
    ["", "8", "25-99", "9-9", "8:60-9", "0-24", "9-17-20", "9-12 11-17", "8-16 mon", "banana",
    "13pm-5", "-", "8-16%", "1-2 3-4 5-6 7-8 9-10", "2026-01-01"],
)  # fmt: skip
def test_nonsense_is_no_span(text: str) -> None:
    assert times.spans(text, WORDS) is None


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("mon-thu", "1111000"), ("mon wed fri", "1010100"), ("weekdays", "1111100"), ("every day", "1111111"),
        ("Mon to Fri", "1111100"), ("sat,sun", "0000011"), ("fri-mon", "1000111"), ("m-f", "1111100"),
        ("mon-fri except wed", "1101100"), ("every day except sunday", "1111110"),
        ("monday, tuesday and friday", "1100100"),
        ("weekdays and sat", "1111110"), ("blah", None), ("", None), ("mon-", None), ("-fri", None),
        ("5", None),
    ],
)  # fmt: skip
def test_days_of_the_week(text: str, digits: str | None) -> None:
    assert times.days(text, WORDS) == digits


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90", 90), ("2h", 120), ("every 2 hours", 120), ("1.5h", 90), ("1,5h", 90), ("1h30", 90), ("1h 30m", 90),
        ("90 min", 90), ("an hour", 60), ("half an hour", 30), ("hourly", 60), ("every other hour", 120),
        ("an hour and a half", 90), ("two hours", 120), ("a couple of hours", 120), ("2 hours 15 minutes", 135),
        ("0", None), ("-5", None), ("5 apples", None), ("", None), ("99999999", None), ("2 2", None),
    ],
)  # fmt: skip
def test_lengths_of_time(text: str, minutes: int | None) -> None:
    assert times.minutes(text, WORDS) == minutes


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("3h", "2026-06-10 17:20"), ("15", "2026-06-10 14:35"), ("for an hour", "2026-06-10 15:20"),
        ("in 10 minutes", "2026-06-10 14:30"),
        ("2 days", "2026-06-12 00:00"), ("a week", "2026-06-17 00:00"), ("until friday", "2026-06-12 00:00"),
        ("friday", "2026-06-12 00:00"), ("until wednesday", "2026-06-17 00:00"), ("until 3pm",
        "2026-06-10 15:00"),
        ("until 3", "2026-06-10 15:00"), ("until noon", "2026-06-11 12:00"), ("until midnight",
        "2026-06-11 00:00"),
        ("until monday 10am", "2026-06-15 10:00"), ("tomorrow", "2026-06-11 00:00"),
        ("until tomorrow 9am", "2026-06-11 09:00"),
        ("today", "2026-06-11 00:00"), ("rest of today", "2026-06-11 00:00"), ("this week", "2026-06-15 00:00"),
        ("next week", "2026-06-15 00:00"), ("until 14 june", "2026-06-14 00:00"), ("until june 14th",
        "2026-06-14 00:00"),
        ("until the 14th", "2026-06-14 00:00"), ("until 1 may", "2027-05-01 00:00"),
        ("until 2026-07-01", "2026-07-01 00:00"),
    ],
)  # fmt: skip
def test_when_a_pause_ends(text: str, moment: str) -> None:
    found = times.moment(text, NOW, WORDS)
    assert found == datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    "text",
    [
        "", "until", "blah", "for a bit", "until 25:00", "30 feb", "until 2026-02-30", "0", "until 99",
    ],
)  # fmt: skip
def test_what_names_no_moment(text: str) -> None:
    assert times.moment(text, NOW, WORDS) is None


def test_hours_count_through_a_clock_change_and_days_by_the_calendar() -> None:
    before = datetime(2026, 3, 29, 0, 30, tzinfo=BERLIN)  # 02:00 becomes 03:00
    assert str(times.moment("3h", before, WORDS)) == "2026-03-29 04:30:00+02:00"
    assert str(times.moment("1 day", before, WORDS)) == "2026-03-30 00:00:00+02:00"
    assert str(times.moment("until 2:30", before, WORDS)) == "2026-03-29 03:30:00+02:00"


def told(found: object) -> str:
    """Spans, digits, minutes or a moment in one written form; nothing for None."""
    if isinstance(found, tuple):
        return " ".join(map(str, found))
    if isinstance(found, datetime):
        return f"{found:%m-%d %H:%M}"
    return "" if found is None else str(found)


SPANS = {
    "en": {
        "nine to five": "09:00-17:00", "half past nine to five": "09:30-17:00",
        "seven thirty to four fifteen": "07:30-16:15", "9 o'clock to 5 o'clock": "09:00-17:00",
        "8 in the morning to 4 in the afternoon": "08:00-16:00", "8 til late": "", "morning": "",
    },
    "es": {
        "de 9 a 5": "09:00-17:00", "8 a 16": "08:00-16:00", "9:30-17h": "09:30-17:00",
        "de 8 de la mañana a 4 de la tarde": "08:00-16:00", "8:30 a 16:30 hrs": "08:30-16:30",
        "de nueve a cinco y media": "09:00-17:30", "entre las 9 y las 17": "09:00-17:00",
        "de 9 a 12 y de 1 a 5": "09:00-12:00 13:00-17:00",
        "de 10 de la noche a 6 de la mañana": "22:00-06:00", "de 8 a mediodía": "08:00-12:00",
        "desde las 7 hasta las tres menos cuarto": "07:00-14:45", "de 9 a naranja": "", "mañana": "",
    },
    "zh": {
        "每天上午9点到下午5点": "09:00-17:00", "9点到17点": "09:00-17:00", "9:00-17:00": "09:00-17:00",
        "早上八点半到下午四点": "08:30-16:00", "９点到１７点": "09:00-17:00",
        "十点一刻到十二点三十分": "10:15-12:30", "九点～十七点": "09:00-17:00",  # noqa: RUF001
        "晚上10点到早上6点": "22:00-06:00", "下午1点到5点": "13:00-17:00",
        "9点到12点和13点到17点": "09:00-12:00 13:00-17:00", "中午12点到晚上八点": "12:00-20:00",
        "晚上8点到晚上12点": "20:00-00:00", "下午17:00到19:00": "17:00-19:00", "9点": "", "25点到30点": "",
        "上午14点到17点": "", "你好": "",
    },
}  # fmt: skip
DAYS = {
    "es": {
        "lunes a jueves": "1111000", "lun mie vie": "1010100", "todos los días": "1111111",
        "entre semana": "1111100", "fines de semana": "0000011", "de lunes a viernes": "1111100",
        "sábado y domingo": "0000011", "todos los días menos el domingo": "1111110", "l-v": "1111100",
        "lunes, martes y jueves": "1101000", "hola": "", "lunes a": "",
    },
    "zh": {
        "周一到周四": "1111000", "星期一三五": "1010100", "周末": "0000011", "工作日": "1111100",
        "每天": "1111111", "星期一到四": "1111000", "周1-5": "1111100", "周一、三、五": "1010100",
        "除了周日每天": "1111110", "周一至周五": "1111100", "周六日": "0000011", "礼拜二和礼拜天": "0100001",
        "周一到周五除了周三": "1101100", "週一到週四": "1111000", "周一三点": "", "周": "",
    },
}  # fmt: skip
LENGTHS = {
    "en": {
        "two and a half hours": "150", "forty five minutes": "45", "three quarters of an hour": "45",
        "1 hour and 15 minutes": "75", "two three hours": "",
    },
    "es": {
        "media hora": "30", "una hora y media": "90", "cada 45 minutos": "45", "cada dos horas": "120",
        "quince minutos": "15", "dos horas y media": "150", "tres cuartos de hora": "45",
        "cuarenta y cinco minutos": "45", "90": "90", "1h30": "90", "media naranja": "",
    },
    "zh": {
        "半小时": "30", "一个半小时": "90", "45分钟": "45", "每两小时": "120", "十五分钟后": "15",
        "两个半小时": "150", "一刻钟": "15", "1小时30分": "90", "2小时半": "150", "每隔四十五分钟": "45",
        "90": "90", "半个小时": "30", "一周": "10080", "三": "3", "苹果": "",
    },
}  # fmt: skip
MOMENTS = {
    "en": {
        "tomorrow morning": "06-11 00:00", "tomorrow afternoon": "06-11 12:00",
        "until half past four": "06-10 16:30", "until tomorrow at nine in the morning": "06-11 09:00",
    },
    "es": {
        "hasta el viernes": "06-12 00:00", "hasta mañana": "06-11 00:00", "hasta las 3": "06-10 15:00",
        "hasta el lunes a las 10": "06-15 10:00", "3 dias": "06-13 00:00", "media hora": "06-10 14:50",
        "el 14 de junio": "06-14 00:00", "hasta el 14 de junio": "06-14 00:00",
        "quince minutos": "06-10 14:35", "pasado mañana": "06-12 00:00", "en 10 minutos": "06-10 14:30",
        "la semana que viene": "06-15 00:00", "hasta mañana a las 9": "06-11 09:00",
        "hasta las 4 y media": "06-10 16:30", "hoy": "06-11 00:00", "hasta luego": "", "hasta las 30": "",
    },
    "zh": {
        "暂停三天": "06-13 00:00", "到周五": "06-12 00:00", "到下周一上午10点": "06-15 10:00",
        "明天": "06-11 00:00", "6月14日": "06-14 00:00", "十五分钟后": "06-10 14:35",
        "到下周五": "06-19 00:00", "到这周五": "06-12 00:00", "下周": "06-15 00:00", "后天": "06-12 00:00",
        "到三点": "06-10 15:00", "到下午三点半": "06-10 15:30", "到周一三点": "06-15 15:00",
        "到14号": "06-14 00:00", "十二月一日": "12-01 00:00", "明天下午": "06-11 12:00",
        "到明天早上9点": "06-11 09:00", "3天": "06-13 00:00", "到底": "", "13月1日": "",
    },
}  # fmt: skip


def test_each_language_reads_its_own_words() -> None:
    def moment(text: str, words: TimeWords) -> datetime | None:
        return times.moment(text, NOW, words)

    tables: list[tuple[Callable[[str, TimeWords], object], dict[str, dict[str, str]]]] = [
        (times.spans, SPANS), (times.days, DAYS), (times.minutes, LENGTHS), (moment, MOMENTS),
    ]  # fmt: skip
    wrong = [
        (language, text, wanted, found)
        for read, table in tables
        for language, lines in table.items()
        for text, wanted in lines.items()
        if (found := told(read(text, ALL[language]))) != wanted
    ]
    assert not wrong


@given(
    st.text(max_size=60)
    | st.text("0123456789:-.,hampt ounilmdfr", max_size=40)
    | st.text("0159:-, 一二三五十两半周星期月日号点分钟小时到上下午每天个年后前", max_size=30),
    st.sampled_from(["en", "es", "zh"]),
)
@settings(max_examples=500, deadline=None, derandomize=True)
def test_any_text_can_be_read(text: str, language: str) -> None:
    words = ALL[language]
    times.spans(text, words)
    times.days(text, words)
    minutes = times.minutes(text, words)
    assert minutes is None or minutes > 0
    times.moment(text, NOW, words)
