"""In which encoding a table is written and what parts its cells, found out from what is in it.

Decides between UTF-8 with or without a mark, UTF-16 (Excel's 'Unicode text') and GB18030; between comma, semicolon and
tab. Must not know what a column means.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # how Excel's files begin
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
_MARKED = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_TRUSTED = 20  # letters beyond ASCII read well as UTF-8: no text in GB18030 gets that far by chance


class Undecodable(Exception):
    """A file in none of these encodings; `line` is the first that does not read well."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def encoding_of(file: IO[bytes]) -> str:
    """Return the encoding; the file is read through once, for its first Chinese letter may stand in the last line.

    Raises:
        Undecodable: it is none of those that are known.
    """
    file.seek(0)
    begins = file.read(3)
    for mark, encoding in _MARKED.items():
        if begins.startswith(mark):
            return encoding
    good = _good_letters(file, "utf-8")
    if good is None:
        return "utf-8"
    if good.beyond_ascii >= _TRUSTED or _good_letters(file, "gb18030") is not None:
        raise Undecodable(good.line)
    return "gb18030"


def separator_of(first_line: str) -> str:
    """Return the sign that the first line has most of, outside quotation marks."""
    outside = "".join(first_line.split('"')[::2])
    return max(SEPARATORS, key=outside.count)


@dataclass(frozen=True, slots=True)
class _ReadWell:
    """How far a file could be read in an encoding: the line in which it broke off, and letters before beyond ASCII."""

    line: int
    beyond_ascii: int


def _good_letters(file: IO[bytes], encoding: str) -> _ReadWell | None:
    """Return how far the file reads well in an encoding; None: to its end."""
    file.seek(0)
    line, beyond = 1, 0
    for raw in _lines(file):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as wrong:
            before = raw[: wrong.start].decode(encoding)
            return _ReadWell(line, beyond + _beyond_ascii(before))
        line, beyond = line + 1, beyond + _beyond_ascii(text)
    return None


def _lines(file: IO[bytes]) -> Iterable[bytes]:
    # A line feed is no part of any letter, neither in UTF-8 nor in GB18030: a line may be decoded alone.
    return iter(file.readline, b"")


def _beyond_ascii(text: str) -> int:
    # Not letter by letter: every line of a list is counted, and most are of ASCII alone.
    return 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))
