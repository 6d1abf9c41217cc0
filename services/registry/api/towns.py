"""Which towns there are: those with published rules, by name, for whoever wants to report and does not know where."""

from dataclasses import dataclass

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from services.registry.store.views import SqlViews
from shared.kernel.scope import EVERYWHERE, StorePart, StoreScope, within
from shared.web.access import open_to_all
from shared.web.answers import json_answer, language
from shared.web.routes import answers, mount


class TownView(Schema):
    """A town with rules of its own."""

    town = fields.String(required=True)
    name = fields.String(required=True)


class TownsView(Schema):
    """All of them, by key."""

    towns = fields.List(fields.Nested(TownView), required=True)


@dataclass(frozen=True, slots=True)
class TownListRoutes:
    """The first thing that anybody may know of a house."""

    views: SqlViews

    def mount(self, blueprint: Blueprint) -> None:
        """Add the route."""
        mount(blueprint, "GET", "/v1/towns", self.towns)

    @open_to_all
    @answers(200, TownsView)
    def towns(self) -> Response:
        """List the towns that have published their rules."""
        # Of every town no more than that it has published and how it is called.
        with within(StoreScope(StorePart.REQUEST, EVERYWHERE)):
            found = self.views.towns()
        shown = [{"town": town.key, "name": town.name.in_language(language()) or town.key} for town in found]
        return json_answer({"towns": shown})
