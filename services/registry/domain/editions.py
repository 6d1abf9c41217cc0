"""What publishing a pack's content does to a town's editions.

Decides whether it is a new edition, the same again, or a return to an earlier one, and which of a town's publications
is in force. Must not know files or stores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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


class EditionStanding(StrEnum):
    """Where a publication stands at an instant."""

    IN_FORCE = "in force"
    PAST = "past"
    TO_COME = "to come"


@dataclass(frozen=True, slots=True)
class ListedPublication:
    """A publication as a list shows it.

    Args:
        published_by: reference of a person; None: from the command line.
    """

    published: Published
    published_at: datetime
    published_by: str | None
    standing: EditionStanding


@dataclass(frozen=True, slots=True)
class PublicationVerdict:
    """What a publication comes to.

    Args:
        number: of the new edition, or of the one that stands.
        is_new: False: nothing changes.
    """

    number: int
    effective_at: datetime
    is_new: bool


def judge(
    edition: str, wanted_at: datetime | None, now: datetime, known: Sequence[Published]
) -> PublicationVerdict:
    """Return what publishing `edition` does, given all publications of the town.

    Args:
        wanted_at: when it is to take effect; None: at once.

    Raises:
        Problem: `effective-in-the-past`, or `edition-in-force` – it would leave the town without it until then.
    """
    if wanted_at is not None and wanted_at < now:
        raise refusal("effective-in-the-past", at=format_instant(wanted_at))
    contents = latest(known)
    effective_at, current, coming = wanted_at or now, in_force(contents, now), scheduled(contents, now)
    if current is not None and current.edition == edition:
        if coming:
            raise refusal("edition-in-force", number=coming[0].number)
        return PublicationVerdict(current.number, current.effective_at, is_new=False)
    # Sent once more, as after an answer that was lost on its way: nothing changes.
    same = next((each for each in coming if (each.edition, each.effective_at) == (edition, wanted_at)), None)
    if same is not None:
        return PublicationVerdict(same.number, same.effective_at, is_new=False)
    # Counted over all publications: `latest` leaves numbers out that were given once and must not come again.
    number = max((publication.number for publication in known), default=0) + 1
    return PublicationVerdict(number, effective_at, is_new=True)


def latest(known: Sequence[Published]) -> list[Published]:
    """Return the last publication of each content: a content is kept once, with its latest effect."""
    in_order = sorted(known, key=lambda publication: publication.number)
    return list({publication.edition: publication for publication in in_order}.values())


def in_force(known: Sequence[Published], at: datetime) -> Published | None:
    """Return the publication that took effect last."""
    past = [publication for publication in known if publication.effective_at <= at]
    return max(past, key=_by_effect, default=None)


def scheduled(known: Sequence[Published], at: datetime) -> list[Published]:
    """Return what is still to take effect, soonest first."""
    return sorted((publication for publication in known if publication.effective_at > at), key=_by_effect)


def standing_of(published: Published, current: Published | None, at: datetime) -> EditionStanding:
    """Return where one of a town's publications stands.

    Args:
        current: the one that is in force at the instant.
    """
    if published.effective_at > at:
        return EditionStanding.TO_COME
    return EditionStanding.IN_FORCE if published == current else EditionStanding.PAST


def _by_effect(publication: Published) -> tuple[datetime, int]:
    return publication.effective_at, publication.number


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
