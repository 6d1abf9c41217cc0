"""Who gets in, and what those see who don't."""

import pytest
from flask import Flask, Response
from flask_smorest import Blueprint
from hypothesis import given
from hypothesis import strategies as st

from shared.obs.health import Health
from shared.obs.metrics import Metrics
from shared.web.app import make_app
from shared.web.callers import Caller, Role, hash_token
from tests.web.demo import demo

THINGS = "/v1/towns/{}/things"


def status(app: Flask, token: str | None, town: str = "elm") -> int:
    headers = {"Authorization": token} if token else {}
    return app.test_client().get(THINGS.format(town), headers=headers).status_code


@pytest.mark.parametrize(
    "header",
    [
        None,
        "op",
        "Basic op",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Bearer op op",
        "Bearer later",
        "Bearer " + "x" * 5000,
        f"Bearer {hash_token('op')}",
    ],
)
def test_without_a_valid_token_nobody_gets_in(header: str | None) -> None:
    """Missing, malformed, unknown or endless tokens are 401, and so is the hash of a valid one."""
    assert status(demo(), header) == 401


def test_another_town_is_as_if_it_were_not_there() -> None:
    """A token of one town gets 404 for another, the same as for a town that does not exist."""
    assert status(demo(), "Bearer op") == 200
    assert status(demo(), "Bearer op", "oak") == status(demo(), "Bearer op", "no-such-town") == 404


def test_a_token_for_everywhere_still_needs_its_role() -> None:
    """Reaching every town does not make an engineer an operator."""
    assert status(demo(), "Bearer eng", "oak") == 403


def test_refusals_are_counted_by_reason() -> None:
    """Whoever tries doors shows up in the figures."""
    metrics = Metrics()
    app = demo(metrics)
    for header, town in ((None, "elm"), ("Bearer op", "oak"), ("Bearer eng", "elm")):
        status(app, header, town)
    app.test_client().get(THINGS.format("elm") + "/guessed", headers={"Authorization": "Bearer op"})
    counted = {
        reason: metrics.registry.get_sample_value(
            "gridcase_denied_total", {"service": "demo", "reason": reason}
        )
        for reason in ("no-token", "other-town", "role", "unknown-thing")
    }
    assert counted == dict.fromkeys(counted, 1.0)


def test_a_route_that_says_nothing_about_access_is_refused_at_building() -> None:
    """Forgetting `require` is found before the first request."""
    blueprint = Blueprint("open-door", __name__)
    blueprint.add_url_rule("/v1/secret", "secret", lambda: Response("secret"))
    with pytest.raises(RuntimeError, match="/v1/secret"):
        make_app("demo", [blueprint], tokens={}.get, metrics=Metrics(), health=Health())


@given(st.lists(st.sampled_from(["elm", "oak", "ash"])), st.sampled_from(["elm", "oak", "ash", "*", ""]))
def test_a_token_reaches_its_towns_and_no_other(towns: list[str], asked: str) -> None:
    """Only towns that a token lists are reached; '*' is no town's name."""
    assert Caller(Role.OPERATOR, None, None, tuple(towns)).reaches(asked) == (asked in towns)
    assert Caller(Role.ENGINEER, None, None, ("*",)).reaches(asked)
