"""`gridcase check`: hold packs against every rule of the format, without running anything."""

import sys
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from gridcase.cli.catalogue import language, localized
from gridcase.cli.check_duties import clashes, idle_duties, this_year_and_next
from gridcase.cli.check_notes import unknown_jurisdictions, unread_files
from gridcase.compare.checked import FOLDER, check_comparisons
from gridcase.mutation.accepted import read_accepted
from gridcase.scenarios.reckoned import load_reckoned
from shared.kernel.clock import SystemClock
from shared.rules.language.errors import PackErrors
from shared.rules.language.schema_places import NEWEST_FORMAT
from shared.rules.pack.build.files import load_files, town_folders
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from shared.rules.scenario.ledger import load_ledger_scenarios
from shared.rules.scenario.read import load_scenarios


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--format",
    "number",
    type=click.IntRange(1, NEWEST_FORMAT),
    help="Show what moving to this number changes.",
)
def check(folders: tuple[Path, ...], number: int | None) -> None:
    """Check packs: every fault with file, line, rule, cause and remedy, in every file of theirs.

    Files that nothing reads and jurisdictions that no pack beside them has are named; neither is a fault. So is each
    duty that never comes round this year or the next; a post that owes two meetings at one hour is one.

    With --format they are also understood by that number of the format: which categories, alone and any two together,
    would be decided otherwise, and which scenarios would turn.

    FOLDERS are towns' folders (rules/t-vtc) or folders of towns (rules, the default).
    """
    given = folders or (Path("rules"),)
    checked = {town: _check(town, number) for folder in given for town in towns_in(folder)}
    are_good = [pack is not None for pack in checked.values()]
    packs = {pack.town: pack for pack in checked.values() if pack is not None}
    for town, pack in checked.items():
        for note in unknown_jurisdictions(town.parent, pack, packs.values()) if pack else ():
            click.secho(note, fg="yellow")
    # Of a town whose pack is refused nobody can say what it knows: comparisons wait until all are good.
    if are_good and all(are_good):
        are_good += [_compared(folder, packs) for folder in given]
    sys.exit(0 if are_good and all(are_good) else 1)


def towns_in(folder: Path) -> list[Path]:
    """Return the folder itself where it is a town's, else the towns in it."""
    return [folder] if (folder / "pack.yaml").is_file() else town_folders(folder)


def _compared(folder: Path, packs: Mapping[str, Pack]) -> bool:
    """Check what lies beside the towns of a folder; return whether it is good."""
    try:
        count = check_comparisons(folder, packs)
    except PackErrors as refusal:
        _refused(FOLDER, refusal, f"{folder}/")
        return False
    if count:
        click.echo(localized("comparisons-good", count=count))
    return True


def _refused(what: str, refusal: PackErrors, root: str) -> None:
    count = len(refusal.errors) + refusal.left_out
    click.secho(localized("pack-bad", town=what, count=count), fg="red")
    click.echo(refusal.render(language(), root=root))


def _check(folder: Path, number: int | None) -> Pack | None:
    """Check a town; return its pack, or None where anything of it is faulty."""
    try:
        files = load_files(folder)
        pack = build_pack(files, folder.name)
        scenarios = (*load_scenarios(files, folder.name), *load_reckoned(files, folder.name))
        load_ledger_scenarios(files, folder.name)
        read_accepted(folder)
    except PackErrors as refusal:
        _refused(folder.name, refusal, f"{folder.parent}/")
        return None
    rules = len(pack.routing) + len(pack.limits) + len(pack.tell)
    click.echo(
        localized(
            "pack-good",
            town=folder.name,
            rules=rules,
            steps=len(pack.steps),
            scenarios=len(scenarios),
            edition=pack.edition[:12],
        )
    )
    for note in unread_files(folder):
        click.secho(note, fg="yellow")
    if not _come_round(pack, folder):
        return None
    return pack if number is None or _moves(folder, files, pack, number) else None


def _come_round(pack: Pack, folder: Path) -> bool:
    """Look at duties over this year and the coming one; return whether no post owes two meetings at one hour."""
    years = this_year_and_next(SystemClock().now().astimezone(ZoneInfo(pack.zone)).date())
    for note in idle_duties(pack, years):
        click.secho(f"{folder.parent}/{note}", fg="yellow")
    found = list(clashes(pack, years))
    for clash in found:
        click.secho(f"{folder.parent}/{clash}", fg="red")
    return not found


def _moves(folder: Path, files: Mapping[str, str], pack: Pack, number: int) -> bool:
    # It plays scenarios, in a whole house: a mere check does not wait for one to be loaded.
    from gridcase.cli.format_move import show_move

    return show_move(folder, files, pack, number)
