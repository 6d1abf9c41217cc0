"""The facts file of `gridcase decide`: a report in a few lines of YAML, its keys in English or in Chinese.

Decides what may stand in it: names that the pack knows, and facts that it declares. Must not know what follows.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import yaml

from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.logic.facts import Kind
from shared.rules.pack.keys import keys_of
from shared.rules.pack.model import Pack
from shared.rules.pack.vocabulary import PLATFORM_FACTS, YES_NO

_ENGLISH: Mapping[str, str] = {
    **keys_of("case", ("category", "channel", "place", "facts")).english,
    PLATFORM_FACTS.chinese["from_above"]: "from_above",
    PLATFORM_FACTS.chinese["finder"]: "finder_role",
}
FIELDS = frozenset(_ENGLISH.values())
_YES_NO = {word: value for written in YES_NO.chinese.items() for word, value in zip(written, (True, False), strict=True)}


def read_facts_file(pack: Pack, text: bytes) -> Mapping[str, Any]:
    """Return what a facts file says, under English keys.

    Raises:
        Problem: `bad-facts`, naming what is wrong with the file.
    """
