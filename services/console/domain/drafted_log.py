"""A work log drafted from what the day holds already: records that were made, cases on which something was done.

Decides what gets a line. It is a draft: whoever fills in the form reads, changes and confirms it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from services.console.domain.duty_sheets import FormSheet, RecordSheet
from services.console.domain.sheets import CaseRow

LONGEST = 5000  # characters of a long text


def days_cases(rows: Iterable[CaseRow], day: date, zone: str) -> list[CaseRow]:
    """Return the cases on which something was done on a day, in the order of their numbers.

    Args:
        zone: IANA name, whose midnight ends the day.
    """
    here = ZoneInfo(zone)
    changed = (row for row in rows if (row.changed_at or row.reported_at).astimezone(here).date() == day)
    return sorted(changed, key=lambda row: row.number)


def drafted(
    records: Sequence[RecordSheet], forms: Mapping[str, FormSheet], cases: Iterable[tuple[str, str, str]]
) -> str:
    """Return the draft: a line for each record by its time of day, and one for each case.

    Args:
        records: of the day, those that others stand in place of left out.
        cases: number, what it is about, how it stands; in the reader's words.
    """
    ordered = sorted(records, key=lambda record: (record.begins or "", record.at))
    lines = [_of_record(record, forms.get(record.form)) for record in ordered]
    lines += [f"{number} {about} – {state}" for number, about, state in cases]
    return "\n".join(lines)[:LONGEST]


def _of_record(record: RecordSheet, form: FormSheet | None) -> str:
    time = f"{record.begins}–{record.ends} " if record.begins and record.ends else ""
    entries = form.facts if form else ()
    said = [
        entry.said(record.facts[entry.key])
        for entry in entries
        if entry.key in record.facts and entry.kind in ("text", "choice")
    ]
    words = "; ".join(text.replace("\n", " ") for text in said if text)
    return f"{time}{record.name}: {words}" if words else f"{time}{record.name}"
