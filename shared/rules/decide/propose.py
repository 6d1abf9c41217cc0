"""A category proposed from what a report says, by the pack's own keywords.

Decides which category the words speak for, and shows with which words. Pure; a person may always say otherwise.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from shared.rules.pack.model import Category, Pack


@dataclass(frozen=True, slots=True)
class Proposal:
    """A category that a text speaks for.

    Args:
        category: its key.
        matched: the keywords found, as the pack writes them.
        weight: characters of all keywords found.
    """

    category: str
    matched: tuple[str, ...]
    weight: int


def propose(pack: Pack, text: str) -> Proposal | None:
    """Return the category whose keywords match most, None where none matches (P000.23).

    Args:
        text: of the report, in any language.
    """
    return next(iter(proposals(pack, text)), None)


def proposals(pack: Pack, text: str) -> tuple[Proposal, ...]:
    """Return every category with a matching keyword: the longest total first, ties in the order of the file.

    Args:
        text: of the report; width and case of letters do not matter.
    """
    plain = _plain(text)
    found = [proposal for category in pack.categories.values() if (proposal := _proposal(category, plain))]
    return tuple(sorted(found, key=lambda proposal: -proposal.weight))


def _proposal(category: Category, text: str) -> Proposal | None:
    matched = tuple(word for word in category.keywords if _stands_in(word, text))
    return Proposal(category.key, matched, sum(map(len, matched))) if matched else None


def _stands_in(keyword: str, text: str) -> bool:
    """Letters of the Latin alphabet must begin a word ('tree' is not in 'street'); Chinese has no such gaps."""
    word = _plain(keyword)
    if not word[:1].isascii():
        return word in text
    return _beginning(word).search(text) is not None


@lru_cache(maxsize=4096)
def _beginning(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9]){re.escape(word)}")


def _plain(text: str) -> str:
    return normalize("NFKC", text).casefold()
