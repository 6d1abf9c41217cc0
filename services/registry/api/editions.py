"""Routes of editions: publish a pack, see what was published, return to an earlier one."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.registry.api.refused import keeping_refusals
from services.registry.domain.refusals import words
from services.registry.handlers.publish import PackRefused, Publication, Publisher, shown
from services.registry.handlers.refused import PUBLICATION, Refusals
from services.registry.store.views import Views
from shared.kernel.instants import format_instant
from shared.web.access import caller, require, unknown
from shared.web.answers import PROBLEM_TYPE, ProblemSchema, json_answer, language, problem_body
from shared.web.callers import Role
from shared.web.inputs import Input, Moment, PlainText
from shared.web.routes import answers, mount, takes


class NewEdition(Input):
    """A pack's files, or the hash of an earlier edition to return to."""

    files = fields.Dict(
        fields.String(),
        fields.String(),
        load_default=None,
        allow_none=True,
        metadata={"description": "relative path → text: the town's own files and its templates'"},
    )
    edition = PlainText(64, load_default=None, allow_none=True)
    effective_at = Moment(
        load_default=None, allow_none=True, metadata={"type": "string", "format": "date-time"}
    )


class EditionView(Schema):
    """One publication of a town's pack."""

    number = fields.Integer(required=True)
    edition = fields.String(required=True, metadata={"description": "content hash"})
    effective_at = fields.String(required=True)
    published_at = fields.String()
    published_by = fields.String(allow_none=True)
    standing = fields.String(validate=validate.OneOf(["in force", "past", "to come"]))
    files = fields.Dict(fields.String(), fields.String())
    is_new = fields.Boolean()


class EditionList(Schema):
    """A town's publications, newest first."""

    items = fields.List(fields.Nested(EditionView), required=True)


class FaultView(Schema):
    """One fault of a pack."""

    code = fields.String(required=True)
    file = fields.String(required=True)
    line = fields.Integer(required=True)
    column = fields.Integer(required=True)
    rule = fields.String(allow_none=True)
    cause = fields.Dict(fields.String(), fields.String(), required=True)
    remedy = fields.Dict(fields.String(), fields.String(), required=True)


class RefusedPack(ProblemSchema):
    """A refusal; of a faulty pack with every fault. The edition in force stays."""

    faults = fields.List(fields.Nested(FaultView))
    left_out = fields.Integer()


class Editions:
    """Routes of editions."""

    def __init__(self, publisher: Publisher, refusals: Refusals, views: Views) -> None:
        self._publisher = publisher
        self.refusals = refusals
        self._views = views

    @keeping_refusals(PUBLICATION)
    @require(Role.OPERATOR, Role.ENGINEER)
    @takes(NewEdition)
    @answers(200, EditionView)
    @answers(201, EditionView)
    @answers(422, RefusedPack, content_type=PROBLEM_TYPE)
    def publish_edition(self, new: Mapping[str, Any], town: str) -> Response:
        """Publish a pack. The same content again changes nothing (200); a faulty pack is refused with every
        fault. Who tries it without the right, or with a faulty pack, is listed under publications/refused.
        """
        try:
            made = self._publish(new, town)
        except PackRefused as refused:
            return _refusal(refused)
        return json_answer(_made(made), 201 if made.is_new else 200)

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @answers(200, EditionList)
    def list_editions(self, town: str) -> Response:
        """List a town's publications, newest first."""
        return json_answer({"items": [_view(row) for row in self._views.editions(town)]})

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @answers(200, EditionView)
    def read_edition(self, town: str, edition: str) -> Response:
        """Show one edition with its files."""
        files = self._views.files(town, edition)
        row = next((row for row in self._views.editions(town) if row["edition"] == edition), None)
        if files is None or row is None:
            raise unknown("edition", edition)
        return json_answer({**_view(row), "files": files})

    def _publish(self, new: Mapping[str, Any], town: str) -> Publication:
        by, at = caller(), new["effective_at"]
        if new["files"]:
            return self._publisher.publish(town, new["files"], effective_at=at, by=by)
        if new["edition"]:
            return self._publisher.return_to(town, new["edition"], effective_at=at, by=by)
        raise words().problem("no-files")


def _refusal(refused: PackRefused) -> Response:
    body = {**problem_body(refused, 422), "faults": shown(refused.errors), "left_out": refused.left_out}
    answer = json_answer(body, 422, {"Content-Language": language()})
    answer.content_type = PROBLEM_TYPE
    return answer


def _made(made: Publication) -> dict[str, Any]:
    return {
        "number": made.number,
        "edition": made.edition,
        "effective_at": format_instant(made.effective_at),
        "is_new": made.is_new,
    }


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": row["number"],
        "edition": row["edition"],
        "effective_at": format_instant(row["effective_at"]),
        "published_at": format_instant(row["published_at"]),
        "published_by": row["published_by"],
        "standing": row["standing"],
    }


def blueprint(editions: Editions) -> Blueprint:
    """Return the routes of editions."""
    routes = Blueprint("editions", __name__, description="packs as they were published")
    mount(routes, "POST", "/v1/towns/<town>/editions", editions.publish_edition)
    mount(routes, "GET", "/v1/towns/<town>/editions", editions.list_editions)
    mount(routes, "GET", "/v1/towns/<town>/editions/<edition>", editions.read_edition)
    return routes
