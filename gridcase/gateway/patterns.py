"""Path patterns as services declare them, compared segment by segment.

Decides whether two patterns can mean one path. Must not know methods, services, nor how a request is passed on.
"""

import re
from dataclasses import dataclass

Segment = str | None  # a text that stands there, or None: any one text that is not empty
# Whole segments only. What these converters refuse is the owner's to answer, so they count as 'any text' here.
_VARIABLE = re.compile(r"<(?:(?:string|int|float|uuid)(?:\([^()]*\))?:)?[A-Za-z_]\w*>")
_FIXED = re.compile(r"[A-Za-z0-9._~-]*")  # needs no escape in a path, and hardly one in nginx's patterns
_EXAMPLE = "x"


class UnknownPattern(ValueError):
    """A pattern of a form that the table can't compare; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class PathPattern:
    """One declared path.

    Args:
        rule: as the service declares it, such as '/v1/towns/<town>/cases/<case>'.
        segments: what stands between its slashes.
    """

    rule: str
    segments: tuple[Segment, ...]

    @classmethod
    def read(cls, rule: str) -> "PathPattern":
        """Read a werkzeug rule.

        Raises:
            UnknownPattern: a variable reaches over slashes or fills only a part of a segment.
        """
        return cls(rule, tuple(_read(segment, rule) for segment in rule.split("/")[1:]))

    @property
    def order(self) -> tuple[tuple[bool, str], ...]:
        """Sorts patterns so that each stands before those that cover it."""
        return tuple((segment is None, segment or "") for segment in self.segments)

    def overlaps(self, other: "PathPattern") -> bool:
        """Tell whether there is a path that both mean."""
        return len(self.segments) == len(other.segments) and all(
            mine == theirs or (mine is None and theirs != "") or (theirs is None and mine != "")
            for mine, theirs in zip(self.segments, other.segments, strict=True)
        )

    def covers(self, other: "PathPattern") -> bool:
        """Tell whether every path that `other` means is meant by this pattern too."""
        return self.overlaps(other) and all(
            mine is None or mine == theirs for mine, theirs in zip(self.segments, other.segments, strict=True)
        )

    def example(self, other: "PathPattern | None" = None) -> str:
        """Return a path that this pattern means; with `other`, which must overlap, one that both mean."""
        pairs = zip(self.segments, (other or self).segments, strict=True)
        return "".join(f"/{_either(mine, theirs)}" for mine, theirs in pairs)


def _read(segment: str, rule: str) -> Segment:
    if _VARIABLE.fullmatch(segment):
        return None
    if not _FIXED.fullmatch(segment):
        raise UnknownPattern(
            f"{rule}: the gateway compares paths segment by segment; let a variable fill one whole segment"
        )
    return segment


def _either(mine: Segment, theirs: Segment) -> str:
    fixed = mine if mine is not None else theirs
    return _EXAMPLE if fixed is None else fixed
