"""Intake's HTTP API, asked within this process: what scenarios, samples and recorded reports are sent through.

Decides the form of requests and of answers. Must not know what is asked for, nor what time it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from msgspec import Struct
from werkzeug.test import Client, TestResponse

from gridcase.shown_case import ShownCase, read_case
from shared.flow.service import Service
from shared.rules.logic.facts import Value


class ReportBody(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A report as `POST …/cases` takes it; what is not known is not sent.

    Args:
        category: left out where the town's rules propose one from the text; also: further ones concerned.
        source: a machine's name.
        place: the town's own key; lat, lon: degrees.
        answers: to what the category asks, by fact.
        on_behalf: it is reported for somebody else; anonymous: nobody is to know by whom.
    """

    channel: str
    text: str
    category: str | None = None
    also: tuple[str, ...] = ()
    source: str | None = None
    title: str | None = None
    place: str | None = None
    lat: float | None = None
    lon: float | None = None
    answers: Mapping[str, Value] = {}
    on_behalf: bool = False
    anonymous: bool = False


class StepBody(Struct, frozen=True, omit_defaults=True):
    """A step as `POST …/cases/<case>/steps` takes it.

    Args:
        due_at: instant that the step sets, in RFC 3339.
    """

    step: str
    facts: Mapping[str, Value]
    due_at: str | None = None


class MergeBody(Struct, frozen=True):
    """The case that goes on, by id."""

    into: str


class SatisfactionBody(Struct, frozen=True, omit_defaults=True):
    """A reporter's word on the result; `reporter`: whose, where somebody else says it."""

    satisfied: bool
    reporter: str | None = None


class OrderBody(Struct, frozen=True):
    """What a unit does with its work order: accept, decline, done."""

    move: str


class ConfirmBody(Struct, frozen=True):
    """A draft as it was reported is confirmed."""


@dataclass(frozen=True, slots=True)
class IntakeAnswer:
    """What intake answered to a change.

    Args:
        case, state: the case's id and its state; '' where it was refused.
        code, cause: why it was refused; without a problem in the answer its status and its text.
    """

    status: int
    case: str
    state: str
    code: str
    cause: str


class _AnswerBody(Struct, frozen=True):
    case: str = ""
    state: str = ""
    code: str | None = ""  # a report that nobody follows has none, an alarm among them
    cause: str = ""


class IntakeClient:
    """Asks intake as the bearer of a token.

    Args:
        intake: built in this process.
    """

    def __init__(self, intake: Service) -> None:
        self._client = Client(intake.app)

    def report(self, town: str, token: str, body: ReportBody) -> IntakeAnswer:
        """Report something; 201: it is a case or a draft."""
        return self._post(f"/v1/towns/{town}/cases", token, body)

    def confirm(self, town: str, token: str, case: str) -> IntakeAnswer:
        """Say that a draft is a case, as it was reported; 200: it is."""
        return self._post(f"/v1/towns/{town}/cases/{case}/confirm", token, ConfirmBody())

    def take_step(self, town: str, token: str, case: str, body: StepBody) -> IntakeAnswer:
        """Take a step in a case; 200: it is taken."""
        return self._post(f"/v1/towns/{town}/cases/{case}/steps", token, body)

    def merge(self, town: str, token: str, case: str, body: MergeBody) -> IntakeAnswer:
        """Merge a case into another; 200: it is."""
        return self._post(f"/v1/towns/{town}/cases/{case}/merge", token, body)

    def satisfied(self, town: str, token: str, case: str, body: SatisfactionBody) -> IntakeAnswer:
        """Say what a reporter thinks of the result; 200: it is heard."""
        return self._post(f"/v1/towns/{town}/cases/{case}/satisfaction", token, body)

    def move_order(self, town: str, token: str, case: str, order: str, body: OrderBody) -> IntakeAnswer:
        """Move a work order of a case; 200: it is."""
        return self._post(f"/v1/towns/{town}/cases/{case}/work-orders/{order}", token, body)

    def case(self, town: str, token: str, case: str) -> ShownCase:
        """Return everything about a case that the bearer may see."""
        return read_case(self._get(town, token, case).data)

    def sees(self, town: str, token: str, case: str) -> bool:
        """Tell whether the bearer can read a case."""
        return self._get(town, token, case).status_code == 200

    def _get(self, town: str, token: str, case: str) -> TestResponse:
        return self._client.get(f"/v1/towns/{town}/cases/{case}", headers=_headers(token))

    def _post(self, path: str, token: str, body: Struct) -> IntakeAnswer:
        response = self._client.post(
            path, data=msgspec.json.encode(body), content_type="application/json", headers=_headers(token)
        )
        read = msgspec.json.decode(response.data, type=_AnswerBody) if response.is_json else _AnswerBody()
        status = response.status_code
        return IntakeAnswer(
            status, read.case, read.state, read.code or str(status), read.cause or response.text
        )


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Accept-Language": "zh"}
