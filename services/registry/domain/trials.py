"""Trying a pack out before it takes effect: a trial that finds faults keeps it from being published."""

from collections.abc import Callable, Mapping, Sequence

from shared.rules.language.errors import PackError
from shared.rules.pack.model import Pack

# A pack and its files → the faults found, none when it may be published.
Trial = Callable[[Pack, Mapping[str, str]], Sequence[PackError]]
