"""The OpenAPI document and the application say the same: tried with generated requests, none of which breaks
it."""

from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.intake.domain import refusal
from shared.web.catalogue import Catalogue
from tests.intake.house import House
from tests.intake.town import TOWN


@schemathesis.serializer(
    "application/x-ndjson", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)
def as_it_is(_ctx: object, value: object) -> bytes:
    """Send a generated text as it is: whatever somebody takes for a file of cases."""
    return str(value).encode("utf-8", "surrogatepass")


HOUSE = House()
CASE = HOUSE.report(reporter={"name": "A"})
HOUSE.route(CASE)
SCHEMA = schemathesis.openapi.from_wsgi("/openapi.json", HOUSE.service.app)
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.mark.parametrize("who", ["operator", "station"])
@SCHEMA.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_generated_requests_are_answered_as_described(case: Case, who: str) -> None:
    """Whatever is sent: no failure inside, and status, type and form of the answer are those of the
    document."""
    case.path_parameters = {**(case.path_parameters or {}), "town": TOWN}
    if "case" in case.path_parameters:
        case.path_parameters["case"] = CASE
    case.call_and_validate(headers={"Authorization": f"Bearer {who}"}, checks=CHECKS)


def test_every_refusal_has_its_words() -> None:
    """Each code that intake's code refuses with stands in a catalogue, with status, cause and remedy in both
    languages."""
    words = Catalogue.of("services.intake.domain")
    root = Path(refusal.__file__).parents[1]
    text = "".join(path.read_text() for path in root.rglob("*.py"))
    for code in words.codes:
        status = words.status(code)
        assert status is not None
        assert 400 <= status < 500
        assert f'"{code}"' in text or code.startswith("unknown-") or code in FACT_ERRORS, (
            f"{code} is never used"
        )


FACT_ERRORS = {"wrong-type", "not-finite", "given-twice", "text-too-long"}
