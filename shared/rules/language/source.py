"""From the bytes of a rule file to its tree, or to a clear refusal.

Decides what may stand in a file at all: encoding, size, depth, characters. YAML is read by libyaml event
by event, so that a hostile file is refused at the event that breaks a bound and never built. Must not
know what a key means.
"""

import os
import re
import stat
from pathlib import Path
from typing import BinaryIO
from unicodedata import is_normalized, normalize

from yaml import MarkedYAMLError, YAMLError
from yaml._yaml import CParser  # libyaml; without it there is no bound on hostile input

from shared.rules.language.compose import Composer, Unacceptable
from shared.rules.language.errors import Complaints, Where
from shared.rules.language.nodes import Node
from shared.rules.language.yaml_problems import explained

LARGEST_FILE = 1_000_000  # bytes
_ENCODINGS_BY_MARK = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"\x00\x00\xfe\xff", "UTF-32"))
_BYTE_ORDER_MARK = "\ufeff"
# What an editor does not show, or what libyaml would take for a line's end and an editor would not.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e007f]"
    "|\r(?!\n)"
)


def load(path: Path, file: str, complaints: Complaints) -> str | None:
    """Return the text of the file at `path`, called `file` in messages; None if it was complained about.

    What it is and its size are looked at before anything is read: a pipe would keep its reader waiting for ever, and a
    device has no end.
    """
    if not path.resolve().is_relative_to(path.parent.resolve()):
        complaints.add("link-outside", Where(file, 1))
        return None
    opened = _ordinary(path)
    if opened is None:
        complaints.add("not-a-file", Where(file, 1))
        return None
    with opened:
        size = os.fstat(opened.fileno()).st_size
        if size > LARGEST_FILE:
            complaints.add("file-too-large", Where(file, 1), size=size, most=LARGEST_FILE)
            return None
        return decoded(opened.read(LARGEST_FILE), file, complaints)


def _ordinary(path: Path) -> BinaryIO | None:
    """Open an ordinary file; None: it is something else, such as a pipe, or a link that leads nowhere."""
    try:
        # Without waiting for somebody to write into a pipe. What was opened is looked at, not what had the name before.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    return None


def decoded(raw: bytes, file: str, complaints: Complaints) -> str | None:
    """Return the bytes as text without a byte order mark, or None after a complaint."""
    for mark, name in _ENCODINGS_BY_MARK:
        if raw.startswith(mark):
            complaints.add("encoding-utf-16", Where(file, 1), encoding=name)
            return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = raw.count(b"\n", 0, wrong.start) + 1
        complaints.add("encoding-gbk" if _is_gbk(raw) else "encoding-unknown", Where(file, line))
        return None


def _is_gbk(raw: bytes) -> bool:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def parse(text: str, file: str, complaints: Complaints) -> Node | None:
    """Return the tree of a file's text, or None after a complaint."""
    text = text.removeprefix(_BYTE_ORDER_MARK)
    if not _is_readable(text, file, complaints):
        return None
    composer = Composer(file, complaints)
    try:
        root = composer.compose(CParser(_in_one_form(text)))
    except Unacceptable as wrong:
        complaints.add(wrong.code, wrong.where, **wrong.terms)
        return None
    except YAMLError as wrong:
        _complain_of_syntax(wrong, text, file, complaints)
        return None
    if root is None:
        complaints.add("empty-file", Where(file, 1))
    return root


def _in_one_form(text: str) -> str:
    return text if text.isascii() or is_normalized("NFC", text) else normalize("NFC", text)


def _is_readable(text: str, file: str, complaints: Complaints) -> bool:
    """Tell whether the text has an acceptable size and only characters that everyone can see."""
    if len(text) > LARGEST_FILE:
        complaints.add("file-too-large", Where(file, 1), size=len(text), most=LARGEST_FILE)
        return False
    tab = text.find("\t")
    if tab >= 0:
        complaints.add("tab", place_of(text, tab, file))
    invisible = _INVISIBLE.search(text)
    if invisible:
        name = f"U+{ord(invisible[0][0]):04X}"
        complaints.add("invisible-character", place_of(text, invisible.start(), file), character=name)
    return tab < 0 and not invisible


def place_of(text: str, offset: int, file: str) -> Where:
    """Return the line and column of the character at `offset`."""
    line_start = text.rfind("\n", 0, offset) + 1
    return Where(file, text.count("\n", 0, offset) + 1, offset - line_start + 1)


def _complain_of_syntax(wrong: YAMLError, text: str, file: str, complaints: Complaints) -> None:
    mark = (wrong.problem_mark or wrong.context_mark) if isinstance(wrong, MarkedYAMLError) else None
    lines = text.split("\n")
    where = Where(file, min(mark.line + 1, len(lines)), mark.column + 1) if mark else Where(file, 1)
    code, terms, line = explained(wrong, where.line, lines)
    complaints.add(code, where if line == where.line else Where(file, line), **terms)
