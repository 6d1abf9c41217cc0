"""Checks of grids and teams: that each says something, that nothing in it contradicts itself.

Decides nothing about who holds what: that is known of running towns alone.
"""

from collections.abc import Iterator

from shared.kernel.texts import Text
from shared.rules.language.entries import Entry
from shared.rules.logic.facts import Kind
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.checks.loops import loops
from shared.rules.pack.model import Entitlement, EntryKind, GridCheck, Pack, Post, Sheet, Shown, Teams

_OF_HOLDERS = (Shown.POSTS, Shown.WORKER_NAME, Shown.WORKER_PHONE, Shown.WORKER_PHOTO, Shown.TASKS)
_A_POST, _A_TASK, _A_FACT = Text("岗位", "post"), Text("职责", "task"), Text("事实", "fact")


def check_teams(pack: Pack, draft: Draft) -> None:
    """Complain of what says nothing, of bounds that exclude one another, of levels and units that don't meet."""
    draft.rule = None
    teams = pack.teams
    if teams is None:
        if (item := draft.assembly.root.item("grids")) is not None:
            draft.complain("grids-empty", item.head)
        return
    for check in teams.checks.values():
        _check_check(pack, draft, teams, check)
    for post in teams.posts.values():
        _check_post(pack, draft, post)
    for sheet in teams.sheets.values():
        _check_sheet(pack, draft, teams, sheet)
    for entitlement in teams.terminals.values():
        _check_entitlement(pack, draft, entitlement)
    for rota in teams.rotas.values():
        _check_level(pack, draft, draft.entries["rota", rota.key], rota.level, (rota.unit,), "unit")
    _check_leading(draft, teams)


def _check_check(pack: Pack, draft: Draft, teams: Teams, check: GridCheck) -> None:
    entry = draft.entries["grid check", check.key]
    if bool(check.ranges) == check.every_place:
        draft.complain("grid-check-not-one", entry.where("every_place", "ranges"), check=check.key)
    for fact, item in entry.table("ranges").items():
        if teams.facts[fact].type.kind not in (Kind.INT, Kind.DECIMAL):
            draft.complain("grid-fact-not-number", item.head, fact=fact)
    _check_not_above(pack, draft, entry, check.level)


def _check_post(pack: Pack, draft: Draft, post: Post) -> None:
    entry = draft.entries["post", post.key]
    if "exactly" in entry and ("at_least" in entry or "at_most" in entry):
        draft.complain("post-count-twice", entry.where("exactly"), post=post.key)
    elif post.most is not None and (post.least or 0) > post.most:
        draft.complain("post-bounds-reversed", entry.where("at_most"), least=post.least, most=post.most)
    if post.level is None and "may_hold" in entry:
        draft.complain("post-holds-once", entry.where("may_hold"), post=post.key)
    if len(post.units) == 1 and post.each:
        draft.complain("post-each-of-one", entry.where("each"), post=post.key)
    _check_level(pack, draft, entry, post.level, post.units, "units")


def _check_level(
    pack: Pack, draft: Draft, entry: Entry, level: str | None, units: tuple[str, ...], field: str
) -> None:
    """A unit that sits below a place is not the place's; one that sits around it may be that of several places."""
    if level is None:
        return
    _check_not_above(pack, draft, entry, level)
    for unit in units:
        if _is_below(pack, pack.units[pack.noun(unit)].level, level):
            draft.complain("post-unit-elsewhere", entry.where(field), unit=unit, level=level)


def _is_below(pack: Pack, level: str | None, other: str) -> bool:
    order = list(pack.levels)
    return level is not None and order.index(pack.noun(level)) < order.index(pack.noun(other))


def _check_not_above(pack: Pack, draft: Draft, entry: Entry, level: str) -> None:
    if pack.levels[pack.noun(level)].above:
        draft.complain("grid-level-above", entry.where("level"), level=level)


def _check_sheet(pack: Pack, draft: Draft, teams: Teams, sheet: Sheet) -> None:
    entry = draft.entries["sheet", sheet.key]
    _check_not_above(pack, draft, entry, sheet.level)
    for what in _nothing_of(teams, sheet):
        draft.complain("sheet-shows-nothing", entry.where("shows"), sheet=sheet.key, what=what)
    if sheet.posts and not set(sheet.shows) & set(_OF_HOLDERS):
        draft.complain("sheet-posts-idle", entry.where("posts"), sheet=sheet.key)
    for key in sheet.posts:
        if _is_below(pack, teams.posts[key].level, sheet.level):
            draft.complain("sheet-post-below", entry.where("posts"), post=key, level=sheet.level)


def _nothing_of(teams: Teams, sheet: Sheet) -> Iterator[Text]:
    """What a sheet is to show, and of which the pack has none."""
    posts = [teams.posts[key] for key in sheet.posts or teams.posts]
    if not posts and set(sheet.shows) & set(_OF_HOLDERS):
        yield _A_POST
    elif Shown.TASKS in sheet.shows and not any(post.tasks for post in posts):
        yield _A_TASK
    if Shown.FACTS in sheet.shows and not teams.facts:
        yield _A_FACT


def _check_entitlement(pack: Pack, draft: Draft, entitlement: Entitlement) -> None:
    entry = draft.entries["entitlement", entitlement.key]
    if bool(entitlement.posts) == (entitlement.organisation is not None):
        draft.complain("entitled-not-one", entry.node.where, key=entitlement.key)
    elif "when" in entry and entitlement.organisation is None:
        draft.complain("entitled-when-idle", entry.where("when"), key=entitlement.key)
    if entitlement.organisation is not None and pack.ledger is not None:
        type_ = pack.ledger.types[entitlement.organisation]
        if type_.kind is not EntryKind.ORGANISATION:
            draft.complain("entitled-no-organisation", entry.where("organisation"), type=type_.key)


def _check_leading(draft: Draft, teams: Teams) -> None:
    led = {post.key: (post.led_by,) for post in teams.posts.values() if post.led_by in teams.posts}
    for loop in loops({key: (leader,) for key, (leader,) in led.items() if leader is not None}):
        where = draft.entries["post", loop[0]].where("led_by")
        draft.complain("post-led-in-circle", where, loop=" → ".join(loop))
