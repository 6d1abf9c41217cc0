"""Routes of editions: publish a pack, see what was published, return to an earlier one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.registry.api.refused import keeping_refusals
from services.registry.api.views import fault_views, made_view, publication_view
from services.registry.domain.attempts import TriedChange
from services.registry.domain.editions import EditionStanding
from services.registry.domain.refusals import refusal
from services.registry.handlers.publish import PackRefused, Publication, Publisher
from services.registry.handlers.refused import Refusals
from services.registry.store.views import SqlViews
from shared.web.access import caller, require, unknown
from shared.web.answers import PROBLEM_TYPE, ProblemSchema, json_answer, language, problem_body
from shared.web.callers import Role
from shared.web.inputs import AnyText, Input, InstantField, PlainText
from shared.web.routes import answers, mount, takes

LONGEST_PACK = 6 * 2**20  # bytes: a pack may have five million


class NewEdition(Input):
    """A pack's files, or the hash of an earlier edition to return to."""

    files = fields.Dict(
        fields.String(),
        AnyText(),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=1000),
        metadata={"description": "relative path → text: the town's own files and its templates'"},
    )
    edition = PlainText(64, load_default=None, allow_none=True)
    effective_at = InstantField(
        load_default=None, allow_none=True, metadata={"type": "string", "format": "date-time"}
    )


class EditionView(Schema):
    """One publication of a town's pack."""

    number = fields.Integer(required=True)
    edition = fields.String(required=True, metadata={"description": "content hash"})
    effective_at = fields.String(required=True)
    published_at = fields.String()
    published_by = fields.String(allow_none=True)
    standing = fields.String(validate=validate.OneOf([standing.value for standing in EditionStanding]))
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


@dataclass(frozen=True, slots=True)
class EditionRoutes:
    """Routes of editions."""

    publisher: Publisher
    refusals: Refusals
    views: SqlViews

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "POST", "/v1/towns/<town>/editions", self.publish_edition)
        mount(blueprint, "GET", "/v1/towns/<town>/editions", self.list_editions)
        mount(blueprint, "GET", "/v1/towns/<town>/editions/<edition>", self.read_edition)

    @keeping_refusals(TriedChange.PUBLICATION)
    @require(Role.OPERATOR, Role.ENGINEER)
    @takes(NewEdition, longest=LONGEST_PACK)
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
        return json_answer(made_view(made), 201 if made.is_new else 200)

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @answers(200, EditionList)
    def list_editions(self, town: str) -> Response:
        """List a town's publications, newest first."""
        return json_answer({"items": [publication_view(listed) for listed in self.views.editions(town)]})

    @require(Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)
    @answers(200, EditionView)
    def read_edition(self, town: str, edition: str) -> Response:
        """Show one edition with its files."""
        files, publications = self.views.files(town, edition), self.views.editions(town)
        latest = next((listed for listed in publications if listed.published.edition == edition), None)
        if files is None or latest is None:
            raise unknown("edition", edition)
        return json_answer({**publication_view(latest), "files": files})

    def _publish(self, new: Mapping[str, Any], town: str) -> Publication:
        by, at = caller(), new["effective_at"]
        if new["files"]:
            return self.publisher.publish(town, new["files"], effective_at=at, by=by)
        if new["edition"]:
            return self.publisher.return_to(town, new["edition"], effective_at=at, by=by)
        raise refusal("no-files")


def _refusal(refused: PackRefused) -> Response:
    faults = fault_views(refused.errors)
    body = {**problem_body(refused, 422), "faults": faults, "left_out": refused.left_out}
    answer = json_answer(body, 422, {"Content-Language": language()})
    answer.content_type = PROBLEM_TYPE
    return answer
