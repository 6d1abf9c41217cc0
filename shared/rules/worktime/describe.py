"""A certificate as lines for people. Decides nothing; every word comes from the catalogue."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from msgspec import convert

from shared.kernel.instants import local_label, parse_instant
from shared.kernel.texts import Language, Text
from shared.rules.worktime.amount import Amount, TimeUnit, format_amount
from shared.rules.worktime.certificate import OwnEnd
from shared.rules.worktime.words import EFFECTS, KINDS, LINES, READINGS, ROLES, SOURCES

Certificate = Mapping[str, Any]
_SHORT = 12


def describe(certificate: Certificate, language: Language) -> list[str]:
    """Return a certificate of `Deadline.certificate` as lines, from the start to the due instant.

    Raises:
        KeyError: it is no certificate, or one of a version with other words.
    """
    parts = (_opening, _days, _pauses, _ending)
    return list(chain.from_iterable(part(certificate, language) for part in parts))


def _opening(certificate: Certificate, language: Language) -> Iterator[str]:
    zone = certificate["zone"]
    yield _line("start", language, at=_local(certificate["started_at"], zone), zone=zone)
    if certificate["begins_at"] != certificate["started_at"]:
        yield _line("begins", language, at=_local(certificate["begins_at"], zone))
    amount = Amount(certificate["amount"]["number"], TimeUnit(certificate["amount"]["unit"]))
    yield _line("amount", language, amount=format_amount(amount, language))
    if (time := convert(certificate, OwnEnd).ends_at) is not None:
        yield _line("ends_at", language, time=time)
    if certificate["target_minutes"] is not None:
        yield _line("target", language, minutes=certificate["target_minutes"])


def _days(certificate: Certificate, language: Language) -> Iterator[str]:
    for run in certificate["days"]:
        days = run["from"] if run["from"] == run["to"] else f"{run['from']} – {run['to']}"
        role = ROLES[run["role"]].in_language(language) + _length(run)
        kind = _kind(run, language)
        yield _line("day" if kind else "day_plain", language, days=days, kind=kind, role=role)
    if certificate["roll"] is not None:
        yield _line("roll", language, **certificate["roll"])


def _kind(run: Certificate, language: Language) -> str:
    if "kind" not in run:
        return ""
    kind = KINDS[run["kind"]].in_language(language)
    name = Text(**run.get("name", {})).in_language(language)
    return f"{kind} · {name}" if name else kind


def _length(run: Certificate) -> str:
    seconds = run.get("seconds")
    if not seconds:
        return ""
    hours, rest = divmod(int(seconds), 3600)
    return f" {hours}:{rest // 60:02d}"


def _pauses(certificate: Certificate, language: Language) -> Iterator[str]:
    zone = certificate["zone"]
    for pause in certificate["pauses"]:
        end = "…" if pause["end_at"] is None else _local(pause["end_at"], zone)
        effect = _effect(pause, language)
        yield _line("pause", language, begin=_local(pause["begin_at"], zone), end=end, effect=effect)


def _effect(pause: Certificate, language: Language) -> str:
    if pause["effect"] != "added":
        return EFFECTS[pause["effect"]].in_language(language)
    measure = "days" if "days" in pause else "seconds"
    minutes = round(pause.get("seconds", 0) / 60)
    added = EFFECTS[measure].in_language(language).format(days=pause.get("days"), minutes=minutes)
    return added + (EFFECTS[pause["moved"]].in_language(language) if "moved" in pause else "")


def _ending(certificate: Certificate, language: Language) -> Iterator[str]:
    for reading, value in certificate["readings"].items():
        text = READINGS[reading][value].in_language(language)
        yield _line("reading", language, id=reading, text=text)
    calendar = certificate["calendar"]
    source = SOURCES[calendar["official"] or "own"].in_language(language)
    yield _line("calendar", language, source=source, revision=calendar["revision"][:_SHORT])
    if certificate["provisional"]:
        years = ", ".join(str(year) for year in certificate["provisional_years"])
        yield _line("provisional", language, years=years)
    yield _line("due", language, label=certificate["label"])


def _line(key: str, language: Language, **values: object) -> str:
    return LINES[key].in_language(language).format(**values)


def _local(instant: str, zone: str) -> str:
    return local_label(parse_instant(instant), zone)
