"""Words that lead somewhere although somebody else acts on them first."""

from collections.abc import Iterator

from messages.language import Language
from messages.reading import Finding

# What carriers and Twilio take as opt-out, opt-in or help when it is the whole message: such a word
# as a keyword of ours would end the subscription, or never reach us.
CARRIER = {
    **dict.fromkeys(
        (
            "stop", "stopall", "stop all", "end", "quit", "cancel", "unsubscribe", "revoke", "optout",
            "opt out", "opt-out", "remove", "arret", "td", "alto", "baja", "parar", "cancelar",
        ),
        "an opt-out",
    ),
    **dict.fromkeys(("start", "yes", "unstop"), "an opt-in"),
    **dict.fromkeys(("help", "info", "ayuda"), "a call for help"),
}  # fmt: skip


def taken(language: Language) -> Iterator[Finding]:
    """Keywords that a carrier, or our own opt-out, takes for itself when they are the whole message."""
    keywords = language.keywords
    if keywords is None:
        return
    ours = dict.fromkeys(keywords.stop, "an opt-out") | CARRIER
    commands = {row.name.lower(): row.name for row in keywords.commands}
    for alias, name in (commands | dict(keywords.aliases)).items():
        if alias in ours:
            reason = f"{alias!r} can't be a keyword: it is taken as {ours[alias]}"
            yield Finding(f"{language.name}/keywords.toml", name, reason)
