"""The file channel: lines of JSON at the end of a file that another program reads."""

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct

from services.notify.domain.matter import SCHEMA_VERSION, Matter
from shared.contracts.messages import HistoriesAnchored
from shared.kernel.texts import Text

LINE_SCHEMA = f"urn:gridcase:notification-line:{SCHEMA_VERSION}"


class GatheredFileLine(Struct, frozen=True, omit_defaults=True):
    """One of several notices that a line tells together; `key` is its own."""

    key: str
    at: str
    case: str | None
    number: str | None
    on: str
    rule: str
    text: Text
    occurrence: str | None = None
    matter: Matter | None = None


class FileLine(Struct, frozen=True, omit_defaults=True):
    """One notification as a line says it; `key` is the same where a line is repeated.

    Args:
        gathered: the notices that it tells together.
        occurrence: of a duty, that it is about.
        matter: the case as it stood when this was told; missing: its words are all.
        dataschema: of which form the line is.
        history_head: a day's head of all histories, for `gridcase verify`: told to nobody, but a line like any other to
            whoever reads the file.
    """

    dataschema: str
    key: str
    at: str
    town: str
    case: str | None
    number: str | None
    on: str
    rule: str
    party: str
    unit: str | None
    via: str | None
    text: Text
    history_head: HistoriesAnchored | None = None
    gathered: tuple[GatheredFileLine, ...] = ()
    occurrence: str | None = None
    matter: Matter | None = None


class JsonLines:
    """A file of JSON lines, made with its folder when the first line is written."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, lines: Iterable[FileLine]) -> None:
        """Write the lines at the end of the file and wait until the disk has them."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())  # only then may the store be told that these lines are written
