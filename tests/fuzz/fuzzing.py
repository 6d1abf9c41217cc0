"""A whole house, asked by generated requests as every role, and held to everything that it says of itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, CheckFunction, load_all_checks
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from gridcase.embedded import EmbeddedHouse, embed, plan_in
from gridcase.front import Front
from gridcase.home import make_home
from gridcase.registry_admin import RegistryAdmin
from shared.rules.pack.build.files import load_files
from shared.web.callers import Role
from shared.web.quotas import DoorSettings

ROOT = Path(__file__).resolve().parents[2]
TOWN = "t-vtc"
UNIT = f"{TOWN}/town-centre"

load_all_checks()
# Each of them, but for how long an answer takes: no test asserts that.
ALL = [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name != "max_response_time"]
# What does not hold of an operation by its nature.
BUT_NOT: dict[str, CheckFunction] = {
    # Answered with 200, and within it a refusal for each report that breaks a rule.
    "POST /v1/towns/{town}/cases/bulk": negative_data_rejection,
    # A file of cases is any text: what is wrong with it is answered line by line.
    "POST /v1/towns/{town}/cases/import": negative_data_rejection,
    # Their keys have rules, dates and single characters, and OpenAPI 3.0 no word for keys.
    "POST /v1/towns/{town}/calendar": positive_data_acceptance,
    "POST /v1/towns/{town}/calendar-changes/preview": positive_data_acceptance,
    "POST /v1/towns/{town}/grid-codes": positive_data_acceptance,
    # A picture is known by its bytes, and must be what it is declared to be: no schema says either.
    "POST /v1/towns/{town}/pictures": positive_data_acceptance,
    "PUT /v1/towns/{town}/people/{person}/plate/photo": positive_data_acceptance,
}


@schemathesis.serializer(
    "application/x-ndjson", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)
def as_it_is(_ctx: object, value: object) -> bytes:
    """Send a generated text as it is: whatever somebody takes for a file of cases."""
    return str(value).encode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class Asker:
    """A role, and the token that has it."""

    role: str
    token: str


@dataclass(frozen=True)
class FuzzedHouse:
    """A house with a town, and what is needed to ask it."""

    house: EmbeddedHouse
    front: Front
    askers: Sequence[Asker]

    def operations(self, service: str) -> Iterator[APIOperation]:
        """Every operation that a service describes, asked by way of the house's one door."""
        schema = schemathesis.openapi.from_wsgi(f"/{service}/openapi.json", self.front)
        # What a town's rules, or a case as it stands, don't allow is 422: no form of a request could state that.
        schema.config.checks.positive_data_acceptance.expected_statuses = [
            "2xx",
            "401",
            "403",
            "404",
            "409",
            "422",
        ]
        for found in schema.get_all_operations():
            yield found.ok()


@contextmanager
def fuzzed_house(folder: Path) -> Iterator[FuzzedHouse]:
    """Build a house in a folder, with a town whose rules are published."""
    plan = plan_in(folder, "reference", door=DoorSettings(quotas={}))
    house = embed(plan)
    registry = RegistryAdmin(house.services["registry"].store, plan.secret)
    registry.publish(TOWN, load_files(ROOT / "rules" / TOWN))
    askers = [
        Asker(role.value, registry.issue_token(role.value, UNIT, f"p-{role.value}", (TOWN,))) for role in Role
    ]
    house.start()
    apps: Any = {name: service.app for name, service in house.services.items()}
    try:
        yield FuzzedHouse(
            house, Front(apps, make_home(house.services, house.health, []), house.metrics), askers
        )
    finally:
        house.stop()


def fuzz(operation: APIOperation, asker: Asker, examples: int, number: int) -> None:
    """Ask an operation, right and wrong, and hold each answer against every check.

    Args:
        number: the seed: the same requests come again.

    Raises:
        Exception: a check's failure, with the request that shows it.
    """

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        mode = data.draw(st.sampled_from(list(GenerationMode)))
        case: Case = data.draw(operation.as_strategy(generation_mode=mode))
        case.path_parameters = {
            **(case.path_parameters or {}),
            **({"town": TOWN} if "{town}" in operation.path else {}),
        }
        # Refused, and OpenAPI 3.0 has no word for keys by which to say so.
        assume(not has_nul_in_a_key(case.body))
        # A parameter without a value is not in the address: what it breaks is not sent.
        assume([] not in (case.query or {}).values())
        # Opaque: whoever has one was given it by the page before.
        for part in (case.query, case.body):
            if mode is GenerationMode.POSITIVE and isinstance(part, dict):
                part.pop("cursor", None)
        case.call_and_validate(
            headers={"Authorization": f"Bearer {asker.token}"}, checks=_checks_of(operation)
        )

    ask()


def has_nul_in_a_key(body: object) -> bool:
    """Tell whether a key anywhere in a body holds the character NUL."""
    if isinstance(body, dict):
        return any("\0" in key for key in body) or any(map(has_nul_in_a_key, body.values()))
    return isinstance(body, list) and any(map(has_nul_in_a_key, body))


def _checks_of(operation: APIOperation) -> list[CheckFunction]:
    return [check for check in ALL if check is not BUT_NOT.get(operation.label)]
