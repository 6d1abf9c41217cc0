"""What publishing a pack's content does to a town's editions.

Decides whether it is a new edition, the same again, or a return to an earlier one. Must not know files or
stores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.registry.domain.refusals import refusal
from shared.kernel.instants import format_instant

LONGEST_NAME = 200
MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class Published:
    """A publication of a town's past: content, number, and when it took or takes effect."""

    edition: str
    number: int
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a publication comes to.

    Args:
        number: of the new edition, or of the one that stands.
        is_new: False: nothing changes.
    """

    number: int
    effective_at: datetime
    is_new: bool


def judge(edition: str, wanted_at: datetime | None, now: datetime, known: Sequence[Published]) -> Verdict:
    """Return what publishing `edition` does, given all publications of the town.

    Args:
        wanted_at: when it is to take effect; None: at once.

    Raises:
        Problem: `effective-in-the-past`, or `edition-in-force` – it would leave the town without it until then.
    """
    if wanted_at is not None and wanted_at < now:
        raise refusal("effective-in-the-past", at=format_instant(wanted_at))
    standing = latest(known)
    effective_at, current, coming = wanted_at or now, in_force(standing, now), scheduled(standing, now)
    if current is not None and current.edition == edition:
        if coming:
            raise refusal("edition-in-force", number=coming[0].number)
        return Verdict(current.number, current.effective_at, is_new=False)
    same = next((one for one in coming if (one.edition, one.effective_at) == (edition, wanted_at)), None)
    if same is not None:
        return Verdict(same.number, same.effective_at, is_new=False)
    return Verdict(max((one.number for one in known), default=0) + 1, effective_at, is_new=True)


def latest(known: Sequence[Published]) -> list[Published]:
    """Return the last publication of each content: a content is kept once, with its latest effect."""
    return list({one.edition: one for one in sorted(known, key=lambda one: one.number)}.values())


def in_force(known: Sequence[Published], at: datetime) -> Published | None:
    """Return the publication that took effect last."""
    past = [one for one in known if one.effective_at <= at]
    return max(past, key=lambda one: (one.effective_at, one.number), default=None)


def scheduled(known: Sequence[Published], at: datetime) -> list[Published]:
    """Return what is still to take effect, soonest first."""
    coming = [one for one in known if one.effective_at > at]
    return sorted(coming, key=lambda one: (one.effective_at, one.number))


def check_file_names(files: Mapping[str, str]) -> None:
    """Accept relative paths of two parts, folder and file, and nothing that climbs or hides.

    Raises:
        Problem: `bad-file-name` or `no-files`.
    """
    if not files or len(files) > MOST_FILES:
        raise refusal("no-files")
    for name in files:
        parts = name.split("/")
        is_sound = len(name) <= LONGEST_NAME and name.isprintable() and "\\" not in name and len(parts) == 2
        if not is_sound or any(not part.strip() or part.startswith(".") or ":" in part for part in parts):
            raise refusal("bad-file-name", name=name)
