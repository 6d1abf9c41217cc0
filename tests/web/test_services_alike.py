"""The services are alike from outside: built in one way, well in one way, and every list is paged in one way."""

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import Client

from shared.contracts.routes import LISTENS
from shared.flow.editions import registry_copies
from shared.flow.service import Service
from shared.web.cursors import LONGEST
from shared.web.reach import IN_DOCUMENT, Reach

SERVICES = ("assess", "duties", "intake", "ledger", "notify", "registry", "routing", "sla")
SECRET = b"a secret of at least sixteen bytes"
CHOICES = {"store_url": "sqlite://", "secret": SECRET, "engine": "reference"}
SOMEBODY = {"Authorization": "Bearer whoever"}
IN_A_SESSION = {"Authorization": "Session whatever"}


@pytest.fixture(params=SERVICES)
def bootstrap(request: pytest.FixtureRequest) -> Any:
    """A service's bootstrap."""
    return import_module(f"services.{request.param}.bootstrap")


@pytest.fixture
def service(bootstrap: Any, tmp_path: Path) -> Iterator[Service]:
    """The service, with nothing in its store."""
    settings_of = getattr(bootstrap, settings_name(bootstrap))
    known = inspect.signature(settings_of).parameters
    choices: dict[str, Any] = {**CHOICES, "attachments": tmp_path, "pictures": tmp_path}
    settings = settings_of(**{name: choice for name, choice in choices.items() if name in known})
    store = bootstrap.open_store(settings)
    bootstrap.metadata.create_all(store.engine)
    yield bootstrap.build(settings, store=store)
    store.close()


def settings_name(bootstrap: Any) -> str:
    """Name the class of what a deployment chooses of a service: each has its own, called after it."""
    return f"{bootstrap.NAME.title()}Settings"


def test_a_bootstrap_offers_the_same_as_every_other(bootstrap: Any) -> None:
    """Whoever runs or inspects a house treats all services alike, and gives them what is there already."""
    offered = {"NAME", settings_name(bootstrap), "build", "metadata", "open_store", "store_on"}
    assert offered <= set(bootstrap.__all__)
    assert {"store", "metrics", "pack_cache"} <= set(inspect.signature(bootstrap.build).parameters)


def test_a_service_is_well_as_its_store_is(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Health names the store first; where it does not answer the service is not well, and says which part is not, in a
    word: what the failure said is nobody's business."""
    client = Client(service.app)
    answer = client.get("/healthz")
    assert (answer.status_code, next(iter(answer.get_json()["parts"].items()))) == (200, ("store", "ok"))
    monkeypatch.setattr(service.store.engine, "connect", away)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json()["status"]) == (503, "unwell")
    assert answer.get_json()["parts"]["store"] == "away"
    shown = client.get("/metrics").text
    assert f'gridcase_well{{part="store",service="{service.name}"}} 0.0' in shown


OF_SETTINGS = {"/v1/sessions/oidc"}  # says what the deployment's settings say


def away() -> None:
    """What connecting to a store comes to whose server is not there."""
    raise sa.exc.OperationalError("connect", {}, Exception("nobody answers at 10.0.0.7"))


def test_while_its_store_is_away_a_service_puts_off_whatever_is_asked(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every route that asks who calls answers 503 and says when to come again: the request was not at fault."""
    monkeypatch.setattr(service.store.engine, "connect", away)
    client, asked = Client(service.app), 0
    for path, methods in service.app.test_client().get("/openapi.json").json["paths"].items():  # type: ignore[attr-defined]
        for method in methods.keys() & {"get", "post", "put", "patch", "delete"}:
            reach = methods[method][IN_DOCUMENT]["reach"]
            if reach == Reach.OPEN and (method != "get" or path in OF_SETTINGS):
                continue  # what it is sent is looked at first; or nothing is asked of the store
            headers = IN_A_SESSION if reach == Reach.SESSION else SOMEBODY
            answer = client.open(re.sub(r"{[^}]*}", "any", path), method=method.upper(), headers=headers)
            assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "1"), (method, path)
            assert "10.0.0.7" not in answer.text
            asked += 1
    assert asked > 0


def test_whoever_hears_the_registry_keeps_what_it_says(service: Service) -> None:
    """Editions, calendars and tokens: no service that listens goes without one of these."""
    hears = "registry" in LISTENS[service.name]
    assert (registry_copies().keys() <= service.handlers.keys()) == hears == (service.name != "registry")


def test_every_list_is_paged_alike(service: Service) -> None:
    """A route takes a `cursor` and a bounded `limit` where its answer always has a `next`, and nowhere else."""
    document = Client(service.app).get("/openapi.json").get_json()
    lists = 0
    for path, methods in document["paths"].items():
        if "get" in methods:
            asked = {each["name"]: each["schema"] for each in methods["get"].get("parameters", ())}
            answer = answered(document, methods["get"])
            assert ("cursor" in asked) == ("next" in answer.get("properties", ())), path
            if "cursor" in asked:
                lists += 1
                assert asked["cursor"] == {"type": "string", "maxLength": LONGEST}, path
                assert (
                    asked["limit"]["minimum"] == 1 <= asked["limit"]["default"] <= asked["limit"]["maximum"]
                )
                assert "next" in answer["required"], path
    assert (lists == 1) == (service.name == "routing"), "routing lists what waits; a case's decisions are few"


def test_a_body_is_described_without_nul(service: Service) -> None:
    """No text of a body may hold a NUL, whatever it is for, and every one that is described says so."""
    document = Client(service.app).get("/openapi.json").get_json()
    bodies = [
        schema
        for methods in document["paths"].values()
        for operation in methods.values()
        for schema in json_bodies(operation)
    ]
    said = [fault for schema in bodies for fault in texts_that_allow_nul(document, schema, ())]
    assert bodies
    assert not said


def json_bodies(operation: Any) -> Iterator[Any]:
    """The schema of the JSON that an operation takes, if it takes any."""
    if isinstance(operation, dict) and "requestBody" in operation:
        content = operation["requestBody"]["content"]
        yield from (form["schema"] for kind, form in content.items() if kind == "application/json")


def texts_that_allow_nul(document: Any, schema: Any, at: tuple[str, ...]) -> Iterator[str]:
    """Where, within a schema, a text could hold one; of keys OpenAPI 3.0 can say nothing."""
    if "$ref" in schema:
        yield from texts_that_allow_nul(
            document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], at
        )
    for part in (*schema.get("anyOf", ()), *schema.get("allOf", ()), *schema.get("oneOf", ())):
        yield from texts_that_allow_nul(document, part, at)
    if schema.get("type") == "string" and not {"pattern", "enum", "format"} & schema.keys():
        yield "/".join(at)
    for name, part in schema.get("properties", {}).items():
        yield from texts_that_allow_nul(document, part, (*at, name))
    if "items" in schema:
        yield from texts_that_allow_nul(document, schema["items"], (*at, "items"))
    if isinstance(more := schema.get("additionalProperties"), dict):
        yield from texts_that_allow_nul(document, more, (*at, "values"))


def answered(document: Any, operation: Any) -> Any:
    """The schema of what a route answers when all goes well."""
    content = operation["responses"]["200"].get("content", {}) if "200" in operation["responses"] else {}
    schema = next(iter(content.values()), {}).get("schema", {})
    return (
        document["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    )
