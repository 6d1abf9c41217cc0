"""What `gridcase check` says of a pack that is no fault of it: files that nobody reads, jurisdictions that nobody has.

Decides what is worth a word; a pack with notes is good.
"""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path

from gridcase.cli.catalogue import language, localized
from shared.rules.language.errors import nearest
from shared.rules.pack.build.assemble import AREA_ENDING, PACK_FILE, is_paper
from shared.rules.pack.build.files import town_folders
from shared.rules.pack.model import EffectKind, Pack, Spot

_READ = (".yaml", AREA_ENDING)


def unread_files(folder: Path) -> Iterator[str]:
    """Yield a line for each file and folder of a town that nothing reads."""
    for path in sorted(folder.iterdir()):
        is_own = path.name.endswith(_READ) or is_paper(f"{folder.name}/{path.name}", folder.name)
        is_read = path.is_file() and is_own
        if not is_read and not path.name.startswith("."):
            yield localized("note-unread", file=f"{folder}/{path.name}")


def unknown_jurisdictions(rules: Path, pack: Pack, others: Collection[Pack]) -> Iterator[str]:
    """Yield a line for each jurisdiction that a pack passes matters to and that nobody has who can be seen from here.

    The one that the town is part of has ordinarily no pack: it is named only where its name looks like another's.

    Args:
        rules: the folder in which the town's lies.
        others: packs that are checked with it.
    """
    above = {other.part_of for other in others if other.part_of and other.town != pack.town}
    there = {folder.name for folder in town_folders(rules)} | {other.town for other in others} | above
    if pack.part_of and pack.part_of not in there and _alike(pack.part_of, there):
        yield _note(f"{rules}/{pack.town}/{PACK_FILE}", pack.part_of, there)
    known = {pack.town, pack.part_of, *there, *pack.places, *(f"{pack.town}.{key}" for key in pack.places)}
    for name, spot in _passed_to(pack):
        if name not in known:
            yield _note(f"{rules}/{spot.file}:{spot.line}", name, there)


def _note(place: str, name: str, there: Collection[str]) -> str:
    advice = nearest(name, sorted(there)).in_language(language())
    return localized("note-jurisdiction", place=place, name=name, advice=advice)


def _alike(name: str, there: Collection[str]) -> bool:
    return bool(get_close_matches(name, there, n=1, cutoff=0.8))


def _passed_to(pack: Pack) -> Iterator[tuple[str, Spot]]:
    for rule in pack.routing:
        if rule.then.pass_to is not None:
            yield pack.noun(rule.then.pass_to), rule.origin.spot
    for step in pack.steps.values():
        for effect in step.does:
            if effect.kind is EffectKind.OPEN_LINKED and effect.value is not None:
                yield pack.noun(effect.value), step.spot
