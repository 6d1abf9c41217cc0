"""The OpenAPI document and the application say the same: tried with generated requests, none of which breaks it."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks

from services.intake.domain.milestones import STATES
from shared.web.words import Words
from tests.intake.house import House

HOUSE = House()
CASE = HOUSE.report(reporter={"name": "A"})
HOUSE.route(CASE)
schema = schemathesis.openapi.from_wsgi("/openapi.json", HOUSE.service.app)
