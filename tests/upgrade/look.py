"""What can be seen of a house over HTTP: whole, to be found again as it is, and in outline, to be compared.

`whole` is for one instant: everything that stands there must stand there after the upgrade, with the same ids.
`outline` is for what two houses make of the same messages: ids and the order of messages may differ in it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tests.upgrade.seams import Answer

Ask = Callable[[str, str], Answer]  # service, path → answer; as an operator of all towns
Json = Any
COMPUTED = ("steps", "duplicates", "as_of", "history")  # of a case: said anew at every look
LISTS: Mapping[str, tuple[str, str]] = {  # path below a town → service, key of the list
    "publications": ("intake", "publications"),
    "redecisions": ("intake", "redecisions"),
    "rehomings": ("intake", "rehomings"),
    "work-orders": ("intake", "work_orders"),
    "deadlines": ("sla", "deadlines"),
    "members": ("registry", "items"),
    "absences?which=all": ("registry", "items"),
    "deliveries?state=failed": ("notify", "items"),
    "deliveries?state=uncertain": ("notify", "items"),
}
SINGLE: Mapping[str, str] = {"editions": "registry", "calendar": "registry"}  # not in pages


class Eyes:
    """Looks at a house.

    Args:
        ask: as an operator of all towns.
        towns: what is looked at.
    """

    def __init__(self, ask: Ask, towns: Sequence[str]) -> None:
        self._ask = ask
        self._towns = towns

    def whole(self) -> Json:
        """Return everything: cases by id, each town's lists by path, the desks of the operator."""
        return {
            "cases": {key: self._case(town, key) for town, key in self._case_keys()},
            "lists": {f"{town}/{path}": self._list(town, path) for town in self._towns for path in LISTS},
            "singles": {
                f"{town}/{path}": self._single(town, path) for town in self._towns for path in SINGLE
            },
            "desks": {row["notification"]: row for row in self._pages("notify", "/v1/inbox", "items")},
        }

    def outline(self) -> Json:
        """Return what became of every case, by town and number, and what each town has published."""
        views = [(town, self._view(town, key)) for town, key in self._case_keys()]
        return {
            "cases": {f"{town}/{view['number']}": _outline(view) for town, view in views},
            "published": {town: self._published(town) for town in self._towns},
        }

    def chains(self) -> dict[str, bool]:
        """Tell of each case whether its history is whole."""
        paths = {key: f"/v1/towns/{town}/cases/{key}/history/verify" for town, key in self._case_keys()}
        return {key: self._ask("intake", path).body["whole"] for key, path in paths.items()}

    def _case_keys(self) -> Iterator[tuple[str, str]]:
        for town in self._towns:
            for row in self._pages("intake", f"/v1/towns/{town}/cases", "cases"):
                yield town, row["id"]

    def _view(self, town: str, key: str) -> Json:
        answer = self._ask("intake", f"/v1/towns/{town}/cases/{key}")
        assert answer.status == 200, answer
        return answer.body

    def _case(self, town: str, key: str) -> Json:
        view = self._view(town, key)
        found = {name: value for name, value in view.items() if name not in COMPUTED}
        for name, id_ in (("work_orders", "id"), ("deadlines", "id"), ("notifications", "id")):
            found[name] = {row[id_]: row for row in view[name]}
        found["attachments"] = {row["id"]: self._attached(town, key, row) for row in view["attachments"]}
        found["decided"] = self._decided(town, key) if "routed" in _kinds(view) else []
        return {**found, "history": [entry["hash"] for entry in view["history"]]}

    def _attached(self, town: str, key: str, row: Json) -> Json:
        content = self._ask("intake", f"/v1/towns/{town}/cases/{key}/attachments/{row['id']}").body
        return {**row, "content": hashlib.sha256(content).hexdigest()}

    def _decided(self, town: str, key: str) -> Json:
        """Return routing's own record of its decisions about a case."""
        return self._ask("routing", f"/v1/towns/{town}/cases/{key}/decisions").body["items"]

    def _list(self, town: str, path: str) -> Json:
        service, name = LISTS[path]
        return list(self._pages(service, f"/v1/towns/{town}/{path}", name))

    def _single(self, town: str, path: str) -> Json:
        return self._ask(SINGLE[path], f"/v1/towns/{town}/{path}").body

    def _published(self, town: str) -> Json:
        rows = self._pages("intake", f"/v1/towns/{town}/publications", "publications")
        return sorted([row["number"], row["level"] or "", row["published_on"]] for row in rows)

    def _pages(self, service: str, path: str, name: str) -> Iterator[Json]:
        cursor, mark = "", "&" if "?" in path else "?"
        while True:
            answer = self._ask(service, f"{path}{mark}limit=200{cursor}")
            assert answer.status == 200, (path, answer)
            yield from answer.body[name]
            if not answer.body["next"]:
                return
            cursor = f"&cursor={answer.body['next']}"


def _kinds(view: Json) -> set[str]:
    return {row["kind"] for row in view["decisions"]}


def _outline(view: Json) -> Json:
    who = view["assignment"] or {}
    kept = (
        "number",
        "state",
        "round",
        "facts",
        "breached",
        "flagged",
        "awaits_decision",
        "hidden",
        "private",
    )
    return {
        **{name: view[name] for name in kept if name in view},
        "edition": view["edition"]["hash"],
        "milestones": sorted(view["milestones"]),
        "assignment": {name: who.get(name) for name in ("levels", "lead", "assisting", "procedure")},
        "decisions": [[row["n"], row["in_effect"]] for row in view["decisions"]],
        "orders": _table(view["work_orders"], ("unit", "part", "state", "round")),
        "clocks": _table(view["deadlines"], ("stage", "round", "state", "verdict", "started_at", "due_at")),
        "told": _table(view["notifications"], ("on", "party", "unit", "person", "via", "channel", "state")),
        "linked": [[row["jurisdiction"], row["state"]] for row in view["linked"]],
    }


def _table(rows: Iterable[Json], names: Sequence[str]) -> list[list[str]]:
    return sorted([str(row[name] or "") for name in names] for row in rows)


def lost(before: Json, now: Json, where: str = "") -> Iterator[str]:
    """Name every place at which something of `before` is missing or different in `now`; more may stand there."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for name, value in before.items():
            if name not in now:
                yield f"{where}/{name}: gone"
            else:
                yield from lost(value, now[name], f"{where}/{name}")
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for number, value in enumerate(before):
            yield from lost(value, now[number], f"{where}/{number}")
    elif before != now:
        yield f"{where}: {before!r} became {now!r}"
