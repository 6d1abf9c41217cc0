"""Who gets in, and what those see who don't."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask, Response
from flask_smorest import Blueprint
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from shared.obs import audit
from shared.obs.health import Health
from shared.obs.metrics import Metrics
from shared.web.access import require
from shared.web.app import make_app
from shared.web.callers import Caller, Role, hash_token, reference_of
from shared.web.reach import Reach
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


@pytest.mark.parametrize(
    ("rule", "reach"),
    [
        ("/v1/tokens", Reach.TOWN),
        ("/v1/towns/<town>/things", Reach.PLATFORM),
        ("/v1/towns/<town>/things", Reach.OWN),
    ],
)
def test_a_route_whose_path_says_nothing_of_its_reach_must_say_it(rule: str, reach: Reach) -> None:
    """Without a town in its path a route held by its role alone would be open to a token of any town."""

    @require(Role.ENGINEER, reach=reach)
    def view(**_names: str) -> Response:
        return Response("secret")

    blueprint = Blueprint("half-said", __name__)
    blueprint.add_url_rule(rule, "view", view)
    with pytest.raises(RuntimeError, match=re.escape(rule)):
        make_app("demo", [blueprint], tokens={}.get, metrics=Metrics(), health=Health())


def test_the_platform_asks_for_a_token_of_every_town() -> None:
    """An engineer of one town is none of the platform: 403, also where the role would do; the reason says so."""
    app = demo()
    asked = {
        who: app.test_client().get("/v1/house", headers={"Authorization": f"Bearer {who}"})
        for who in ("eng", "elm-eng", "op")
    }
    assert {who: answer.status_code for who, answer in asked.items()} == {
        "eng": 200,
        "elm-eng": 403,
        "op": 403,
    }
    assert [asked[who].get_json()["code"] for who in ("elm-eng", "op")] == ["some-towns-only", "not-allowed"]


def test_every_operation_says_who_may_call_it() -> None:
    """The description names reach and roles, and asks for no token where none is needed."""
    paths = demo().test_client().get("/openapi.json").get_json()["paths"]
    assert paths["/v1/house"]["get"]["x-access"] == {"reach": "platform", "roles": ["engineer"]}
    assert paths["/v1/towns/{town}/things"]["get"]["x-access"] == {
        "reach": "town",
        "roles": ["unit_staff", "operator"],
    }
    assert paths["/v1/hello"]["get"]["x-access"] == {"reach": "open", "roles": []}
    assert paths["/v1/hello"]["get"]["security"] == []


def test_a_refusal_says_which_token_which_person_and_from_where() -> None:
    """The record names the token by reference and the person, the route, the reason and the address; no token."""
    with capture_logs() as lines:
        demo().test_client().get(
            "/v1/house",
            headers={"Authorization": "Bearer elm-eng", "X-Forwarded-For": "203.0.113.9"},
            environ_base={"REMOTE_ADDR": "192.0.2.7"},
        )
    (line,) = [each for each in lines if each["event"] == "refused"]
    assert {name: line.get(name) for name in ("reason", "method", "route", "client")} == {
        "reason": "reach",
        "method": "GET",
        "route": "/v1/house",
        "client": "192.0.2.7",
    }


def test_the_embedded_house_keeps_refusals_in_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its log holds errors alone: refusals go to a file that its owner alone reads, a JSON line each."""
    monkeypatch.setattr(audit, "_logger", None)
    path = tmp_path / audit.AUDIT_FILE
    file = audit.keep_audit_in(path)
    demo().test_client().get("/v1/house", headers={"Authorization": "Bearer elm-eng"})
    demo().test_client().get("/v1/house", headers={"Authorization": "Bearer nobody's"})
    file.close()
    known, unknown = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    assert (known["by_token"], known["person"], known["role"], known["reason"]) == (
        reference_of(hash_token("elm-eng")),
        "p4",
        "engineer",
        "reach",
    )
    assert (unknown["reason"], unknown["client"]) == ("no-token", "127.0.0.1")
    assert "elm-eng" not in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_file_of_refusals_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is refused without end fills no disk: the oldest lines make room."""
    monkeypatch.setattr(audit, "_logger", None)
    monkeypatch.setattr(audit, "LARGEST_FILE", 2000)
    file = audit.keep_audit_in(tmp_path / audit.AUDIT_FILE)
    for number in range(300):
        audit.audited("refused", reason="no-token", number=number)
    file.close()
    files = sorted(tmp_path.iterdir())
    assert len(files) == audit.OLDER_FILES + 1
    assert all(file.stat().st_size <= 2000 for file in files)
    assert '"number": 299' in (tmp_path / audit.AUDIT_FILE).read_text(encoding="utf-8")


@given(st.lists(st.sampled_from(["elm", "oak", "ash"])), st.sampled_from(["elm", "oak", "ash", "*", ""]))
def test_a_token_reaches_its_towns_and_no_other(towns: list[str], asked: str) -> None:
    """Only towns that a token lists are reached; '*' is no town's name."""
    assert Caller(Role.OPERATOR, None, None, tuple(towns)).reaches(asked) == (asked in towns)
    assert Caller(Role.ENGINEER, None, None, ("*",)).reaches(asked)
