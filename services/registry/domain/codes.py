"""Codes of grids: the first letter of every character of sub-district and community, then a two-digit serial.

P002A.8 as read in A-14. Decides the letters and which codes clash; a character whose readings begin with
different letters is asked about and never guessed. Parts stay apart, because joined letters can coincide. Must
not know which codes were given out.
"""

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from services.registry.domain.refusals import PACKAGE, refusal
from shared.kernel.problems import Problem

# What a name may end in without being part of the proper name.
_KINDS = ("街道办事处", "街道", "社区居委会", "社区")
LONGEST_NAME = 40
LAST_SERIAL = 99
LONGEST_SEPARATOR = 3
_SEPARATORS = frozenset("-_./· ")


@dataclass(frozen=True, slots=True)
class GridName:
    """What a code is made from: names as they are written, and the number of the grid within the community."""

    street: str
    community: str
    serial: int


@dataclass(frozen=True, slots=True)
class GridCode:
    """A code with its parts apart."""

    street: str
    community: str
    serial: int
    name: GridName
    separator: str = ""

    @property
    def text(self) -> str:
        """The code as it is written on a sign."""
        return self.separator.join((self.street, self.community, f"{self.serial:02d}"))

    @property
    def joined(self) -> str:
        """The code without separators: where two of these differ, no two writings coincide."""
        return f"{self.street}{self.community}{self.serial:02d}"

    def clashes_with(self, other: "GridCode") -> bool:
        """Tell whether the two could be taken for one another: the same parts, or the same writing."""
        return (self.street, self.community, self.serial) == (
            other.street,
            other.community,
            other.serial,
        ) or self.text == other.text


@dataclass(frozen=True, slots=True)
class Choice:
    """A character of several readings, with those that it has."""

    character: str
    readings: tuple[str, ...]


class SeveralReadings(Problem):
    """The operator must say how characters are read; `choices` holds them all."""

    choices: tuple[Choice, ...]


def code_of(name: GridName, chosen: Mapping[str, str] | None = None, separator: str = "") -> GridCode:
    """Return the code of a grid.

    Args:
        chosen: character → how it is read, as a reading or its first letter.

    Raises:
        SeveralReadings: characters to ask about.
        Problem: `bad-code-name`, `bad-serial`, `bad-separator`, `bad-reading`.
    """
    if not 1 <= name.serial <= LAST_SERIAL:
        raise refusal("bad-serial", serial=name.serial, last=LAST_SERIAL)
    if len(separator) > LONGEST_SEPARATOR or not _SEPARATORS.issuperset(separator):
        raise refusal("bad-separator", allowed=" ".join(sorted(_SEPARATORS)))
    street, community = proper(name.street), proper(name.community)
    picked = _checked(chosen or {})
    if open_ones := _open_choices(street + community, picked):
        raise _asks(open_ones)
    return GridCode(_letters(street, picked), _letters(community, picked), name.serial, name, separator)


def proper(name: str) -> str:
    """Return the proper name, without 街道 or 社区.

    Raises:
        Problem: `bad-code-name` – nothing is left, or a mark has no letter.
    """
    # Full-width letters and the like are what they look like: two writings of a name must not get two codes.
    name = unicodedata.normalize("NFKC", name).strip()
    kind = next((kind for kind in _KINDS if name.endswith(kind)), "")
    rest = name.removesuffix(kind)
    if not 0 < len(rest) <= LONGEST_NAME or not all(_has_letter(mark) for mark in rest):
        raise refusal("bad-code-name", name=name)
    return rest


def _has_letter(mark: str) -> bool:
    return (mark.isascii() and mark.isalpha()) or mark in _several() or bool(_sounds(mark))


def _letters(text: str, picked: Mapping[str, str]) -> str:
    return "".join(_letter(mark, picked) for mark in text)


def _letter(mark: str, picked: Mapping[str, str]) -> str:
    if mark.isascii():
        return mark.lower()
    return picked[mark] if mark in picked else _first(_readings(mark)[0])


def _open_choices(text: str, picked: Mapping[str, str]) -> tuple[Choice, ...]:
    # Asked where the first letters differ, and only there: no more of a reading goes into a code.
    return tuple(
        Choice(mark, _readings(mark))
        for mark in dict.fromkeys(text)
        if not mark.isascii() and mark not in picked and len({_first(sound) for sound in _readings(mark)}) > 1
    )


def _checked(chosen: Mapping[str, str]) -> dict[str, str]:
    """Character → letter, for readings that the character has."""
    picked = {}
    for mark, reading in chosen.items():
        known = _readings(mark) if len(mark) == 1 and not mark.isascii() else ()
        letters = {text: _first(sound) for sound in known for text in (sound, _plain(sound), _first(sound))}
        if reading.lower() not in letters:
            raise refusal("bad-reading", character=mark, reading=reading, readings=" / ".join(known))
        picked[mark] = letters[reading.lower()]
    return picked


def _readings(mark: str) -> tuple[str, ...]:
    return _several().get(mark) or _sounds(mark)


@cache
def _several() -> Mapping[str, tuple[str, ...]]:
    """Characters whose modern readings begin with different letters."""
    text = files(PACKAGE).joinpath("readings.toml").read_text(encoding="utf-8")
    return {mark: tuple(said.split()) for mark, said in tomllib.loads(text).items()}


def _sounds(mark: str) -> tuple[str, ...]:
    """The usual reading of any other character; none for what is no Chinese character."""
    from pypinyin import Style, pinyin  # its table is large: read when the first code is made

    found = pinyin(mark, style=Style.TONE, errors="ignore")
    return (unicodedata.normalize("NFC", found[0][0]),) if found else ()


def _plain(reading: str) -> str:
    bare = unicodedata.normalize("NFD", reading)
    return "".join(mark for mark in bare if not unicodedata.combining(mark))


def _first(reading: str) -> str:
    return _plain(reading)[0]


def _asks(choices: Sequence[Choice]) -> SeveralReadings:
    listed = "; ".join(f"{choice.character}: {' / '.join(choice.readings)}" for choice in choices)
    made = refusal("several-readings", choices=listed)
    asking = SeveralReadings(made.code, made.cause, made.remedy, {"field": "readings"})
    asking.choices = tuple(choices)
    return asking
