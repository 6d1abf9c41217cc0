"""What `gridcase check --format N` says: what moving a pack to another number of the format would change."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from gridcase.cli.catalogue import language, localized
from gridcase.engines import engine_here
from gridcase.format_change import ChangedDecision, Responsibility, format_change
from gridcase.scenarios.play import play
from gridcase.scenarios.stage import Stage
from gridcase.simulation.house import SimulatedHouse
from gridcase.variants import with_choices
from shared.kernel.clock import SystemClock
from shared.rules.case.timing import local_day
from shared.rules.language.errors import PackErrors
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from shared.rules.scenario.model import Scenario
from shared.rules.scenario.read import load_scenarios

_MOST_SHOWN = 20
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def show_move(folder: Path, files: Mapping[str, str], pack: Pack, number: int) -> bool:
    """Print what the move would change; return whether the pack can move at all.

    Args:
        pack: built from the files as they stand.
        number: of the format that it would move to.
    """
    moved = with_choices(files, folder.name, {"format|格式": number})
    try:
        after = build_pack(moved, folder.name)
    except PackErrors as refusal:
        click.secho(localized("move-refused", town=folder.name, number=number), fg="red")
        click.echo(refusal.render(language(), root=f"{folder.parent}/"))
        return False
    change = format_change(pack, after, local_day(pack, SystemClock().now()))
    counts = {"looked_at": change.looked_at, "changed": len(change.changed)}
    click.echo(localized("move-changes", town=folder.name, number=number, **counts))
    # One line for the same categories: in other places they ordinarily change alike.
    shown = list({changed.categories: changed for changed in reversed(change.changed)}.values())[::-1]
    for changed in shown[:_MOST_SHOWN]:
        click.echo(_line(changed))
    if len(shown) > _MOST_SHOWN:
        click.echo(localized("move-more", count=len(shown) - _MOST_SHOWN))
    _show_scenarios(folder, files, moved)
    click.echo(localized("move-stored", town=folder.name))
    return True


def _line(changed: ChangedDecision) -> str:
    place = f" @ {changed.place}" if changed.place else ""
    return f"  {' + '.join(changed.categories)}{place}: {_said(changed.before)} → {_said(changed.after)}"


def _said(responsibility: Responsibility) -> str:
    assisting = f" +{', '.join(responsibility.assisting)}" if responsibility.assisting else ""
    return f"{responsibility.lead or '–'}{assisting} [{', '.join(responsibility.limits) or '–'}]"


def _show_scenarios(folder: Path, files: Mapping[str, str], moved: Mapping[str, str]) -> None:
    """Play the scenarios under both numbers, and name those that only one of them fulfils."""
    scenarios = load_scenarios(files, folder.name)
    house = SimulatedHouse(_BEGINNING, engine_here())
    try:
        before, after = (
            _failing(Stage(house, version, folder.name), scenarios) for version in (files, moved)
        )
    finally:
        house.close()
    turned = [key for key in before | after if (key in before) != (key in after)]
    click.echo(localized("move-scenarios", count=len(scenarios), changed=len(turned)))
    for key in turned:
        click.echo(f"  {'✗' if key in after else '✓'} {key}")


def _failing(stage: Stage, scenarios: tuple[Scenario, ...]) -> dict[str, None]:
    return dict.fromkeys(scenario.key for scenario in scenarios if play(stage, scenario))
