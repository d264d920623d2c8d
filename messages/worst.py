"""The longest that each placeholder gets: what a text may cost at its worst."""

from collections.abc import Iterable, Mapping

from messages.render import fill

# A day has at most 24 reminders; {TZ} is a city of the zone database, {CC} a country's name, {HOURS} three
# windows, {CHOICES} what conversation offers at once; P and URL are as long as the settings allow, {PAGE} a link
# of 36 characters after the address of a service.
_FIXED = {
    "P": "P" * 12,
    "URL": "u" * 24,
    "N": "24",
    "H1": "09:00",
    "H2": "17:00",
    "TZ": "T" * 16,
    "CC": "C" * 20,
    "HOURS": "08:00-11:00 12:00-15:00 16:00-20:00",
    "CHOICES": "1" * 90,
    "SIGN": "s" * 43,
    "DATE": "24",
    "CODE": "7K4M-2XQP",
    "CLOCK": "09:50",
    "PAGE": "p" * 80,
}

# What stands there most often, so that a text reads as people get it.
_USUAL = {
    "URL": "help.example",
    "EM": "911",
    "N": "7",
    "TZ": "New York",
    "CC": "USA",
    "HOURS": "09:00-17:00",
    "CHOICES": "1 Portland, Oregon 2 Portland, Maine",
    "DATE": "4",
    "CLOCK": "10:50",
    "TIME": "10:50",
    "SKIPPED": "09:50",
}


class Longest(dict[str, str]):
    """Placeholder -> its longest filling; nothing for one that doesn't exist, a finding of its own."""

    def __missing__(self, key: str) -> str:
        return ""


def worst_case(texts: Mapping[str, str], crisis_lines: Iterable[str] = ()) -> Longest:
    """The longest fillings in the language whose texts these are."""
    days, months, areas, keywords, channels = (
        sorted((text for key, text in texts.items() if key.startswith(start)), key=len)
        for start in (
            "words.day.",
            "words.month.",
            "words.area.",
            "words.keyword.",
            "words.channel.",
        )
    )
    longest = Longest(_FIXED)
    longest |= {
        "EM": _longest(texts.get(f"words.{name}", "") for name in ("your_number", "any_number")),
        "CRISIS": _longest((texts.get("words.crisis_line", ""), *crisis_lines)),
        **dict(zip(("K1", "K2", "K3"), reversed(keywords[-3:]), strict=False)),
        "DAY": _longest(days),
        "MONTH": _longest(months),
        "DAYS": " ".join(days[-6:]),
        "AREA": _longest(areas),
        "LEFT": ", ".join(areas),
        "CHANNEL": f"{_longest(channels)} *00",
        "EVERY": fill(texts.get("words.every_minutes", ""), {"N": "150"}),
    }
    longest["TIME"] = fill(texts.get("words.date_at", ""), longest)
    longest["SKIPPED"] = longest["TIME"]
    return longest


def usual_case(texts: Mapping[str, str], programme: str, contact: str) -> Longest:
    """Fillings as most people get them, in the language whose texts these are."""
    usual = Longest(_FIXED) | _USUAL
    usual |= {
        "P": programme,
        "URL": contact or usual["URL"],
        "CRISIS": texts.get("words.crisis_line", ""),
        "SIGN": texts.get("words.any_sign", ""),
        "DAY": texts.get("words.day.0", ""),
        "MONTH": texts.get("words.month.0", ""),
        "DAYS": texts.get("words.workdays", ""),
        "AREA": texts.get("words.area.neck", ""),
        "LEFT": texts.get("words.area.neck", ""),
        "CHANNEL": texts.get("words.channel.telegram", ""),
        "EVERY": fill(texts.get("words.every_hours", ""), {"N": "1"}),
        **{
            name: texts.get(f"words.keyword.{word}", "")
            for name, word in (("K1", "POSTURE"), ("K2", "LIFT"), ("K3", "DISC"))
        },
    }
    return Longest(usual)


def _longest(texts: Iterable[str]) -> str:
    return max(texts, key=len, default="")
