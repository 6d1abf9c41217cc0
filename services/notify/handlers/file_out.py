"""The duty that writes the file channel: a line for each notification, at least once, with its key to tell
twins by.
"""

from dataclasses import dataclass
from typing import Any

from services.notify.ports.books import Entry, Unwritten
from services.notify.ports.lines import LineFile
from shared.db.store import Store
from shared.kernel.instants import format_instant


@dataclass(frozen=True, slots=True)
class FileOut:
    """Writes what the file does not have yet."""

    store: Store
    unwritten: Unwritten
    file: LineFile

    def run(self, limit: int) -> int:
        """Write at most `limit` lines, then remember how far; a crash in between repeats lines, with equal
        keys.
        """
        with self.store.read() as conn:
            entries = self.unwritten.pick(conn, limit)
        if entries:
            self.file.append([_line(entry) for entry in entries])
            with self.store.begin() as work:
                self.unwritten.mark(work, [entry.id for entry in entries])
        return len(entries)


def _line(entry: Entry) -> dict[str, Any]:
    what = entry.notification
    return {
        "key": what.key,
        "at": format_instant(entry.made_at),
        "town": entry.about.town,
        "case": what.happening.case or None,
        "number": entry.about.number or None,
        "on": what.happening.on,
        "rule": what.reason.rule,
        "party": what.party,
        "unit": what.unit,
        "via": what.via,
        "text": {"zh": what.text.zh, "en": what.text.en},
    }
