"""Which lists there are and what they are asked: one table, held against the services' own descriptions.

Decides which values a filter is tried with, and what a list may read. A list or a filter that stands in the
descriptions and not here is told by `unknown_of`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from bench.lists import rows
from bench.lists.rows import BIG, BUSY, CASES, RARE_CATEGORY, RARE_LEVEL, RARE_UNIT, REDECISION, Case
from scripts.security.operations import Operation
from shared.contracts.routes import LISTENS

Query = Mapping[str, str | int]
Parameters = Mapping[tuple[str, str], tuple[str, ...]]  # what may stand behind a path, by service and path
PAGE = 50
STEPS_A_ROW = 20  # of SQLite's machine, for each row that may be read
_PAGING = ("cursor", "limit")
_LONG_AGO, _LATELY = "2024-08-01T00:00:00Z", "2026-05-01T00:00:00Z"
_UNITS = tuple(f"{BIG}/{unit}" for unit in (rows.COMMON_UNIT, RARE_UNIT, "nobody"))
# That all may see.
_SOME_CASE = next(case for case in map(Case, range(CASES - 1, 0, -1))
                  if case.reporter == rows.OFTEN and not case.private and case.seen_by is None)  # fmt: skip

_A_HOUSE = rows.made_id(Case(50_000), "e0")
_A_SAMPLE = next(case.id for case in map(Case, range(0, CASES, CASES // rows.MUCH)) if case.town == BIG)


@dataclass(frozen=True, slots=True)
class Asked:
    """A list and what it may read.

    Args:
        values: each filter with the values that it is tried with, alone and in pairs.
        most: rows that may be read for each row of a full page.
        why: where that is more than looking for rows that fit explains: what for.
        names: the variables of its path.
        beside: what a filter is asked with, where it asks for more.
        hides: whether some who may ask find nothing there.
        page: rows of a full page.
        pairs: whether filters are tried in pairs too.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    most: int = 4
    why: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, Query] = field(default_factory=dict)
    hides: bool = False
    page: int = PAGE
    pairs: bool = True


_CASE_FILTERS = {
    "state": ("closed", "accepted", "reopened", "merged"), "category": ("ditch", RARE_CATEGORY),
    "level": ("town", RARE_LEVEL), "unit": _UNITS, "number": ("2025-060000", "none"),
    "overdue": ("true", "false"), "flagged": ("true", "false"), "accepted": ("never",),
    "extended": ("without-due",), "assignee": (BUSY, "nobody"), "from": (_LATELY, "2030-01-01T00:00:00Z"),
    "to": (_LONG_AGO, "2000-01-01T00:00:00Z"),
}  # fmt: skip
_DAYS = {"from": ("2026-05-01",), "to": ("2026-06-01",)}
_DEADLINE_FILTERS = {
    "state": ("running", "extended", "withheld", "stopped"), "stage": ("settle", "verify"), "unit": _UNITS,
    "verdict": ("in_time", "late", "excused"), "accepted": ("never",), "extended": ("without-due",),
    "due_before": (_LONG_AGO, _LATELY), "due_after": (_LATELY, "2030-01-01T00:00:00Z"),
}  # fmt: skip

# One look goes through ten rows for each that is wanted and five hundred at least, first their keys, then the rows; of
# each row it may be asked who has a part in it.
_LOOKED, _SEEN = 30, 60
_WAITING = "counts, up to 10,000, what is still to be counted again"
_FIGURES = "counts up to 10,000 limits that have a due instant and as many that have none, each with its case"
_PRIVATE = "counts private ones, up to 10,000, each with its case"
_STANDINGS = "counts up to 5,000 occurrences of some days, each with its records"
_ORDERS = "counts the posts of each order that it shows, of one of them all that it has"
_PROGRESS = "counts how far each re-decision that it shows has come with its cases: these are read"
_COUNTED = "counted of all that happened in a period, by its nature: one stretch of one index"

LISTS: Mapping[tuple[str, str], Asked] = {
    ("intake", "/v1/towns/{town}/cases"): Asked(_CASE_FILTERS, _SEEN),
    ("intake", "/v1/towns/{town}/work-orders"): Asked({
        "unit": _UNITS, "state": ("issued", "accepted", "done", "declined"), "assignee": (BUSY, "nobody", "left"),
        "issued_before": (_LONG_AGO, _LATELY),
    }, _SEEN),
    ("intake", "/v1/towns/{town}/publications"): Asked({"level": (RARE_LEVEL, "town")}, 650, _PRIVATE),
    ("intake", "/v1/towns/{town}/redecisions"): Asked({}, 900, _PROGRESS),
    ("intake", "/v1/towns/{town}/redecisions/{redecision}"): Asked(
        {}, 900, _PROGRESS, names={"redecision": REDECISION}),
    ("intake", "/v1/towns/{town}/redecisions/{redecision}/cases"): Asked(
        {"state": ("waiting", "decided", "left")}, _LOOKED, names={"redecision": REDECISION}),
    ("intake", "/v1/towns/{town}/rehomings"): Asked({"state": ("moved", "asked", "chosen")}, _LOOKED),
    ("intake", "/v1/towns/{town}/erasures"): Asked(),
    ("intake", "/v1/towns/{town}/erasures/due"): Asked({}, 210, "counts up to 10,000 cases of each class"),
    ("sla", "/v1/towns/{town}/deadlines"): Asked({
        **_DEADLINE_FILTERS, "open": ("true", "false"), "lead": (*_UNITS, "none"), "level": ("town", RARE_LEVEL),
        "category": ("ditch", RARE_CATEGORY), "place": ("grid-1", "nowhere"),
        "standing": ("breached", "later", "paused", "today"),
    }, _SEEN),
    ("sla", "/v1/towns/{town}/deadlines/figures"): Asked({}, 1_200, _FIGURES),
    ("sla", "/v1/towns/{town}/deadlines.ics"): Asked(_DEADLINE_FILTERS, 10, page=2_000, pairs=False),
    ("sla", "/v1/towns/{town}/calendar-changes"): Asked({"revision": ("1", "2")}, 420, _WAITING),
    ("notify", "/v1/inbox"): Asked({"desk": ("all", "unit", "person"), "unread": ("yes", "no")}, _LOOKED),
    ("notify", "/v1/towns/{town}/deliveries"): Asked({"state": ("uncertain", "failed")}, _LOOKED),
    ("duties", "/v1/towns/{town}/occurrences"): Asked({
        **_DAYS, "unit": _UNITS, "duty": (rows.DUTY, rows.RARE_DUTY), "state": ("open", "missing"),
        "moved": ("true", "false"),
    }, _SEEN),
    ("duties", "/v1/towns/{town}/occurrences/standings"): Asked(_DAYS, 300, _STANDINGS),
    ("duties", "/v1/towns/{town}/records"): Asked({
        **_DAYS, "form": (rows.DUTY, rows.RARE_DUTY), "unit": _UNITS, "subject": (_SOME_CASE.number, "none"),
        "occurrence": (_SOME_CASE.id, "none"),
    }, _SEEN),
    ("duties", "/v1/towns/{town}/leaves"): Asked({}, _LOOKED),
    ("duties", "/v1/towns/{town}/orders"): Asked({
        "duty": (rows.DUTY, rows.RARE_DUTY), "subject": (_SOME_CASE.number, "none"), "standing": ("true", "false"),
        "by_due": ("true", "false"),
    }, 2_500, _ORDERS),
    ("duties", "/v1/towns/{town}/orders/{order}/posts"): Asked(
        {}, _SEEN, names={"order": rows.ORDER}, hides=True),
    ("duties", "/v1/towns/{town}/surveys"): Asked({}, _LOOKED),
    ("duties", "/v1/towns/{town}/samples"): Asked({}, _LOOKED),
    ("duties", "/v1/towns/{town}/samples/{sample}/frame"): Asked(names={"sample": _A_SAMPLE}, hides=True),
    ("ledger", "/v1/towns/{town}/ledger/entries"): Asked({
        "type": ("house", "household"), "class": ("none", "population"), "place": ("grid-1", "nowhere"),
        "about": (_A_HOUSE, "none"), "group": ("group:other", "group:alone"), "stale": ("yes",), "differs": ("yes",),
        "ended": ("yes",), "text": ("nothing like it", rows.RARE_CATEGORY),
    }, _SEEN, beside={"group": {"type": "household"}}),
    ("ledger", "/v1/towns/{town}/ledger/entries/{entry}"): Asked(names={"entry": _A_HOUSE}, hides=True),
    ("ledger", "/v1/towns/{town}/ledger/entries/{entry}/statements"): Asked(names={"entry": _A_HOUSE}, hides=True),
    ("ledger", "/v1/towns/{town}/ledger/openings"): Asked({"entry": (_A_HOUSE, "none")}, _LOOKED),
    ("assess", "/v1/towns/{town}/assessment/objections"): Asked(),
    ("assess", "/v1/towns/{town}/assessment/publications"): Asked(),
    ("registry", "/v1/audit/accounts"): Asked(),
    ("registry", "/v1/audit/identities"): Asked(),
    ("registry", "/v1/audit/tokens"): Asked(),
    ("registry", "/v1/jurisdictions"): Asked(),
    ("registry", "/v1/tokens"): Asked(),
    ("registry", "/v1/towns/{town}/absences"): Asked(
        {"person": ("p-rare", "p-7", "nobody"), "which": ("standing", "all")}, _LOOKED),
    ("registry", "/v1/towns/{town}/accounts"): Asked({}, 6, "reads with each account the roles that it has there"),
    ("registry", "/v1/towns/{town}/editions"): Asked(),
    ("registry", "/v1/towns/{town}/grid-codes"): Asked(),
    ("registry", "/v1/towns/{town}/members"): Asked({"unit": (f"{BIG}/unit-07", f"{BIG}/{RARE_UNIT}", "nobody")}),
    ("registry", "/v1/towns/{town}/publications/refused"): Asked({"what": ("publication", "grid-code")}),
    ("registry", "/v1/towns/{town}/grids/{place}/statements"): Asked(names={"place": "grid-1"}),
    ("registry", "/v1/towns/{town}/turns"): Asked({"unit": (f"{BIG}/unit-07", f"{BIG}/{RARE_UNIT}", "nobody")}),
    ("registry", "/v1/towns/{town}/contacts"): Asked(
        {"person": ("p-rare", "p-00007", "nobody"), "entry": ("e-7", "nothing")}),
    ("registry", "/v1/towns/{town}/hand-overs"): Asked({}, 6, "reads each side of somebody's own, and sorts the two"),
    # About one case, and not paged: what the case has.
    ("intake", "/v1/towns/{town}/cases/{case}"): Asked(names={"case": _SOME_CASE.id}),
    ("intake", "/v1/towns/{town}/cases/{case}/steps"): Asked(names={"case": _SOME_CASE.id}),
    ("intake", "/v1/towns/{town}/cases/{case}/history/verify"): Asked(names={"case": _SOME_CASE.id}),
    ("sla", "/v1/towns/{town}/cases/{case}/clocks"): Asked(names={"case": _SOME_CASE.number}),
    ("routing", "/v1/towns/{town}/cases/{case}/decisions"): Asked(names={"case": _SOME_CASE.id}),
}  # fmt: skip

NO_LISTS: Mapping[tuple[str, str], str] = {
    (
        "intake",
        "/v1/towns/{town}/cases/export",
    ): "all that the caller may see, by its nature: read in batches",
    ("intake", "/v1/towns/{town}/cases/{case}/attachments/{attachment}"): "one file",
    ("intake", "/v1/towns/{town}/cases/{case}/merge"): "two cases",
    ("intake", "/v1/towns/{town}/cases/{case}/reporter"): "one person",
    ("intake", "/v1/towns/{town}/catalogue"): "of the pack in force",
    ("intake", "/v1/towns/{town}/names"): "of the pack in force",
    ("intake", "/v1/towns/{town}/papers"): "of the pack in force",
    ("notify", "/v1/towns/{town}/webhook-key"): "one key",
    ("duties", "/v1/towns/{town}/duties"): "a year, reckoned from the pack in force",
    ("duties", "/v1/towns/{town}/duties.ics"): "the same",
    ("duties", "/v1/towns/{town}/duties/mine"): "a day of the own posts, at most a hundred records of each",
    ("duties", "/v1/towns/{town}/forms"): "of the pack in force",
    ("duties", "/v1/towns/{town}/forms/{form}"): "of the pack in force",
    ("duties", "/v1/towns/{town}/orderable"): "of the pack in force",
    ("duties", "/v1/towns/{town}/orders/{order}"): "one order, with its latest two hundred steps",
    ("duties", "/v1/towns/{town}/occurrences/{occurrence}"): "one occurrence",
    ("duties", "/v1/towns/{town}/occurrences/{occurrence}/attendance"): "one meeting",
    ("duties", "/v1/towns/{town}/records/{record}"): "one record",
    ("duties", "/v1/towns/{town}/records/{record}/sealed"): "one record",
    ("duties", "/v1/towns/{town}/surveys/{survey}"): "one survey",
    ("duties", "/v1/towns/{town}/asked/{code}"): "one survey",
    ("duties", "/v1/towns/{town}/samples/{sample}"): "one sample, with what the lot fell on",
    ("ledger", "/v1/towns/{town}/ledger/paper"): "all of a grid, by its nature: read in batches",
    ("ledger", "/v1/towns/{town}/ledger.xlsx"): "all that the caller reads, by its nature: read in batches",
    ("ledger", "/v1/towns/{town}/ledger/entitled"): "organisations of one type that a condition fits: read in batches",
    ("ledger", "/v1/towns/{town}/ledger/types"): "of the pack in force",
    ("assess", "/v1/towns/{town}/assessment/declared"): "of the pack in force",
    ("assess", "/v1/towns/{town}/assessment/figures/{figure}/{span}"): _COUNTED,
    ("assess", "/v1/towns/{town}/assessment/figures/{figure}/{span}/things"): _COUNTED,
    ("assess", "/v1/towns/{town}/assessment/measures/{measure}/{span}"): _COUNTED,
    ("assess", "/v1/towns/{town}/assessment/measures/{measure}/{span}/proposals"): _COUNTED,
    ("assess", "/v1/towns/{town}/assessment/documents/{document}/{span}"): _COUNTED,
    ("assess", "/v1/towns/{town}/assessment/publications/{key}"): "one document",
    ("assess", "/v1/towns/{town}/assessment/publications/{key}/page"): "one document",
    ("sla", "/v1/towns/{town}/calendar-links"): "two hundred at most, which people make by hand",
    ("duties", "/v1/towns/{town}/duty-calendar-links"): "two hundred at most, which people make by hand",
    ("duties", "/v1/towns/{town}/calendars/{secret}/duties.ics"): "one unit's, to whoever has its secret",
    ("duties", "/v1/towns/{town}/plans"): "one year's meetings of which a plan is asked, reckoned from the rules",
    ("duties", "/v1/towns/{town}/records/{record}/pictures/{picture}"): "one picture",
    ("registry", "/v1/towns/{town}/grids/{place}/photos/{photo}"): "one photo",
    ("registry", "/v1/towns/{town}/posted/{place}/photos/{photo}"): "one photo",
    ("sla", "/v1/towns/{town}/calendars/{secret}/deadlines.ics"): "one unit's, to whoever has its secret",
    ("registry", "/v1/session"): "one session",
    ("registry", "/v1/sessions/oidc"): "the providers of the settings",
    ("registry", "/v1/session/sessions"): "one person's, who has twenty at most",
    ("registry", "/v1/towns/{town}/accounts/{login}"): "one account",
    ("registry", "/v1/towns/{town}/calendar"): "one calendar",
    ("registry", "/v1/towns/{town}/editions/{edition}"): "one edition",
    ("registry", "/v1/towns/{town}/grids"): "the whole map of the pack in force",
    ("registry", "/v1/towns/{town}/grids/at"): "one grid",
    ("registry", "/v1/towns/{town}/grids/{place}/facts"): "one grid",
    ("registry", "/v1/towns/{town}/grids/{place}/team"): "one grid, with its people",
    ("registry", "/v1/towns/{town}/grids/{place}/sheets"): "one grid, with its people",
    ("registry", "/v1/towns/{town}/posted/{place}"): "one grid, with its people",
    ("registry", "/v1/towns/{town}/posted"): "of the pack in force",
    ("registry", "/v1/towns/{town}/grid-hints"): "worked out of all grids of the pack in force, with their people",
    ("registry", "/v1/towns/{town}/terminals"): "the same",
    ("registry", "/v1/towns/{town}/on-duty"): "the turns of this hour, one or two at each service station",
    ("registry", "/v1/towns/{town}/people/{person}"): "one person",
    ("registry", "/v1/towns"): "all towns that have published, by key and name",
    ("registry", "/v1/towns/{town}/units"): "all units of the pack in force, with their people",
    # Of every service, alike: rows of messages that could not be taken at once, and no others.
    **{(service, f"/v1/services/{service}/{what}"): why for service in LISTENS for what, why in (
        ("backlog", "counts what waits"),
        ("messages", "what waits, which is little, or somebody has been called"),
        ("messages/{message}", "one message"),
    )},
}  # fmt: skip


def unknown_of(operations: list[Operation], parameters: Parameters) -> list[str]:
    """Return what the services describe and the tables here don't know, and the other way about."""
    described = {(each.service, each.path) for each in operations if each.method == "GET"}
    found = [f"{service} {path}" for service, path in described ^ (LISTS.keys() | NO_LISTS.keys())]
    for key, asked in LISTS.items():
        filters = set(parameters.get(key, ())) - set(_PAGING)
        found += [f"{key[1]}?{name}" for name in filters ^ set(asked.values)]
    return found


def queries_of(asked: Asked, looker: str) -> Iterator[Query]:
    """Yield what a list is asked by somebody: everything, and each filter alone.

    By a supervisor, from whom least is kept, with all values that it is tried with, and each two filters together.
    """
    yield {}
    for name, values in asked.values.items():
        more = asked.beside.get(name, {})
        yield from (
            {name: value, **more} for value in (values if looker == "supervisor" else values[1:2] or values)
        )
    if looker == "supervisor" and asked.pairs:
        for (one, some), (other, more) in combinations(asked.values.items(), 2):
            both = {one: (some[1:2] or some)[0], other: more[0]}
            yield {**both, **asked.beside.get(one, {}), **asked.beside.get(other, {})}


def limit_of(key: tuple[str, str]) -> int:
    """Return how many rows may be read for a page of a list."""
    return LISTS[key].most * LISTS[key].page
