"""The words people text us, in every language, and what free wording is taken for."""

from collections.abc import Mapping
from dataclasses import dataclass

from messages.classifier import Model
from messages.keywords import Keywords


@dataclass(frozen=True, slots=True)
class Vocabulary:
    languages: Mapping[str, Keywords]
    model: Model
