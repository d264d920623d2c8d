"""The public intent of each topic: what operators and tests rely on."""

_INTENTS = {
    "POSTURE": "posture", "DAILY": "posture", "STRAIN": "strain", "REST": "strain", "HEAT": "strain",
    "LIGAMENT": "ligament", "DISC": "disc", "NUMB": "disc", "TB": "tb", "LIFT": "lift",
    "MOVE": "exercise", "STRENGTH": "exercise", "STRETCH": "exercise", "FEVER": "fever",
    "DOCTOR": "doctor", "SURGERY": "doctor", "PAIN": "doctor", "SIGNS": "doctor",
    "SAMEDAY": "doctor", "CAUSES": "causes", "MEDS": "medicine", "ABOUT": "help", "HELP": "help",
    "STOP": "stop", "LEAVE": "stop", "DOUBT": "stop", "START": "start", "REMIND": "start",
    "MENU": "menu", "PAUSE": "pause", "RESUME": "resume", "HOURS": "schedule", "DAYS": "schedule",
    "EVERY": "schedule", "LUNCH": "schedule", "ZONE": "timezone", "STATUS": "status",
    "DONE": "done", "SKIP": "skip", "SNOOZE": "snooze", "DELETE": "delete", "THANKS": "thanks",
    "CHECK": "check", "MORE": "more", "COUNTRY": "settings", "SEATED": "settings",
    "DISCREET": "settings", "WITHOUT": "settings", "PREFS": "settings", "PICTURES": "settings",
    "LINK": "settings", "UNLINK": "settings", "HERE": "settings", "LANGUAGE": "language", "ASK": "ask",
}  # fmt: skip
INTENTS = frozenset({*_INTENTS.values(), "emergency", "unknown"})


def intent_of(topic: str) -> str:
    """A red flag's template is an emergency; what leads nowhere is unknown."""
    if topic.startswith("E_"):
        return "emergency"
    return _INTENTS.get(topic, "unknown")
