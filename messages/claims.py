"""The claims of the source article, and which topic covers each."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from messages.language import Language
from messages.reading import Finding, TomlFile

FILE = "claims.toml"


@dataclass(frozen=True, slots=True)
class Claim:
    """One fact, drug or piece of advice of the article, in our words, as firmly as it puts it."""

    id: str
    section: str
    wording: str
    strength: str


def read_claims(folder: Path, findings: list[Finding]) -> tuple[Claim, ...]:
    file = TomlFile(folder, FILE, findings)
    return tuple(
        Claim(key, *(file.text(key, fields, name) for name in ("section", "wording", "strength")))
        for key, fields in file.table().items()
    )


def coverage(claims: tuple[Claim, ...], language: Language) -> Iterator[Finding]:
    """Claims that no SMS reply condenses, and topics that name a claim which isn't there."""
    known = {claim.id for claim in claims}
    covered = {claim for topic in language.topics.values() for claim in topic.claims}
    for claim in claims:
        if claim.id not in covered:
            yield Finding(FILE, claim.id, f"no topic in {language.name} covers this claim")
    for topic in language.topics.values():
        for claim_id in topic.claims:
            if claim_id not in known:
                yield Finding(
                    f"{language.name}/replies.toml", topic.name, f"there is no claim {claim_id}"
                )
