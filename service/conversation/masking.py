"""A text without what could tell who wrote it, as far as words alone can show. Rather too much goes than too little."""

import re
import unicodedata

from messages.folding import tidy

LONGEST = 160  # characters that are kept
NUMBER, NAME, MAIL, LINK, HANDLE = "[number]", "[name]", "[e-mail]", "[link]", "[handle]"
PLACEHOLDERS = (NUMBER, NAME, MAIL, LINK, HANDLE)

_READ = 4 * LONGEST  # a placeholder may be shorter than what it stands for
_MAIL = re.compile(r"[^\s@,;:<>()]+@[^\s@,;:<>()]+\.[^\s@,;:<>()]+")
_LINK = re.compile(
    r"\b(?:https?|ftp)://\S+|\bwww\.\S+|\b(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?(?![a-z])", re.I | re.A
)
_HANDLE = re.compile(r"[@#]\w[\w.]*")
_NUMBER = re.compile(r"[+(]?\d(?:[\d\s()./,:+-]*\d)?")
_TITLES = "mr|mrs|ms|miss|mx|dr|prof|sr|sra|srta|dra|don|doña|señor|señora"
_LETTERS = r"[^\W\d_]"
_WORD = rf"{_LETTERS}+(?:['’-]{_LETTERS}+)*"  # noqa: RUF001 -- as phones write it
_SURE = "my name is|my name's|name is|i am called|me llamo|mi nombre es"
_CUES = (
    f"{_SURE}|call me|this is|it is|it's|its|i am|i'm|im|regards|sincerely|cheers|love|from|"
    "soy|habla|con|de parte de|atentamente|saludos|un abrazo"
)
# After "it's" a name has no capital where nothing else follows: "its maria", not "it's raining cats".
_ENDS = re.compile(r"\s*(?:$|[.,;:!?)]|(?:here|from|again|speaking|aqu[ií]|de)\b)", re.I)
# What people say after "I am" when they don't say who.
_NO_NAMES = frozenset({
    "a", "an", "the", "in", "on", "at", "so", "very", "not", "too", "just", "still", "also", "really",
    "always", "never", "going", "trying", "having", "feeling", "sorry", "here", "there", "back", "home",
    "work", "working", "sore", "stiff", "tired", "hurt", "hurting", "sick", "fine", "ok", "okay", "good",
    "bad", "better", "worse", "happy", "sad", "pregnant", "new", "lost", "confused", "sure", "unable",
    "able", "stuck", "getting", "doing", "using", "taking", "my", "your", "his", "her", "our", "their",
    "this", "that", "it", "me", "you", "us", "what", "how", "when", "why", "who", "which", "no", "yes",
    "and", "or", "but", "to", "of", "un", "una", "el", "la", "los", "las", "lo", "muy", "si", "sí", "mi",
    "tu", "su", "que", "qué", "como", "cómo", "en", "de", "con", "para", "por", "al", "del", "cansado",
    "cansada", "nuevo", "nueva", "dolor", "espalda", "mucho", "mucha", "todo", "toda", "algo",
})  # fmt: skip
_CALLED = re.compile(rf"\b({_CUES})\s+({_WORD})(\s+{_WORD})?", re.I)
_TITLED = re.compile(rf"\b(?:{_TITLES})\b\.?\s+{_WORD}(?:\s+(?=[^\W\d_a-z]){_WORD})?", re.I)
_GREETED = re.compile(rf"^(?:hi|hello|hey|dear|hola|buenas|querid[oa])\s+({_WORD})", re.I)
_HAN_NAME = re.compile(r"(我叫|我姓|名字叫|名字是|姓名是?|本人)([\u4e00-\u9fff]{1,4})")
_CAPITALS = re.compile(_WORD)
_FULL = re.compile(rf"(?:\b[A-Z]{_LETTERS}+\s+)?{re.escape(NAME)}(?:\s+{re.escape(NAME)})*")


def mask(text: str) -> str:
    """Links, addresses, handles, digits and names become placeholders; the rest is cut to LONGEST."""
    masked = tidy(text, _READ).replace("\n", " ")
    masked = _MAIL.sub(MAIL, masked)
    masked = _LINK.sub(LINK, masked)
    masked = _HANDLE.sub(HANDLE, masked)
    masked = _NUMBER.sub(NUMBER, masked)
    return _cut(" ".join(_without_names(masked).split()))


def readable(masked: str) -> str:
    """As the matcher may read it: a number is one, and no placeholder is taken for a word."""
    return said(masked.replace(NUMBER, " 0 "))


def said(masked: str) -> str:
    """What is left of somebody's own words."""
    for placeholder in PLACEHOLDERS:
        masked = masked.replace(placeholder, " ")
    return masked


def _without_names(text: str) -> str:
    text = _HAN_NAME.sub(rf"\1{NAME}", text)
    text = _TITLED.sub(NAME, text)
    text = _GREETED.sub(_greeted, text)
    text = _CALLED.sub(_called, text)
    return _capitalised(text)


def _greeted(found: re.Match[str]) -> str:
    word = found[1]
    return found[0] if word.casefold() in _NO_NAMES else found[0][: -len(word)] + NAME


def _called(found: re.Match[str]) -> str:
    """A first name, and a second one that has a capital or comes after a sure cue."""
    cue, first, second = found[1], found[2], found[3] or ""
    sure = re.fullmatch(_SURE, cue, re.I) is not None
    if first.casefold() in _NO_NAMES or _inside(found, first):
        return found[0]
    if not (sure or first[0].isupper() or _ENDS.match(found.string, found.end(2))):
        return found[0]
    word = second.strip()
    kept = "" if word[:1].isupper() or (sure and word.casefold() not in _NO_NAMES) else second
    return f"{cue} {NAME}{kept}"


def _inside(found: re.Match[str], word: str) -> bool:
    """Part of a placeholder that stands there already."""
    at = found.start(2)
    return found.string[at - 1 : at] == "[" and found.string[at + len(word) :][:1] == "]"


def _capitalised(text: str) -> str:
    """A word with a capital that no sentence begins with is most often a name, of whatever it be."""

    def masked(found: re.Match[str]) -> str:
        word, at = found[0], found.start()
        if not _titled(word) or text[at - 1 : at] == "[" or _begins(text[:at]):
            return word
        return NAME

    return _FULL.sub(NAME, _CAPITALS.sub(masked, text))


def _titled(word: str) -> bool:
    return len(word) > 1 and word[0].isupper() and not word.isupper() and not word.startswith("I'")


def _begins(before: str) -> bool:
    """Does a sentence begin here?"""
    before = before.rstrip()
    return not before or before[-1] in '.!?¡¿…:"' or unicodedata.category(before[-1]) == "So"


def _cut(text: str) -> str:
    """No half of a placeholder."""
    if len(text) <= LONGEST:
        return text
    cut = text[: LONGEST - 1]
    opened = cut.rfind("[")
    whole = opened < 0 or "]" in cut[opened:]
    return (cut if whole else cut[:opened]).rstrip() + "…"
