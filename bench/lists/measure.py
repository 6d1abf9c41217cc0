"""Asking every list as everybody, and what was read for each page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.lists.asked import LISTS, PAGE, Asked, Parameters, Query, queries_of
from bench.lists.rows import BIG
from bench.lists.standing import LOOKERS, Standing
from scripts.security.operations import Operation
from shared.web.reach import Reach


@dataclass(frozen=True, slots=True)
class Reading:
    """A page, and what was read for it.

    Args:
        number: 1: the first page.
        shown: rows that it shows; has_more: whether another follows.
    """

    service: str
    path: str
    looker: str
    query: Query
    number: int
    shown: int
    has_more: bool
    rows: int
    buffers: int
    steps: int

    @property
    def key(self) -> tuple[str, str]:
        """The list, as the tables name it."""
        return self.service, self.path


def parameters_of(house: Standing) -> Parameters:
    """Return what each GET operation takes behind its path."""
    found = {}
    for name, service in house.services.items():
        document = service.app.test_client().get("/openapi.json").get_json()
        for path, methods in document["paths"].items():
            taken = methods.get("get", {}).get("parameters", ())
            found[name, path] = tuple(each["name"] for each in taken if each.get("in") == "query")
    return found


def read_all(house: Standing) -> Iterator[Reading]:
    """Ask every list as everybody who may."""
    parameters = parameters_of(house)
    for operation in house.operations:
        asked = LISTS.get((operation.service, operation.path)) if operation.method == "GET" else None
        if asked is not None:
            is_paged = "limit" in parameters[operation.service, operation.path]
            for looker in lookers_of(operation):
                for query in queries_of(asked, looker):
                    yield from _pages(house, operation, asked, looker, {**query, **_limit(is_paged)})


def _limit(is_paged: bool) -> Query:
    return {"limit": PAGE} if is_paged else {}


def lookers_of(operation: Operation) -> list[str]:
    """Return who may ask an operation, as `LOOKERS` calls them."""
    if operation.reach is Reach.PLATFORM:
        return ["platform"]
    return [looker for looker, (role, _) in LOOKERS.items() if role in operation.roles or not operation.roles]


def _pages(
    house: Standing, operation: Operation, asked: Asked, looker: str, query: Query
) -> Iterator[Reading]:
    """The first page, and the one after it."""
    more: Query = {}
    for number in (1, 2):
        path = operation.at(town=BIG, **asked.names)
        answer = house.ask(operation.service, path, {**query, **more}, looker)
        if answer.status_code == 404 and (asked.hides or answer.get_json()["code"] == "no-desk"):
            return
        if answer.status_code != 200:
            raise AssertionError(f"{path} {query} as {looker}: {answer.status_code} {answer.text[:300]}")
        body = answer.get_json() if answer.is_json else None
        cursor = body.get("next") if isinstance(body, dict) else None
        yield Reading(
            operation.service, operation.path, looker, query, number, _shown(answer.text, body), bool(cursor),
            house.reads.rows, house.reads.buffers, house.reads.steps,
        )  # fmt: skip
        if not cursor:
            return
        more = {"cursor": cursor}


def _shown(text: str, body: Any) -> int:
    if body is None:
        return text.count("BEGIN:VEVENT")
    return next((len(value) for value in body.values() if isinstance(value, list)), 0)
