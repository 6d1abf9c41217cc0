"""Following one's case by number and code."""

from dataclasses import dataclass
from hashlib import sha256

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from services.intake.domain.follow_codes import LENGTH
from services.intake.handlers.following import Follower
from shared.web.access import open_to_all
from shared.web.answers import json_answer
from shared.web.inputs import Input, OneLine
from shared.web.metering import charge_code, client_address, forgive_code
from shared.web.routes import answers, mount, takes

_LONGEST_NUMBER = 100
_LONGEST_CODE = 3 * LENGTH  # with whatever stands between its digits


@dataclass(frozen=True, slots=True)
class FollowedBy:
    """What a reporter was given: the case's number, and its code."""

    number: str
    code: str


class FollowInput(Input):
    """What a reporter was given: the case's number, and its code."""

    number = OneLine(_LONGEST_NUMBER, required=True)
    code = OneLine(_LONGEST_CODE, required=True)


class FollowedView(Schema):
    """A reporter's token for one case; it ends a quarter of an hour later, and its code gives another one."""

    case = fields.String(required=True, metadata={"description": "id of the case that the token opens"})
    token = fields.String(required=True)
    ends_at = fields.DateTime(required=True)


@dataclass(frozen=True, slots=True)
class FollowRoutes:
    """The way back to a case for those who have no account."""

    follower: Follower

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "POST", "/v1/towns/<town>/following", self.follow)

    @open_to_all
    @takes(FollowInput)
    @answers(201, FollowedView)
    def follow(self, body: dict[str, str], town: str) -> Response:
        """Give a token that opens one case, as its reporter sees it, to whoever has its number and code.

        Whatever is wrong, the answer is the same; tries are counted, for each case and for each address.
        """
        given = FollowedBy(**body)
        about = sha256(f"{town}\n{given.number.strip()}".encode()).hexdigest()[:32]
        charge_code(about)
        followed = self.follower.follow(town, given.number, given.code, client_address())
        forgive_code(about)
        return json_answer(followed, 201, {"Cache-Control": "no-store"})
