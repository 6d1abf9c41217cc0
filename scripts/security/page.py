"""The part of `docs/security.md` that is generated: tables of operations, roles, towns and tokens, with counts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from scripts.security.operations import Operation
from scripts.security.sweep import LET_IN, Asked, Looked
from scripts.security.town import PEOPLE, SEES
from shared.kernel.roles import Role
from shared.web.reach import Reach

PAGE = Path(__file__).resolve().parents[2] / "docs" / "security.md"
BEGIN, END = "<!-- generated: python -m scripts.security -->", "<!-- end -->"
_MARKS = {LET_IN: "✓"}
_REACHES = {
    Reach.TOWN: "town",
    Reach.PLATFORM: "platform",
    Reach.OWN: "own",
    Reach.OPEN: "open",
    Reach.SESSION: "session",
}


def page_with(asked: Sequence[Asked], looked: Sequence[Looked], page: str) -> str:
    """Return the page with its generated part made anew.

    Raises:
        ValueError: the page has no place for it.
    """
    before, _, rest = page.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"the page has no part between {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{_generated(asked, looked)}{END}{after}"


def _generated(asked: Sequence[Asked], looked: Sequence[Looked]) -> str:
    return "\n".join([*_counts(asked), "", *_operations(asked), "", *_visibility(looked), ""])


def _counts(asked: Sequence[Asked]) -> Iterator[str]:
    operations = {(each.operation.service, each.operation.method, each.operation.path) for each in asked}
    services = {each.operation.service for each in asked}
    yield f"{len(asked)} requests to {len(operations)} operations of {len(services)} services:"
    yield ""
    yield "| Token | let in | 401 | 403 | 404 | all |"
    yield "|---|---|---|---|---|---|"
    for who, name in _WHO:
        got = Counter(each.got for each in asked if each.who == who)
        cells = [str(got[kind]) for kind in (LET_IN, "401", "403", "404")]
        yield f"| {name} | {' | '.join(cells)} | {got.total()} |"


_WHO = (
    ("own", "of the town, each role"),
    ("other", "of another town, each role"),
    ("platform", "of an engineer of every town"),
    ("no token", "none"),
    ("a bad token", "one that was never issued"),
    ("a revoked token", "a revoked one of an engineer of every town"),
    ("an ended token", "one that has ended, of an engineer of every town"),
    ("a session", "none, but the secret of a session of such an engineer"),
)


def _operations(asked: Sequence[Asked]) -> Iterator[str]:
    heads = [role.value.replace("_", " ") for role in Role]
    yield f"| Operation | reach | {' | '.join(heads)} | of every town | of another town | no valid token | a session |"
    yield "|---" * (len(heads) + 6) + "|"
    for operation, group in groupby(asked, key=lambda each: each.operation):
        found = list(group)
        own = [_got(found, "own", role) for role in Role]
        rest = [_got(found, "platform", Role.ENGINEER), _all(found, ["other"]), _all(found, _USELESS)]
        rest.append(_all(found, ["a session"]))
        reach = _REACHES[operation.reach]
        yield f"| {_name(operation)} | {reach} | {' | '.join([*own, *rest])} |"


_USELESS = ["no token", "a bad token", "a revoked token", "an ended token"]


def _got(asked: Iterable[Asked], who: str, role: Role) -> str:
    return next(_MARKS.get(each.got, each.got) for each in asked if (each.who, each.role) == (who, role))


def _all(asked: Iterable[Asked], who: Sequence[str]) -> str:
    return ", ".join(sorted({_MARKS.get(each.got, each.got) for each in asked if each.who in who}))


def _visibility(looked: Sequence[Looked]) -> Iterator[str]:
    by_route = [each for each in looked if each.operation.is_about_a_case]
    in_lists = [each for each in looked if not each.operation.is_about_a_case]
    yield (
        f"A hidden and a private case were looked for {len(by_route)} times by routes that name a case, and "
        f"{len(in_lists)} times in lists; whoever may not see one found it "
        f"{sum(each.found for each in looked if each.person not in SEES[each.kind])} times."
    )
    yield ""
    yield "| Who looks | the hidden case | the private case |"
    yield "|---|---|---|"
    for person in PEOPLE:
        cells = [_found(by_route, person.name, kind) for kind in SEES]
        yield f"| {person.role.replace('_', ' ')}, {person.part} | {' | '.join(cells)} |"


def _found(looked: Iterable[Looked], person: str, kind: str) -> str:
    found = Counter(each.found for each in looked if (each.person, each.kind) == (person, kind))
    return f"found by {found[True]} of {found.total()} routes"


def _name(operation: Operation) -> str:
    return f"{operation.service}: `{operation.method} {operation.path}`"
