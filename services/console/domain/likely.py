"""Categories that words speak for by their names alone, where a town's rules propose none from its keywords.

Decides what counts as alike: a word that both have, or two characters of Chinese that follow one another in both.
"""

import re
from collections.abc import Sequence

from services.console.domain.sheets import OfferedCategory

MOST = 4
_WORDS = re.compile(r"[a-z0-9]{3,}|[\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]+")


def likely(words: str, categories: Sequence[OfferedCategory]) -> list[OfferedCategory]:
    """Return the categories whose names share most with some words, the likeliest first; none shares nothing."""
    wanted = _pieces(words)
    shared = [(len(wanted & _pieces(each.name)), each) for each in categories]
    found = sorted((pair for pair in shared if pair[0]), key=lambda pair: -pair[0])
    return [each for _, each in found[:MOST]]


def _pieces(text: str) -> set[str]:
    found: set[str] = set()
    for word in _WORDS.findall(text.casefold()):
        is_han = _HAN.fullmatch(word) is not None
        found |= {word[at : at + 2] for at in range(len(word) - 1)} if is_han else {word}
    return found
