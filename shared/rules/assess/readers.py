"""Who reads which figure of whom (A-28).

Decides that whoever is concerned always reads their own, and that what names no readers is read by all who work there.
"""

from dataclasses import dataclass

from shared.rules.language.vocabulary import ROLES
from shared.rules.pack.model import FigureReaders, Pack


@dataclass(frozen=True, slots=True)
class FigureReader:
    """Who asks.

    Args:
        who: keys of the units and the role in which they ask.
        own: subjects that are theirs: grid, village, unit, person.
    """

    who: frozenset[str]
    own: frozenset[str] = frozenset()


def reads(
    pack: Pack, readers: FigureReaders | None, reader: FigureReader, subject: str, *, is_person: bool = False
) -> bool:
    """Tell whether somebody reads what is said of a subject.

    Args:
        is_person: the subject is a person, who reads their own whatever the pack says.
    """
    if readers is None or _named(pack, readers.all) & reader.who:
        return True
    is_own = subject in reader.own
    return is_own and (is_person or bool(_named(pack, readers.own) & reader.who))


def _named(pack: Pack, holders: tuple[str, ...]) -> frozenset[str]:
    return frozenset(who if who in ROLES else pack.noun(who) for who in holders)
