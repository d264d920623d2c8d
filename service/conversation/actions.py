"""What each topic of a Reading, and each open question, leads to."""

from collections.abc import Callable, Mapping

from service.conversation import (
    alarm,
    checking,
    joining,
    languages,
    learning,
    leaving,
    linking,
    moving,
    pauses,
    preferences,
    rhythm_words,
    whereabouts,
)
from service.conversation.turn import Said, Turn, said
from service.store.tables import Dialogue

Action = Callable[[Turn], list[Said]]
Answer = Callable[[Turn, Dialogue], list[Said] | None]


def _fixed(key: str) -> Action:
    return lambda _turn: [said(key)]


def help_text(turn: Turn) -> list[Said]:
    if turn.provider_answers:
        return []
    return [said("HELP", N=turn.person.agreed)]


ACTIONS: Mapping[str, Action] = {
    "HELP": help_text,
    "START": joining.start,
    "REMIND": joining.remind,
    "MENU": _fixed("MENU"),
    "MORE": learning.more,
    "STATUS": learning.status,
    "CHECK": checking.begin,
    "SAMEDAY": learning.same_day,
    "ASK": _fixed("ASK"),
    "UNKNOWN": learning.unknown,
    "THANKS": learning.thanked,
    "YES": _fixed("OPTIN_AGAIN"),
    "NO": _fixed("MENU"),
    "OK": learning.thanked,
    "DIGIT": _fixed("MENU"),
    "HOURS": rhythm_words.hours,
    "DAYS": rhythm_words.days,
    "EVERY": rhythm_words.every,
    "LUNCH": rhythm_words.lunch,
    "ZONE": whereabouts.zone,
    "COUNTRY": whereabouts.country,
    "PAUSE": pauses.pause,
    "RESUME": pauses.resume,
    "SNOOZE": pauses.snooze,
    "SKIP": pauses.skip,
    "DONE": moving.done,
    "STRETCH": moving.stretch,
    "SEATED": preferences.seated,
    "DISCREET": preferences.discreet,
    "PICTURES": preferences.pictures,
    "WITHOUT": preferences.leave_out,
    "DELETE": leaving.delete,
    "LANGUAGE": languages.choose,
    "CHAT": _fixed("CHAT"),
    "ABUSE": _fixed("ABUSE"),
    "PREFS": learning.preferences,
    "LINK": linking.link,
    "UNLINK": linking.unlink,
    "HERE": joining.here,
}

ANSWERS: Mapping[str, Answer] = {
    "optin": joining.opt_in_answered,
    "setup": rhythm_words.set_up_answered,
    "agree": rhythm_words.agree_answered,
    "zone": whereabouts.zone_answered,
    "place": whereabouts.choice_answered,
    "check": checking.answered,
    "delete": leaving.delete_answered,
    "doubt": leaving.doubt_answered,
    "still_you": joining.still_you_answered,
    "alarm": alarm.follow_up,
}


def act(turn: Turn) -> list[Said]:
    """What a topic leads to; a topic of the article is read out."""
    return ACTIONS.get(turn.reading.topic, learning.topic)(turn)
