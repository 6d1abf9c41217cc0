"""Which room a file is in, and in which files nothing new may come."""

import re

# What decides: here a thing has a type, and a mapping was read into it before.
_STRICT = re.compile(
    r"services/[^/]+/([^/]+/)?(domain|handlers|application)(/|\.py)|shared/rules/(case|clocks)/"
)


def room_of(path: str) -> str:
    """A service, a shared package, or a top package: within it files may move without leave."""
    parts = path.split("/")
    depth = 1 if parts[0] == "gridcase" else 2
    return "/".join(parts[: min(depth, len(parts) - 1)])


def is_strict(path: str) -> bool:
    """Whether this file has a number of its own that may only fall, and none where it is not listed."""
    return _STRICT.match(path) is not None
