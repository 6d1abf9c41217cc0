"""Trying a pack out before it takes effect.

A trial that finds faults keeps the pack from being published; the edition in force stays.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.rules.pack.errors import PackError
from shared.rules.pack.model import Pack


class Trial(Protocol):
    """Tries a pack out: canaries for both evaluators, the town's own scenarios, a replay of past cases."""

    def __call__(self, pack: Pack, files: Mapping[str, str]) -> Sequence[PackError]:
        """Return the faults found, none when the pack may be published."""
        ...
