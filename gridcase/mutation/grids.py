"""What can be altered in what a pack says of its grids and teams: bounds, numbers of people, tasks, what sheets show.

Bounds are moved by one in both directions: that a grid just inside is not listed is as much a rule as that one just
outside is.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from gridcase.mutation.mutant import Mutant, bilingual, shown
from shared.kernel.texts import Text
from shared.rules.logic.condition import Condition, Op, Test
from shared.rules.pack.model import (
    Contacts,
    Entitlement,
    GridCheck,
    MadeBy,
    Origin,
    Pack,
    Post,
    PostTask,
    Rota,
    Sheet,
    Shown,
    Teams,
)

T = TypeVar("T")
Bounds = tuple[int | None, int | None]
Member = GridCheck | Post | Sheet | Entitlement | Rota
_ORDERS = (Op.OR_MORE, Op.OR_LESS, Op.GE, Op.LE, Op.GT, Op.LT)


def of_grids(pack: Pack) -> Iterator[Mutant]:
    """Yield every alteration of what a pack says of its grids and teams."""
    teams = pack.teams
    if teams is None:
        return
    for check in teams.checks.values():
        yield from _of_check(check)
    for post in teams.posts.values():
        yield from _of_post(pack, post)
    for sheet in teams.sheets.values():
        yield from _of_sheet(sheet)
    for entitlement in teams.terminals.values():
        yield from _of_entitlement(entitlement)
    yield from _of_rest(pack, teams)


def _of_rest(pack: Pack, teams: Teams) -> Iterator[Mutant]:
    for rota in teams.rotas.values():
        yield from _of_rota(pack, rota)
    if teams.contacts is not None:
        yield from _of_contacts(teams.contacts)
    if teams.made_by is not None:
        yield from _of_made_by(pack, teams.made_by)


def _of_check(check: GridCheck) -> Iterator[Mutant]:
    def altered(change: Text, now: GridCheck) -> Mutant:
        return _member("check", check.origin, change, now)

    yield _gone("check", check)
    for fact, bounds in check.ranges.items():
        for now in _moved(bounds):
            change = bilingual("grids-range", fact=fact, was=_range(bounds), now=_range(now))
            yield altered(change, replace(check, ranges={**check.ranges, fact: now}))
        if len(check.ranges) > 1:
            left = {name: each for name, each in check.ranges.items() if name != fact}
            yield altered(bilingual("grids-without", was=fact), replace(check, ranges=left))
    for number, place in enumerate(check.of if len(check.of) > 1 else ()):
        left_of = _without(check.of, number)
        yield altered(bilingual("grids-without", was=place), replace(check, of=left_of))


def _moved(bounds: Bounds) -> Iterator[Bounds]:
    low, high = bounds
    for step in (-1, 1):
        if low is not None:
            yield low + step, high
        if high is not None:
            yield low, high + step


def _range(bounds: Bounds) -> str:
    low, high = ("" if end is None else str(end) for end in bounds)
    return f"{low}..{high}"


def _of_post(pack: Pack, post: Post) -> Iterator[Mutant]:
    for change, now in (*_of_numbers(post), *_of_units(pack, post), *_of_leading(pack, post)):
        yield _member("post", post.origin, change, now)
    for number, task in enumerate(post.tasks):
        yield _of_task(post, "tasks", number, task, replace(post, tasks=_without(post.tasks, number)))
    for number, task in enumerate(post.eligible):
        yield _of_task(
            post, "eligible", number, task, replace(post, eligible=_without(post.eligible, number))
        )


def _of_numbers(post: Post) -> Iterator[tuple[Text, Post]]:
    if post.least is not None:
        yield bilingual("grids-never-vacant"), replace(post, least=None)
        yield bilingual("grids-least", now=post.least + 1), replace(post, least=post.least + 1)
    if post.most is not None:
        yield bilingual("grids-never-too-many"), replace(post, most=None)
        yield bilingual("grids-most", now=post.most + 1), replace(post, most=post.most + 1)
    elif post.level is not None:
        yield bilingual("grids-most", now=1), replace(post, most=1)
    if post.level is not None and not post.many:
        yield bilingual("grids-many"), replace(post, many=True)


def _of_units(pack: Pack, post: Post) -> Iterator[tuple[Text, Post]]:
    for number, unit in enumerate(post.units if len(post.units) > 1 else ()):
        change = bilingual("grids-without", was=shown(pack, [unit]))
        yield change, replace(post, units=_without(post.units, number))
    if post.each:
        yield bilingual("grids-together"), replace(post, each=False)


def _of_leading(pack: Pack, post: Post) -> Iterator[tuple[Text, Post]]:
    if post.led_by is not None:
        yield bilingual("grids-not-led"), replace(post, led_by=None)
    for number, guide in enumerate(post.guided_by):
        change = bilingual("grids-without", was=shown(pack, [guide]))
        yield change, replace(post, guided_by=_without(post.guided_by, number))


def _of_task(post: Post, field: str, number: int, task: PostTask, now: Post) -> Mutant:
    """A task of its own reason is a rule of its own; the others are their post's."""
    is_own = task.origin.because != post.origin.because
    origin = replace(task.origin, rule=f"{post.key} {field} {number + 1}") if is_own else post.origin
    return _member("post", origin, bilingual("grids-without", was=task.name), now)


def _of_sheet(sheet: Sheet) -> Iterator[Mutant]:
    def altered(change: Text, now: Sheet) -> Mutant:
        return _member("sheet", sheet.origin, change, now)

    for number, each in enumerate(sheet.shows):
        left = replace(sheet, shows=_without(sheet.shows, number))
        yield altered(bilingual("grids-without", was=str(each)), left)
    for each in (Shown.WORKER_PHONE, Shown.WORKER_NAME, Shown.NAME):
        if each not in sheet.shows:
            more = replace(sheet, shows=(*sheet.shows, each))
            yield altered(bilingual("grids-with", now=str(each)), more)
    for number, post in enumerate(sheet.posts if len(sheet.posts) > 1 else ()):
        left = replace(sheet, posts=_without(sheet.posts, number))
        yield altered(bilingual("grids-without", was=post), left)
    change = bilingual("grids-not-public" if sheet.public else "grids-public")
    yield altered(change, replace(sheet, public=not sheet.public))


def _of_entitlement(entitlement: Entitlement) -> Iterator[Mutant]:
    def altered(change: Text, now: Entitlement) -> Mutant:
        return _member("terminal", entitlement.origin, change, now)

    yield _gone("terminal", entitlement)
    for number, post in enumerate(entitlement.posts if len(entitlement.posts) > 1 else ()):
        left = replace(entitlement, posts=_without(entitlement.posts, number))
        yield altered(bilingual("grids-without", was=post), left)
    if entitlement.when is not None:
        yield altered(bilingual("grids-any"), replace(entitlement, when=None))
        for now in _figures(entitlement.when):
            change = bilingual("grids-figure", fact=now.fact, now=str(now.value))
            yield altered(change, replace(entitlement, when=now))


def _figures(when: Condition) -> Iterator[Test]:
    """A condition on one number, with the number moved by one."""
    if isinstance(when, Test) and when.op in _ORDERS:
        yield from (replace(when, value=float(str(when.value)) + step) for step in (-1, 1))


def _of_rota(pack: Pack, rota: Rota) -> Iterator[Mutant]:
    yield _gone("rota", rota)
    other = next((key for key in pack.units if key != pack.noun(rota.unit)), None)
    if other is not None:
        change = bilingual("grids-with", now=shown(pack, [other]))
        yield _member("rota", rota.origin, change, replace(rota, unit=other))


def _of_contacts(contacts: Contacts) -> Iterator[Mutant]:
    def altered(change: Text, now: Contacts | None) -> Mutant:
        return _altered("contacts", contacts.origin, change, lambda teams: replace(teams, contacts=now))

    yield altered(bilingual("dropped"), None)
    more = (contacts.least or 1) + 1
    yield altered(bilingual("grids-least", now=more), replace(contacts, least=more))
    for number, post in enumerate(contacts.posts if len(contacts.posts) > 1 else ()):
        left = replace(contacts, posts=_without(contacts.posts, number))
        yield altered(bilingual("grids-without", was=post), left)


def _of_made_by(pack: Pack, made_by: MadeBy) -> Iterator[Mutant]:
    def altered(change: Text, now: MadeBy | None) -> Mutant:
        return _altered("made_by", made_by.origin, change, lambda teams: replace(teams, made_by=now))

    yield altered(bilingual("dropped"), None)
    for number, unit in enumerate(made_by.units):
        left = replace(made_by, units=_without(made_by.units, number))
        yield altered(bilingual("grids-without", was=shown(pack, [unit])), left)


def _without(values: tuple[T, ...], number: int) -> tuple[T, ...]:
    return (*values[:number], *values[number + 1 :])


def _gone(kind: str, member: GridCheck | Entitlement | Rota) -> Mutant:
    """A check, terminal or rota that is left out; nothing else names one."""
    return _altered(
        f"{kind} {member.key}",
        member.origin,
        bilingual("dropped"),
        lambda teams: _left(teams, member.key, kind),
    )


def _left(teams: Teams, key: str, kind: str) -> Teams:
    if kind == "check":
        return replace(teams, checks={name: each for name, each in teams.checks.items() if name != key})
    if kind == "rota":
        return replace(teams, rotas={name: each for name, each in teams.rotas.items() if name != key})
    return replace(teams, terminals={name: each for name, each in teams.terminals.items() if name != key})


def _member(kind: str, origin: Origin, change: Text, now: Member) -> Mutant:
    """A member of a table, altered; its name is that of what its reason stands at."""
    return _altered(f"{kind} {origin.rule}", origin, change, lambda teams: _put(teams, now))


def _put(teams: Teams, now: Member) -> Teams:
    match now:
        case GridCheck():
            return replace(teams, checks={**teams.checks, now.key: now})
        case Post():
            return replace(teams, posts={**teams.posts, now.key: now})
        case Sheet():
            return replace(teams, sheets={**teams.sheets, now.key: now})
        case Entitlement():
            return replace(teams, terminals={**teams.terminals, now.key: now})
        case Rota():
            return replace(teams, rotas={**teams.rotas, now.key: now})


def _altered(name: str, origin: Origin, change: Text, altered: Callable[[Teams], Teams]) -> Mutant:
    def alter(pack: Pack) -> Pack:
        return replace(pack, teams=altered(pack.teams)) if pack.teams else pack

    return Mutant("grids", name, origin.spot, change, alter, part=("grids", name), because=origin.because)
