"""What people read of clocks, in their language: every word comes from the catalogue. Decides nothing."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from shared.kernel.instants import local_label, parse_instant
from shared.kernel.texts import Language, Text
from shared.rules.worktime.due import describe

_SHORT = 12
_ZONE = "UTC"  # of certificates that were counted without a calendar


def word(section: str, key: str | None, language: Language) -> str | None:
    """Return a word of the catalogue; what it does not know is shown as it is."""
    if key is None:
        return None
    found = _catalogue()[section].get(key)
    return found.in_language(language) if found else key


def line(section: str, key: str, language: Language, **terms: object) -> str:
    """Return a line of the catalogue with its terms filled in."""
    return _catalogue()[section][key].in_language(language).format(**terms)


class CertificateReader(NamedTuple):
    """Who reads a certificate.

    Args:
        title: what a rule of an edition is called in a language.
    """

    language: Language
    title: Callable[[str, str, Language], str]


def describe_clock(certificate: Mapping[str, Any], reader: CertificateReader) -> list[str]:
    """Return a clock's certificate as lines: the rule, the count day by day, and what moved the due instant."""
    if not certificate:
        return []
    language = reader.language
    return [*_rule(certificate, reader), *_count(certificate, language), *_extension(certificate, language)]


def _rule(certificate: Mapping[str, Any], reader: CertificateReader) -> Iterator[str]:
    because, edition = ", ".join(certificate["because"]), certificate["edition"]
    title = reader.title(edition, certificate["rule"], reader.language)
    yield line("lines", "rule", reader.language, rule=title, because=because, edition=edition[:_SHORT])


def _count(certificate: Mapping[str, Any], language: Language) -> Iterator[str]:
    if certificate.get("missing_year") is not None:
        yield line("lines", "missing", language, year=certificate["missing_year"])
    if "amount" in certificate:
        yield from describe(certificate, language)
    elif certificate.get("is_by_person"):
        yield line("lines", "by_person", language)
    zone = certificate.get("zone", _ZONE)
    for begin, end in certificate.get("gaps", ()):
        yield line("lines", "gap", language, begin=_local(begin, zone), end=_local(end, zone))


def _extension(certificate: Mapping[str, Any], language: Language) -> Iterator[str]:
    extension = certificate.get("extension")
    if not extension:
        return
    zone = certificate.get("zone", _ZONE)
    if extension["reason_at"]:
        yield line("lines", "reason", language, at=_local(extension["reason_at"], zone))
    if extension["written_at"]:
        due = _local(extension["written_due_at"], zone, ends_day=True)
        yield line("lines", "written", language, at=_local(extension["written_at"], zone), due=due)
    if extension["is_capped"]:
        yield line("lines", "capped", language, due=extension["label"])
    key = "due_now" if extension["label"] else "no_due"
    yield line("lines", key, language, label=extension["label"])


def _local(instant: str, zone: str, *, ends_day: bool = False) -> str:
    return local_label(parse_instant(instant), zone, ends_day=ends_day)


@cache
def _catalogue() -> Mapping[str, Mapping[str, Text]]:
    read = tomllib.loads(files("services.sla.api").joinpath("words.toml").read_text(encoding="utf-8"))
    return {section: {key: Text(**texts) for key, texts in words.items()} for section, words in read.items()}
