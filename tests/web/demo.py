"""A small application with every manner of the house, and nothing of any service."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response
from flask_smorest import Blueprint
from marshmallow import fields

from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.obs.health import Health
from shared.obs.metrics import Metrics
from shared.web.access import caller, open_to_all, require, unknown
from shared.web.answers import json_answer
from shared.web.app import AppOptions, make_app
from shared.web.callers import Role, hash_token
from shared.web.catalogue import Catalogue
from shared.web.inputs import Decimal, FactValue, Input, InstantField, PlainText, WholeNumber, YesNo
from shared.web.quotas import DoorSettings
from shared.web.reach import Reach
from shared.web.routes import answers, blueprint_of, mount, takes
from shared.web.watching import trace

TOKENS: dict[str, dict[str, Any]] = {
    "op": {"role": "operator", "unit": "elm/centre", "person": "p1", "towns": ["elm"]},
    "unit": {"role": "unit_staff", "unit": "elm/office", "person": "p2", "towns": ["elm"]},
    "eng": {"role": "engineer", "unit": None, "person": "p3", "towns": ["*"]},
    "elm-eng": {"role": "engineer", "unit": None, "person": "p4", "towns": ["elm"]},
    "later": {"role": "a-role-of-a-later-edition", "unit": None, "person": None, "towns": ["*"]},
}
WORDS = Catalogue(
    {"too-warm": {"status": 418, "cause": {"zh": "{degrees} 度太热", "en": "{degrees} is too warm"}}}
)


class Thing(Input):
    """Something with a field of every kind."""

    name = PlainText(10, required=True)
    count = WholeNumber()
    size = Decimal()
    is_new = YesNo()
    made_at = InstantField()
    anything = FactValue()
    parts = fields.List(fields.Nested(lambda: Part()))


class Part(Input):
    """Something inside."""

    weight = WholeNumber(required=True)


class Search(Input):
    """A query."""

    limit = fields.Integer(load_default=5)


class StrangeFailure(Exception):
    """An exception of another room."""


class Things:
    """Routes that do little."""

    def mount(self, blueprint: Blueprint) -> None:
        mount(blueprint, "POST", "/v1/towns/<town>/things", self.make)
        mount(blueprint, "GET", "/v1/towns/<town>/things", self.search)
        mount(blueprint, "GET", "/v1/towns/<town>/things/<thing>", self.thing)
        mount(blueprint, "GET", "/v1/hello", self.hello)
        mount(blueprint, "GET", "/v1/house", self.house)

    @require(Role.OPERATOR)
    @takes(Thing)
    @answers(201, Thing)
    def make(self, given: dict[str, Any], town: str) -> Response:
        """Make a thing."""
        return json_answer({"town": town, "given": _plain(given), "by": caller().person}, 201)

    @require(Role.OPERATOR, Role.UNIT_STAFF)
    @takes(Search, "query")
    @answers(200)
    def search(self, query: dict[str, Any], town: str) -> Response:
        """Look for things."""
        return json_answer({"query": query, "trace": trace().id, "town": town})

    @require(Role.OPERATOR)
    @answers(200)
    def thing(self, town: str, thing: str) -> Response:
        """Show a thing, or fail in the way that it is called after."""
        if thing == "bug":
            raise ZeroDivisionError("a secret detail")
        if thing == "strange":
            raise StrangeFailure
        if thing == "warm":
            raise WORDS.problem("too-warm", {"thing": thing}, degrees=40)
        if thing == "unlisted":
            raise Problem("of-another-room", Text("不行", "no"))
        raise unknown("thing", thing)

    @require(Role.ENGINEER, reach=Reach.PLATFORM)
    @answers(200)
    def house(self) -> Response:
        """Show what belongs to no town."""
        return json_answer({"by": caller().person})

    @open_to_all
    @answers(200)
    def hello(self) -> Response:
        """Greet everybody."""
        return json_answer({"hello": True})


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: str(value) if key == "made_at" else value for key, value in given.items()}


def demo(
    metrics: Metrics | None = None,
    health: Health | None = None,
    largest_body: int = 10_000,
    door: DoorSettings | None = None,
) -> Flask:
    """Return the application."""
    rows = {hash_token(token): row for token, row in TOKENS.items()}
    options = AppOptions(
        catalogues=(WORDS,),
        translate={StrangeFailure: "busy"},
        door=door or DoorSettings(),
        largest_body=largest_body,
    )
    return make_app(
        "demo",
        [blueprint_of("things", Things())],
        tokens=rows.get,
        metrics=metrics or Metrics(),
        health=health or Health(),
        options=options,
    )
