"""docs/coverage.md: totals, mutation scores, and a row for every statement. Never typed.

Decides how it reads. Must not decide what a row's state is.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from gridcase.mutation.accepted import read_accepted
from scripts.coverage.rows import Row, Rule, State
from scripts.coverage.runs import Town
from scripts.coverage.scores import Score
from scripts.coverage.statements import OF_CASES, TAGS

PAGE = Path("docs/coverage.md")
MOST = 3  # pieces of evidence shown in a row
HEAD = """# What has become of every statement

Written by `python -m scripts.coverage`; not to be edited. A statement is *encoded* where a rule or step names it and,
got wrong, turns a scenario red that names it too (`python -m scripts.coverage --mutate`), *enforced* where a marked
test of the platform proves it, *cited* where a rule or scenario names it and no more is shown, *outside* where no rule,
step or screen could carry it, and *open* otherwise. What is measured holds for the files as they were: where a pack has
changed since, its statements are cited until it is measured again.
"""


def render(rows: Sequence[Row], scores: Mapping[str, Score], towns: Sequence[Town]) -> str:
    """Return the whole page.

    Args:
        towns: as their files stand now: a score of another edition is shown as stale.
    """
    return (
        "\n".join([HEAD, *_totals(rows), *_scores(scores, towns), *_survivors(scores, towns), *_tables(rows)])
        + "\n"
    )


def open_ones(rows: Sequence[Row]) -> list[Row]:
    """Return the open statements of the tags of which none may stay open."""
    return [row for row in rows if row.state is State.OPEN and row.statement.tags & OF_CASES]


def _totals(rows: Sequence[Row]) -> Iterator[str]:
    yield from (
        "## Totals by tag",
        "",
        f"| Tag | {' | '.join(State)} | all |",
        "|---|" + "---|" * (len(State) + 1),
    )
    for tag in TAGS:
        yield _total(tag, [row for row in rows if row.statement.tag == tag])
    yield _total("**all**", rows)
    yield ""


def _total(name: str, rows: Sequence[Row]) -> str:
    counts = [sum(1 for row in rows if row.state is state) for state in State]
    return f"| {name} | {' | '.join(str(count) for count in counts)} | {len(rows)} |"


def _scores(scores: Mapping[str, Score], towns: Sequence[Town]) -> Iterator[str]:
    yield from (
        "## Mutation scores",
        "",
        "Every rule of a pack is altered, one at a time (`gridcase test --mutate`); a scenario must feel it.",
        "",
        "| Pack | Changes | Felt | Score | |",
        "|---|---|---|---|---|",
    )
    for pack in (town.pack for town in towns):
        score = scores.get(pack.town)
        if score is None:
            yield f"| {pack.town} | | | | not measured |"
            continue
        note = "" if score.edition == pack.edition else "stale: the files have changed since"
        yield f"| {pack.town} | {score.mutants} | {score.killed} | {score.percent:.1f} % | {note} |"
    yield ""


def _survivors(scores: Mapping[str, Score], towns: Sequence[Town]) -> Iterator[str]:
    lines = [
        line for town in towns if town.pack.town in scores for line in _lines(town, scores[town.pack.town])
    ]
    if lines:
        yield from ("### Survivors", "", "| Pack | Rule | Change | Reason |", "|---|---|---|---|", *lines, "")


def _lines(town: Town, score: Score) -> Iterator[str]:
    accepted = read_accepted(town.folder)
    for one in score.survivors:
        reason = _cell(one.reason(accepted)) or "**none given**"
        yield f"| {town.pack.town} | `{one.rule}` | {_cell(one.en)} | {reason} |"


def _tables(rows: Sequence[Row]) -> Iterator[str]:
    yield "## Statements"
    for policy, group in groupby(rows, key=lambda row: row.statement.policy):
        yield from (
            "",
            f"### {policy}",
            "",
            "| Statement | Tag | Term | State | Where |",
            "|---|---|---|---|---|",
        )
        for row in group:
            one = row.statement
            tag = "+".join(filter(None, (one.tag, one.second)))
            yield f"| {one.id} | {tag} | {_cell(one.term)} | {row.state} | {_where(row)} |"


def _where(row: Row) -> str:
    pieces = [*(_rule(rule) for rule in row.rules[:MOST]), *(f"`{test}`" for test in row.tests[:MOST])]
    more = max(0, len(row.rules) - MOST) + max(0, len(row.tests) - MOST)
    pieces += [f"and {more} more"] if more else []
    return "; ".join(pieces) or _cell(row.reason)


def _rule(rule: Rule) -> str:
    name = f" `{rule.name}`" if rule.name else ""
    return f"{rule.town}{name} ({_cell(rule.scenario)})"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
