"""`gridcase decide`: try a report out – who, by when, who is told, and why – without any server."""

import sys
from datetime import datetime
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

import click
import orjson
from rich.console import Console
from rich.table import Table

from gridcase.cli.catalogue import language, localized
from gridcase.cli.facts_file import read_situation
from gridcase.cli.packs import RULES, load_town
from gridcase.cli.problems import shows_problems
from gridcase.engines import engine_here
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.case.telling import Held
from shared.rules.decide import ClockAhead, CompiledRulesCache, NoticeAhead, Outcome, to_json
from shared.rules.decide import decide as work_out
from shared.rules.language.vocabulary import (
    CLOCK_EVENTS,
    CLOCKS,
    FIRST,
    MILESTONES,
    PARTIES,
    PLATFORM_FACTS,
    UNIT_CHANNELS,
    Words,
)
from shared.rules.logic.explain import OTHER_TEXT
from shared.rules.pack.model import NoticeTimes, Origin, Pack
from shared.rules.worktime.describe import describe
from shared.rules.worktime.wall import label_of

HELP = """Decide a case of TOWN described in FACTS (a YAML file, '-' for standard input).

FACTS names a category, or a text that proposes one, and may name further categories, channel, place and facts,
in English or in Chinese:

\b
    category: neighbour-dispute
    also: [road-damage]
    place: east-1
    facts: {parties: residents}
"""
MOST_OTHERS = 3
OCCASIONS = Words({**CLOCKS.chinese, **CLOCK_EVENTS.chinese, **MILESTONES.chinese, **FIRST.chinese})


@click.command(help=HELP)
@click.argument("town")
@click.argument("facts", type=click.File("rb"))
@click.option(
    "--at", "at", help="Local instant of report and acceptance, as 2026-03-09T10:00 (default: now)."
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, certificates included.")
@click.option("--rules", type=click.Path(path_type=Path), default=RULES, show_default=True)
@shows_problems
def decide(town: str, facts: IO[bytes], at: str | None, as_json: bool, rules: Path) -> None:
    """Try a report out (see HELP, which the command line shows)."""
    _, pack = load_town(town, rules)
    outcome = work_out(
        pack, CompiledRulesCache(engine_here(), 8), read_situation(pack, facts.read()), instant_in(at, pack)
    )
    if as_json:
        sys.stdout.write(orjson.dumps(to_json(outcome), option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _show(outcome)


def instant_in(text: str | None, pack: Pack) -> datetime:
    """Return the instant that a local label such as '2026-03-09T10:00' means in a town; None: now.

    Raises:
        Problem: `bad-instant`.
    """
    zone = ZoneInfo(pack.zone)
    if text is None:
        return datetime.now(zone)  # noqa: TID251 - the person at the keyboard means now
    try:
        at = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise Problem(
            "bad-instant",
            Text(f"时间 {text} 无法解读", f"{text} is no instant"),
            Text("写成 2026-03-09T10:00", "write 2026-03-09T10:00"),
        ) from wrong
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _show(outcome: Outcome) -> None:
    console, decision = Console(), outcome.decision
    if not outcome.agreed:
        console.print(localized("disagree"), style="bold red")
    table = Table(show_header=False, box=None)
    for name, value in (
        ("层级 level", " ".join(decision.levels)),
        ("牵头 lead", decision.lead or "–"),
        ("协办 assisting", " ".join(decision.assisting) or "–"),
        ("程序 procedure", decision.procedure),
        ("规则 rule", _rule(decision.rule)),
    ):
        table.add_row(name, value)
    console.print(table)
    for clock in outcome.clocks:
        _show_clock(console, clock)
    for notice in outcome.notices:
        _show_notice(console, notice, outcome.pack)
    _show_reasons(console, outcome)


def _rule(origin: Origin) -> str:
    return f"{origin.rule} ← {' '.join(origin.because)}  ({origin.spot.file}:{origin.spot.line})"


def _show_clock(console: Console, clock: ClockAhead) -> None:
    due = (
        clock.deadline.label
        if clock.deadline
        else (
            localized("missing-year", year=clock.missing_year)
            if clock.missing_year
            else localized("starts-at", milestone=_written(clock.starts))
        )
    )
    stage = _written(clock.limit.clock)
    console.print(f"\n[bold]⏱ {stage}[/bold] {due}   {_rule(clock.limit.origin)}")
    if clock.deadline:
        for line in describe(clock.deadline.certificate, language()):
            console.print(f"   {line}", highlight=False)


def _show_notice(console: Console, notice: NoticeAhead, pack: Pack) -> None:
    who = " ".join(
        recipient.unit or PARTIES.written(recipient.party, language()) for recipient in notice.recipients
    )
    heading = f"[bold]✉ {_written(notice.event)}[/bold] → {who}   {_rule(notice.notice.origin)}"
    console.print(f"\n{heading}\n   {notice.text}", highlight=False)
    if notice.held is not None and pack.telling is not None:
        console.print(f"   {_held(notice.held, pack.telling, pack.zone)}", highlight=False)
    elif notice.urgent_by is not None:
        console.print(f"   {localized('urgent', rule=_rule(notice.urgent_by))}", highlight=False)


def _held(held: Held, telling: NoticeTimes, zone: str) -> str:
    """Return until when a notice waits, by what, over which channels and why."""
    channels = " ".join(UNIT_CHANNELS.written(channel, language()) for channel in telling.channels)
    terms = {"until": label_of(held.until, ZoneInfo(zone)), "because": " ".join(telling.because)}
    return localized(f"held-{held.by}", channels=channels, **terms)


def _written(occasion: str) -> str:
    """Return a milestone, a clock or a clock's event in the reader's language."""
    return " ".join(OCCASIONS.written(word, language()) for word in occasion.split(" "))


def _show_reasons(console: Console, outcome: Outcome) -> None:
    """Show every rule with what it asked: ✓ decides, – would have held too but comes later, ✗ does not hold."""
    console.print()
    decides = outcome.decision.rule.rule
    for reason in outcome.explanation.rules:
        mark = "✓" if reason.rule.rule == decides else "–" if reason.holds else "✗"
        tests = localized("and").join(f"{_fact(test.fact)}={_value(test.got)}" for test in reason.tests)
        console.print(f"{mark} {reason.rule.rule}  {tests}".rstrip(), highlight=False)
    for other in outcome.explanation.otherwise[:MOST_OTHERS]:
        terms = {"fact": _fact(other.fact), "to": _value(other.to), "rule": other.rule or "–"}
        console.print(f"? {localized('if-it-were', **terms)}", highlight=False)


def _fact(name: str) -> str:
    return PLATFORM_FACTS.written(name, language())


def _value(value: object) -> str:
    if value is None:
        return localized("not-known")
    if value == OTHER_TEXT:
        return localized("any-other")
    return localized("yes" if value else "no") if isinstance(value, bool) else str(value)
