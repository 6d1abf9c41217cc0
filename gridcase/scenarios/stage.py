"""The stage on which scenarios are played: a simulated house, a town's edition on it, and tokens for its actors."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from gridcase.intake_client import (
    IntakeAnswer,
    IntakeClient,
    MergeBody,
    OrderBody,
    ReportBody,
    SatisfactionBody,
    StepBody,
)
from gridcase.registry_admin import RegistryAdmin
from gridcase.scenarios.actors import ScenarioActor
from gridcase.shown_case import ShownCase
from gridcase.simulation.house import SimulatedHouse
from gridcase.simulation.world import World
from gridcase.staffing import staff
from gridcase.variants import with_choices, with_readings
from services.intake.bootstrap import publications_of
from shared.contracts.bodies import body_of
from shared.contracts.envelope import decode
from shared.contracts.messages import AlarmRaised
from shared.db.store import Store
from shared.flow.service import Service
from shared.rules.pack.build.templates import TemplateCache
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from shared.rules.scenario.model import Amendment, Other

DAWN = datetime(2000, 1, 1, tzinfo=UTC)  # before every scenario: editions are in force from here on
WATCHER = ScenarioActor("operator", None, "operator-1")


@dataclass(frozen=True, slots=True)
class StuckMessage:
    """A message that a service keeps without having taken it: held, to be tried later, or parked."""

    service: str
    source: str
    type: str
    state: str
    reason: str


class Stage:
    """One town on a simulated house.

    Args:
        house: shared by all stages of a run.
        files: the town's files, as `load_files` gives them.
    """

    def __init__(self, house: SimulatedHouse, files: Mapping[str, str], town: str) -> None:
        self._house = house
        self._files = dict(files)
        self._town = town
        self._registry = RegistryAdmin(house.services["registry"].store, house.secret)
        self._intake = IntakeClient(house.services["intake"])
        self._tokens: dict[ScenarioActor, str] = {}
        self._templates = TemplateCache()
        self._variants: dict[str, Pack] = {}
        self.pack: Pack = build_pack(self._files, town, self._templates)
        self._publish()
        staff(self._registry, self.pack)
        self.world.settle()

    @property
    def world(self) -> World:
        """The world whose time the runs move."""
        return self._house.world

    def service(self, name: str) -> Service:
        """Return one of the house's services, for what is no case."""
        return self._house.services[name]

    def token(self, actor: ScenarioActor) -> str:
        """Return a token for an actor."""
        return self._token(actor)

    def begin(self, at: datetime) -> None:
        """Forget all runs before and begin one at `at`."""
        self._house.forget_cases(at)
        self.world.settle()

    @contextmanager
    def variant(self, other: Other | None) -> Iterator["Stage"]:
        """Put the town under other readings or choices for a while; None: under its own."""
        own, varied_pack = self.pack, self._varied(other) if other else self.pack
        if varied_pack.edition == own.edition:  # what is reported alone is another
            yield self
            return
        self.pack = varied_pack
        self._house.enter(self.pack)
        try:
            yield self
        finally:
            self._house.take_back(self._town)
            self.pack = own

    def report(self, actor: ScenarioActor, body: ReportBody) -> IntakeAnswer:
        """Report something as an actor, and let everything settle that follows from it."""
        return self._settled(self._intake.report(self._town, self._token(actor), body))

    def confirm(self, actor: ScenarioActor, case: str) -> IntakeAnswer:
        """Confirm a draft as an actor, and let everything settle that follows from it."""
        return self._settled(self._intake.confirm(self._town, self._token(actor), case))

    def take_step(self, actor: ScenarioActor, case: str, body: StepBody) -> IntakeAnswer:
        """Take a step as an actor, and let everything settle that follows from it."""
        return self._settled(self._intake.take_step(self._town, self._token(actor), case, body))

    def merge(self, actor: ScenarioActor, case: str, into: str) -> IntakeAnswer:
        """Merge a case into another as an actor, and let everything settle that follows from it."""
        return self._settled(self._intake.merge(self._town, self._token(actor), case, MergeBody(into)))

    def satisfied(self, actor: ScenarioActor, case: str, body: SatisfactionBody) -> IntakeAnswer:
        """Say what a reporter thinks as an actor, and let everything settle that follows from it."""
        return self._settled(self._intake.satisfied(self._town, self._token(actor), case, body))

    def move_order(self, actor: ScenarioActor, case: str, order: str, move: str) -> IntakeAnswer:
        """Move a work order as an actor, and let everything settle that follows from it."""
        body = OrderBody(move)
        return self._settled(self._intake.move_order(self._town, self._token(actor), case, order, body))

    def case(self, case: str) -> ShownCase:
        """Return everything about a case."""
        return self._intake.case(self._town, self._token(WATCHER), case)

    def sees(self, case: str, actor: ScenarioActor) -> bool:
        """Tell whether an actor can read a case now."""
        return self._intake.sees(self._town, self._token(actor), case)

    def publications(self, number: str) -> list[str | None]:
        """Return the level of each publication of a case; None: every level."""
        store = self._house.services["intake"].store
        return [record.level for record in publications_of(store, self._town, number)]

    def alarms(self) -> list[str]:
        """Return the codes of all alarms since the run began, without reminders of a town's upkeep."""
        return [code for service in self._house.services.values() for code in _alarms_in(service.store)]

    def stuck(self) -> list[StuckMessage]:
        """Return the messages that some service could not take and keeps: what they say has not happened."""
        return [
            kept for name, service in self._house.services.items() for kept in _stuck_in(name, service.store)
        ]

    def amend_calendar(self, change: Amendment) -> None:
        """Publish amended days of the town."""
        self._registry.amend_calendar(
            self._town,
            years=change.years,
            holidays={on: str(text) for on, text in change.holidays.items()},
            make_up={on: str(text) for on, text in change.make_up.items()},
        )
        self.world.settle()

    def _publish(self) -> None:
        # Back to dawn first: published at the present instant, it would not be in force when a scenario begins.
        self._house.forget_cases(DAWN)
        self._house.packs.put(self.pack.edition, self.pack)
        self._registry.publish(self._town, self._files)
        self.world.settle()

    def _varied(self, other: Other) -> Pack:
        """Several scenarios ask what would be under the same readings and choices."""
        key = repr((sorted(other.readings.items()), other.acceptance, other.office_hours))
        if key not in self._variants:
            files = varied(self._files, self._town, other)
            self._variants[key] = build_pack(files, self._town, self._templates)
        return self._variants[key]

    def _settled(self, answer: IntakeAnswer) -> IntakeAnswer:
        self.world.settle()
        return answer

    def _token(self, actor: ScenarioActor) -> str:
        # Tokens outlive the cases of a run: each actor needs one only once.
        if actor not in self._tokens:
            self._tokens[actor] = self._registry.issue_token(
                actor.role, actor.unit, actor.person, (self._town,)
            )
            self.world.settle()
        return self._tokens[actor]


def _stuck_in(name: str, store: Store) -> list[StuckMessage]:
    inbox = store.flow.inbox
    shown = (inbox.c.source, inbox.c.type, inbox.c.state, inbox.c.reason, inbox.c.detail)
    asked = sa.select(*shown).where(inbox.c.state.in_(("held", "later", "parked")))
    with store.read() as conn:
        rows = conn.execute(asked.order_by(inbox.c.stream, inbox.c.sequence)).all()
    return [
        StuckMessage(name, row.source, row.type, row.state, " ".join(filter(None, (row.reason, row.detail))))
        for row in rows
    ]


# Reminders of what a town must see to whatever its cases do: they come by the date on which a scenario plays.
_OF_UPKEEP = {"calendar-ends"}


def _alarms_in(store: Store) -> list[str]:
    outbox = store.flow.outbox
    with store.read() as conn:
        frames = conn.scalars(sa.select(outbox.c.frame).where(outbox.c.type == "alarm.raised"))
        bodies = [body_of(decode(frame)) for frame in frames]
    return [body.code for body in bodies if isinstance(body, AlarmRaised) and body.code not in _OF_UPKEEP]


def varied(files: Mapping[str, str], town: str, other: Other) -> dict[str, str]:
    """Return a town's files under the readings and choices of a variant."""
    choices: dict[str, object] = {}
    if other.acceptance is not None:
        choices["acceptance|受理"] = other.acceptance
    if other.office_hours is not None:
        choices["calendar|日历"] = {
            "office_hours|办公时间": [f"{opens}-{closes}" for opens, closes in other.office_hours]
        }
    return with_choices(with_readings(files, town, other.readings), town, choices)
