"""`gridcase compare`: one case in several towns, side by side, without any server."""

import sys
from pathlib import Path
from typing import IO

import click
import orjson

from gridcase.cli.catalogue import language
from gridcase.cli.decide import instant_in
from gridcase.cli.packs import RULES, load_town
from gridcase.cli.problems import shows_problems
from gridcase.cli.terminal import wide_console
from gridcase.compare.facts_file import ComparedCase, read_case
from gridcase.compare.report import table, to_json
from gridcase.compare.towns import TownAnswer, answer, resting_on
from gridcase.engines import engine_here
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.decide import CompiledRulesCache

HELP = """Put the case in FACTS (a YAML file, '-' for standard input) to several towns.

\b
    text: 两户之间污水井满溢
    towns:
      t-com: {category: sewer, facts: {needs_others: no}}

A town is asked with all its rules, or with those of some of its policies: t-cgz:P001-06D (several joined by '+').
Where no category is given, the town's own keywords find one in the text. What a town does not know is said.
"""
MOST_TOWNS = 100


@click.command(help=HELP)
@click.argument("facts", type=click.File("rb"))
@click.option("--towns", required=True, help="Towns, joined by commas.")
@click.option(
    "--at", "at", help="Local instant of report and acceptance, as 2026-02-13T16:40 (default: now)."
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, certificates included.")
@click.option("--rules", type=click.Path(path_type=Path), default=RULES, show_default=True)
@shows_problems
def compare(facts: IO[bytes], towns: str, at: str | None, as_json: bool, rules: Path) -> None:
    """Compare towns (see HELP, which the command line shows)."""
    case, compiled = read_case(facts.read()), CompiledRulesCache(engine_here(), MOST_TOWNS)
    answers = [_answer(name, case, at, rules, compiled) for name in _names(towns)]
    if as_json:
        sys.stdout.write(orjson.dumps(to_json(answers), option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        wide_console().print(table(answers, language()))


def _names(towns: str) -> list[str]:
    names = list(dict.fromkeys(name.strip() for name in towns.split(",") if name.strip()))
    if not 1 <= len(names) <= MOST_TOWNS:
        raise Problem(
            "bad-towns",
            Text("没有写要比较的辖区，或写得太多", "no town to compare, or too many"),
            Text("写成 --towns t-com,t-vtc", "write --towns t-com,t-vtc"),
        )
    return names


def _answer(
    name: str, case: ComparedCase, at: str | None, rules: Path, compiled: CompiledRulesCache
) -> TownAnswer:
    town, _, policies = name.partition(":")
    _, pack = load_town(town, rules)
    asked = frozenset(policies.split("+")) if policies else frozenset()
    if unknown := sorted(asked - pack.policies.keys()):
        raise Problem(
            "no-policy",
            Text(f"{town} 没有政策依据 {unknown}", f"{town} declares no policy {unknown}"),
            Text(f"现有：{'、'.join(pack.policies)}", f"it declares: {', '.join(pack.policies)}"),
        )
    restricted = resting_on(pack, asked) if asked else pack
    return answer(name, restricted, case.of(name, town), instant_in(at, pack), compiled)
