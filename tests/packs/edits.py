"""The sound pack with a few words changed, read again."""

from collections.abc import Mapping

from shared.rules.language.errors import PackErrors
from shared.rules.pack.model import Limit, Pack
from shared.rules.pack.read import build_pack
from tests.packs.corpus import TOWN, base_files

PACK, SCENARIOS, TEMPLATE = f"{TOWN}/pack.yaml", f"{TOWN}/scenarios.yaml", "ladder/template.yaml"


def changed(
    *edits: tuple[str, str], file: str = PACK, files: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the files with texts of one of them replaced; each text must stand there exactly once."""
    all_files = dict(files or base_files())
    for replace, by in edits:
        assert all_files[file].count(replace) == 1, (replace, all_files[file].count(replace))
        all_files[file] = all_files[file].replace(replace, by)
    return all_files


def pack_with(*edits: tuple[str, str], file: str = PACK) -> Pack:
    """Return the pack that the changed files give."""
    return build_pack(changed(*edits, file=file), TOWN)


def codes_of(files: Mapping[str, str]) -> list[str]:
    """Return the codes of everything that is said of the files."""
    try:
        build_pack(files, TOWN)
    except PackErrors as refusal:
        return [error.code for error in refusal.errors]
    return []


def limit(pack: Pack, rule: str) -> Limit:
    """Return a limit by its rule."""
    return next(limit for limit in pack.limits if limit.origin.rule == rule)
