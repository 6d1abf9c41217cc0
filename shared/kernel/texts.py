"""Texts that people read exist in Chinese and English; Chinese is the first."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; a missing one falls back to the other.

    Args:
        zh: in Chinese; empty where there is none.
        en: in English; empty where there is none.
    """

    zh: str = ""
    en: str = ""

    def in_language(self, language: Language) -> str:
        """Return the text in `language`, or in the other where it is missing."""
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)

    def __str__(self) -> str:
        return self.zh or self.en
