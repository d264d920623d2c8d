"""What the program needs from every language: each key, and the placeholders that its text must hold.

Any text may also hold {P}, {URL}, {EM} and {CRISIS}. The sections are those of replies.toml; each has a
budget of segments, see budgets.py.
"""

EVERYWHERE = frozenset({"P", "URL", "EM", "CRISIS"})

_EMERGENCY = {
    "E_SPINE": "EM",
    "E_CHEST": "EM",
    "E_TRAUMA": "EM",
    "E_ILL": "EM",
    "E_CRISIS": "EM CRISIS",
    "E_EXPLICIT": "EM",
    "E_AFTER": "EM",
    "E_AFTER_NEW": "EM",
    "E_STILL": "EM",
    "SAMEDAY": "EM SIGN",
    "ASK": "EM",
    "FOOT": "EM",
    "UNSURE": "K1",
    "ALSO": "K1",
}
_CHECK = {
    **dict.fromkeys(("C1", "C2", "C3", "C4", "C5", "C6"), ""),
    "C_RE": "EM",
    "C_EM": "EM",
    "C_SAME": "EM",
    "C_LEG": "EM",
    "C_FIT1": "K1",
    "C_FIT2": "K1 K2",
    "C_TENDER": "",
    "C_NONE": "",
    "C_HIGH": "EM",
    "C_EXP": "EM",
}
_COMPLIANCE = {
    "OPTIN_ASK": "P N",
    "OPTIN_AGAIN": "P",
    "OPTIN_OK": "P N",
    "OPTIN_ALREADY": "TIME",
    "OPTIN_NO": "",
    "JOIN_START": "EM",
    "REMIND_ELSEWHERE": "P",
    "SETUP": "P H1 H2 TZ CC",
    "SETUP_ZONE": "P",
    "SETUP_OK": "TIME",
    "START_OK": "P N",
    "STOP_OK": "P EM",
    "HELP": "P N URL EM",
    "MONTHLY": "P N",
    "FIRST_DAY": "",
    "DELETE_ASK": "",
    "DELETE_HELD": "",
    "DELETE_OK": "P EM",
    "DELETE_NO": "",
    "DOUBT_ASK": "EM",
    "STILL_YOU": "P",
    "STILL_OK": "",
}
_SETTINGS = {
    "MENU": "",
    "STATUS": "DAYS HOURS EVERY TZ TIME N EM",
    "STATUS_NEW": "EM",
    "NOT_IN": "EM",
    "ZONE_ASK": "",
    "ZONE_OK": "TZ TIME",
    "ZONE_NOW": "TZ",
    "ZONE_KEPT": "TZ",
    "ZONE_WHICH": "CHOICES",
    "ZONE_WHAT": "EM",
    "HOURS_OK": "HOURS DAYS TZ TIME",
    "HOURS_WHAT": "EM",
    "HOURS_NONE": "",
    "DAYS_OK": "DAYS TIME",
    "DAYS_WHAT": "EM",
    "EVERY_OK": "EVERY N TIME",
    "EVERY_WHAT": "EM",
    "LUNCH_OK": "H1 H2 TIME",
    "LUNCH_OFF": "TIME",
    "LUNCH_WHAT": "EM",
    "AGREE_ASK": "N",
    "AGREE_OK": "N TIME",
    "AGREE_NO": "",
    "SNOOZE_OK": "TIME",
    "SNOOZE_LATE": "TIME",
    "SNOOZE_HELD": "TIME EM",
    "SNOOZE_WHAT": "EM",
    "PAUSE_OK": "TIME",
    "PAUSE_LONG": "",
    "PAUSE_WHAT": "EM",
    "RESUME_OK": "TIME",
    "RESUME_ON": "TIME",
    "SKIP_OK": "SKIPPED TIME",
    "DONE_OK": "N TIME",
    "DONE_NEW": "",
    "SEATED_ON": "TIME",
    "SEATED_OFF": "TIME",
    "SEATED_WHAT": "EM",
    "DISCREET_ON": "TIME",
    "DISCREET_OFF": "TIME",
    "DISCREET_WHAT": "EM",
    "PICTURES_ON": "",
    "PICTURES_OFF": "",
    "PICTURES_WHAT": "EM",
    "PICTURES_NOT_HERE": "",
    "NO_OK": "AREA LEFT TIME",
    "NO_ALL": "",
    "NO_OFF": "TIME",
    "NO_WHAT": "EM",
    "COUNTRY_OK": "CC EM",
    "COUNTRY_NOW": "CC EM",
    "COUNTRY_WHAT": "EM",
    "MORE_NONE": "",
    "MORE_HINT": "",
    "THANKS": "",
    "CHAT": "",
    "ABUSE": "",
    "PREFS": "",
    "LANGUAGE_OK": "",
    "LANGUAGE_WHAT": "EM",
    "RHYTHM_OK": "DAYS HOURS EVERY TZ TIME",
    "EMPTY": "EM",
    "UNKNOWN": "EM",
    "UNKNOWN_NEAR": "K1 K2 K3 EM",
    "DRUG": "",
    "SLOW": "EM",
    "ONE_BY_ONE": "EM",
    "ERROR": "EM",
}
# What has a keyword of its own that we may offer; its word stands under words.keyword.
OFFERED = (
    "CAUSES", "POSTURE", "MOVE", "STRAIN", "REST", "HEAT", "LIGAMENT", "DISC", "TB", "LIFT", "STRENGTH",
    "FEVER", "DOCTOR", "MEDS", "SURGERY", "NUMB", "DAILY", "PAIN", "SIGNS", "ABOUT", "MENU", "CHECK",
    "STRETCH", "REMIND", "DONE", "SNOOZE", "SKIP", "PAUSE", "RESUME", "HOURS", "DAYS", "LUNCH", "EVERY",
    "ZONE", "COUNTRY", "STATUS", "MORE", "DELETE", "SEATED", "DISCREET", "LANGUAGE", "HELP", "PICTURES",
)  # fmt: skip
# Short answers that a button may stand for, under words.answer.
ANSWERS = ("YES", "NO", "OK", "STOP", "START")
# What a chat's list of commands begins with.
COMMANDS = ("REMIND", "STRETCH", "CHECK", "STATUS", "PAUSE", "MENU", "HELP", "STOP")
_WORDS = {
    **dict.fromkeys((f"words.answer.{name}" for name in ANSWERS), ""),
    **dict.fromkeys((f"words.does.{name}" for name in COMMANDS), ""),
    **dict.fromkeys((f"words.keyword.{name}" for name in OFFERED), ""),
    **dict.fromkeys((f"words.day.{day}" for day in range(7)), ""),
    **dict.fromkeys((f"words.month.{month}" for month in range(12)), ""),
    "words.workdays": "",
    "words.every_day": "",
    "words.tomorrow_at": "CLOCK",
    "words.day_at": "DAY CLOCK",
    "words.date_at": "DAY DATE MONTH CLOCK",
    "words.unknown_time": "",
    "words.any_sign": "",
    "words.your_number": "",
    "words.any_number": "",
    "words.crisis_line": "",
    "words.app_does": "",
}

SECTIONS = {
    "emergency": _EMERGENCY,
    "check": _CHECK,
    "compliance": _COMPLIANCE,
    "settings": _SETTINGS,
}
NEEDED = {
    key: frozenset(names.split())
    for keys in (*SECTIONS.values(), _WORDS)
    for key, names in keys.items()
}

# Topics whose answer itself must name the emergency number.
NUMBER_TOPICS = ("SIGNS", "NUMB", "PAIN", "DISC", "FEVER", "ABOUT")
