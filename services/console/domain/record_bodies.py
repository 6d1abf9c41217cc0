"""A record as it is sent, from what was typed into its form; and a form filled with what a record says.

Decides which fields a form has: `fact.KEY`, `row.N.KEY`. What an entry may be, the service says that takes it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from services.console.domain.duty_sheets import Entry, FormEntry, FormSheet, RecordSheet, RecordToSend
from services.console.domain.sheets import AskedFact
from services.console.domain.typed_answers import NO, YES, typed

MOST_ROWS = 500
PICTURE = "picture"  # field: ids of pictures that were handed in
SOME_ROWS = 3  # that an empty form shows
Given = Mapping[str, Sequence[str]]  # field → what was typed or ticked under its name


class Typed(Protocol):
    """Fields of a form that was sent; a name may come several times."""

    def lists(self) -> Iterable[tuple[str, list[str]]]:
        """Every name with what was typed under it."""
        ...


def given_in(form: Typed) -> dict[str, list[str]]:
    """Return what was typed, by its field."""
    return {name: [text.strip() for text in texts] for name, texts in form.lists()}


def record_of(form: FormSheet, given: Given, **about: str | None) -> RecordToSend:
    """Return what is sent.

    Args:
        about: what the page knows of it: occurrence, corrects.

    Raises:
        NotTyped: something is not what its entry asks for.
    """
    rows = (entries_of(form.rows, given, f"row.{n}.") for n in range(rows_in(given)))
    return RecordToSend(
        form=form.key,
        facts=entries_of(form.facts, given, "fact."),
        rows=tuple(row for row in rows if row),
        subject=first(given, "subject"),
        day=first(given, "day"),
        begins=first(given, "from"),
        ends=first(given, "to"),
        is_finished=first(given, "finished") != NO,
        pictures=tuple(given.get(PICTURE, ())),
        **about,
    )


def entries_of(entries: Iterable[FormEntry], given: Given, prefix: str) -> dict[str, Entry]:
    """Return the values of every entry that was filled in.

    Raises:
        NotTyped: a value is not what its entry asks for.
    """
    found = ((entry, _texts(entry, given.get(f"{prefix}{entry.key}", ()))) for entry in entries)
    return {entry.key: _value(entry, texts) for entry, texts in found if texts}


def rows_in(given: Given) -> int:
    """Return how many rows were sent, empty ones among them."""
    numbers = [int(name.split(".")[1]) for name in given if _is_of_row(name)]
    return min(max(numbers, default=-1) + 1, MOST_ROWS)


def filled_with(form: FormSheet, record: RecordSheet) -> dict[str, list[str]]:
    """Return a form's fields as a record has them; what is sealed of it stays empty."""
    plain = {
        "subject": record.subject,
        "day": record.day.isoformat(),
        "from": record.begins,
        "to": record.ends,
    }
    return {
        **{name: [text] for name, text in plain.items() if text},
        PICTURE: [picture.id for picture in record.pictures if not picture.erased],
        **dict(_fields(form.facts, record.facts, "fact.")),
        **{
            name: texts
            for n, row in enumerate(record.rows)
            for name, texts in _fields(form.rows, row, f"row.{n}.")
        },
    }


def first(given: Given, name: str) -> str | None:
    """Return what was typed into a field; None: nothing was."""
    return next(iter(given.get(name, ())), None) or None


def _fields(
    entries: Iterable[FormEntry], values: Mapping[str, Entry], prefix: str
) -> Iterator[tuple[str, list[str]]]:
    for entry in entries:
        value = values.get(entry.key)
        if value is not None:
            texts = [_written(each) for each in value] if isinstance(value, list) else [_written(value)]
            yield f"{prefix}{entry.key}", texts if entry.values else ["\n".join(texts)]


def _written(value: bool | int | float | str) -> str:
    return (YES if value else NO) if isinstance(value, bool) else str(value)


def _texts(entry: FormEntry, texts: Sequence[str]) -> list[str]:
    """What was typed: of a list that is no choice, a line each."""
    lines = [line for text in texts for line in text.splitlines()] if _is_lines(entry) else texts
    return [line.strip() for line in lines if line.strip()]


def _is_lines(entry: FormEntry) -> bool:
    return entry.many and not entry.values


def _value(entry: FormEntry, texts: Sequence[str]) -> Entry:
    asked = AskedFact(entry.key, entry.name, entry.kind)
    values = [typed(asked, text, "UTC") for text in texts]  # a form asks for no instant
    return [each for each in values if each is not None] if entry.many else values[0]


def _is_of_row(name: str) -> bool:
    parts = name.split(".")
    return len(parts) == 3 and parts[0] == "row" and parts[1].isdecimal() and len(parts[1]) <= 3
