"""The registry's OpenAPI document and its application say the same: tried with generated requests."""

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

from tests.registry.house import TOWN
from tests.registry.test_grids import mapped

HOUSE = mapped()
TOKENS = {"operator": HOUSE.operator, "staff": HOUSE.token("unit_staff", TOWN, unit=f"{TOWN}/u")}
SCHEMA = schemathesis.openapi.from_wsgi("/openapi.json", HOUSE.service.app)
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.mark.parametrize("who", list(TOKENS))
@SCHEMA.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_generated_requests_are_answered_as_described(case: Case, who: str) -> None:
    """Whatever is sent: no failure inside, and status, type and form of the answer are those of the
    document.
    """
    case.path_parameters = {**(case.path_parameters or {}), "town": TOWN}
    case.call_and_validate(headers={"Authorization": f"Bearer {TOKENS[who]}"}, checks=CHECKS)
