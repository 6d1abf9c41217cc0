"""Playing a scenario of the ledger through the ledger's own routes: who enters what, and who sees it then.

Decides nothing of the ledger; asks as each actor would, and tells what differs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import Client, TestResponse

from gridcase.scenarios.actors import ROLES, ScenarioActor
from gridcase.scenarios.participants import Part
from gridcase.scenarios.runs import Difference, LedgerRun
from gridcase.scenarios.stage import Stage
from gridcase.scenarios.wording import bilingual, shown
from gridcase.staffing import GRID_WORKER, STAFF, grid_of
from shared.kernel.texts import Text
from shared.rules.decide import address
from shared.rules.scenario.ledger import LedgerActor, LedgerEvent, LedgerExpected
from shared.rules.scenario.model import label_to_instant

LEDGER_PART: Part = ("ledger", "scenario")  # took part in every run of the ledger
SERVICE = "ledger"
VISIT = "visit"  # who told, where a scenario does not say
_POSTS: Mapping[str, str] = {
    "states": "statements", "confirms": "confirmations", "changes": "changes", "moves": "move", "ends": "end",
}  # fmt: skip
_PAGE = 200  # entries of a list at most
_REFUSED = 400


@dataclass(slots=True)
class LedgerPlayer:
    """One run.

    Attributes:
        entries: what the scenario calls an entry → its id.
    """

    stage: Stage
    run: LedgerRun
    entries: dict[str, str] = field(default_factory=dict)
    _places: dict[str, str] = field(default_factory=dict)

    def play(self) -> Iterator[Difference]:
        """Play the life; yield what differs from what is expected, as it is met."""
        scenario, zone = self.run.scenario, self.stage.pack.zone
        self.stage.begin(label_to_instant(scenario.life[0].at, zone))
        waiting = sorted((each for each in scenario.expected if each.at), key=lambda each: each.at or "")
        for event in scenario.life:
            while waiting and (waiting[0].at or "") < event.at:
                yield from self._at(waiting.pop(0))
            self.stage.world.advance(label_to_instant(event.at, zone))
            yield from self._do(event)
        for expected in (*waiting, *(each for each in scenario.expected if each.at is None)):
            yield from self._at(expected)

    def _at(self, expected: LedgerExpected) -> Iterator[Difference]:
        if expected.at is not None:
            self.stage.world.advance(label_to_instant(expected.at, self.stage.pack.zone))
        for what in self._differing(expected):
            yield self._difference(expected.spot.line, expected.spot.file, expected.at, what)

    def _difference(self, line: int, file: str, at: str | None, what: Text) -> Difference:
        when = Text(at, at) if at else bilingual("end")
        return Difference(self.run.scenario.key, "", file, line, when, what)

    # ---- what is done ------------------------------------------------------------------------------

    def _do(self, event: LedgerEvent) -> Iterator[Difference]:
        answer = self._asked(event)
        code = _said(answer)["code"] if answer.status_code >= _REFUSED else None
        if code != event.refused:
            what = bilingual("ledger-refused", what=event.entry, wanted=shown(event.refused), got=shown(code))
            yield self._difference(event.spot.line, event.spot.file, event.at, what)
        if code is not None or event.does == "opens":
            return
        key, meant = str(_said(answer)["id"]), self.entries.get(event.known or "")
        if (event.does == "enters" and bool(event.known) != _said(answer)["known"]) or (meant or key) != key:
            what = bilingual("ledger-known", what=event.entry, wanted=shown(event.known))
            yield self._difference(event.spot.line, event.spot.file, event.at, what)
        self.entries[event.entry] = key
        if event.place is not None:
            self._places[event.entry] = event.place

    def _asked(self, event: LedgerEvent) -> TestResponse:
        key = self.entries.get(event.entry, "none")
        actor = self._actor(
            event.by, event.place or self._places.get(event.entry) or self._places.get(event.about or "")
        )
        if event.does == "opens":
            return self._ask(actor, "POST", f"/entries/{key}/facts/{event.fact}/openings", {"purpose": VISIT})
        body: dict[str, Any] = {"facts": dict(event.facts)}
        if "date" not in event.without:
            body["date"] = event.at[:10]
        if "source" not in event.without:
            body["source"] = event.source or VISIT
        if event.place is not None:
            body["place"] = event.place
        if event.change is not None:
            body["change"] = event.change
        if event.does != "enters":
            return self._ask(actor, "POST", f"/entries/{key}/{_POSTS[event.does]}", body)
        if event.about is not None:
            body["about"] = self.entries.get(event.about, "none")
            self._places.setdefault(event.entry, self._places.get(event.about, ""))
        return self._ask(actor, "POST", "/entries", {**body, "type": event.type})

    def _actor(self, by: LedgerActor, place: str | None) -> ScenarioActor:
        where = by.place or place or None
        if by.who == "grid_worker":
            return ScenarioActor("grid_worker", grid_of(self.stage.pack, where), GRID_WORKER)
        if by.who in ROLES:
            return ScenarioActor(ROLES[by.who], None, f"{by.who}-1")
        return ScenarioActor("unit_staff", address(self.stage.pack, by.who, where), STAFF)

    def _ask(
        self, actor: ScenarioActor, method: str, path: str, body: Any = None, **query: str
    ) -> TestResponse:
        client = Client(self.stage.service(SERVICE).app)
        headers = {"Authorization": f"Bearer {self.stage.token(actor)}"}
        more: dict[str, Any] = {} if body is None else {"json": body}
        at = f"/v1/towns/{self.stage.pack.town}/ledger{path}"
        return client.open(at, method=method, query_string=query, headers=headers, **more)

    # ---- what must hold ----------------------------------------------------------------------------

    def _differing(self, expected: LedgerExpected) -> Iterator[Text]:
        key = self.entries.get(expected.entry, "none")
        place = self._places.get(expected.entry)
        for actor, is_seen in (
            *((each, True) for each in expected.seen_by),
            *((each, False) for each in expected.hidden_from),
        ):
            answer = self._ask(self._actor(actor, place), "GET", f"/entries/{key}")
            if (answer.status_code < _REFUSED) != is_seen:
                code = "ledger-not-seen" if is_seen else "ledger-seen"
                yield bilingual(code, who=actor.who, what=expected.entry)
            elif actor is next(iter(expected.seen_by), None):
                # What the others read of it is theirs: facts are compared as the first one sees them.
                yield from self._unlike(expected, _said(answer))
        if expected.seen_by:
            reader = self._actor(expected.seen_by[0], place)
            yield from self._elsewhere(expected, reader, key)

    def _unlike(self, expected: LedgerExpected, entry: Mapping[str, Any]) -> Iterator[Text]:
        facts = entry["facts"]
        wanted: dict[str, Any] = {f"facts {fact}": value for fact, value in expected.facts.items()}
        got: dict[str, Any] = {f"facts {fact}": facts.get(fact, {}).get("value") for fact in expected.facts}
        for fact in expected.sealed:
            wanted[f"sealed {fact}"], got[f"sealed {fact}"] = True, facts.get(fact, {}).get("sealed", False)
        for fact in expected.differs:
            wanted[f"differs {fact}"], got[f"differs {fact}"] = True, fact in entry["differs"]
        for name, value, real in (
            ("place", expected.place, entry["place"]),
            ("class", expected.line, entry["class"]),
            ("stale", expected.stale, entry["is_stale"]),
            ("ended", expected.ended, entry["ended_on"] is not None),
        ):
            if value is not None:
                wanted[name], got[name] = value, real
        for name, value in wanted.items():
            if got[name] != value:
                what = f"{expected.entry} {name}"
                yield bilingual("differs", what=what, wanted=shown(value), got=shown(got[name]))

    def _elsewhere(self, expected: LedgerExpected, reader: ScenarioActor, key: str) -> Iterator[Text]:
        """On the grid's paper, in a list of a group."""
        shown_entry = _said(self._ask(reader, "GET", f"/entries/{key}"))
        if expected.on_paper is not None:
            page = self._ask(reader, "GET", "/paper", place=shown_entry.get("place", ""))
            name = f"<h2>{shown_entry.get('type_name')} ("
            text = page.get_data(as_text=True)
            is_there = page.status_code < _REFUSED and name in text and f"{name}0)" not in text
            if is_there != expected.on_paper:
                yield bilingual("ledger-paper", what=expected.entry, wanted=shown(expected.on_paper))
        for fact, value in expected.group.items():
            asked = {"type": shown_entry.get("type", ""), "group": f"{fact}:{value}", "limit": str(_PAGE)}
            listed = _said(self._ask(reader, "GET", "/entries", **asked)).get("entries", [])
            if key not in {each["id"] for each in listed}:
                yield bilingual("ledger-group", what=expected.entry, group=f"{fact} {value}")


def _said(answer: TestResponse) -> Mapping[str, Any]:
    """What an answer says."""
    found: Mapping[str, Any] = answer.get_json()
    return found
