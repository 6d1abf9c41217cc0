"""What intake's requests may say, and how it becomes the domain's words."""

from typing import Any, ClassVar

from marshmallow import fields, validate

from services.intake.domain.admission import Report
from services.intake.domain.case import FLAGS
from services.intake.handlers.work_orders import OrderMove
from shared.contracts.messages import OrderState
from shared.rules.case.snapshot import CaseState
from shared.web.inputs import Decimal, Input, InstantField, OneLine, PlainText, YesNo, facts_field
from shared.web.paging import PageQuery

MOST_CASES = 500
_KEY = 100


class ReporterInput(Input):
    """Who reports: sealed at once, meant by reference from then on."""

    name = PlainText(100)
    phone = PlainText(40)
    email = PlainText(200)
    address = PlainText(300)


class FlagsInput(Input):
    """What is said of a report by yes or no."""

    class Meta(Input.Meta):
        """Each flag of a report by its name."""

        include: ClassVar = {name: YesNo() for name in FLAGS}


class ReportInput(FlagsInput):
    """One report. Category, channel, place and text are enough where the category asks nothing.

    The category may be left out where the town's rules propose one from the text; `source` is a machine's name.
    """

    category = PlainText(_KEY)
    also = fields.List(PlainText(_KEY), validate=validate.Length(max=20))
    channel = PlainText(_KEY, required=True)
    source = OneLine(_KEY)
    text = PlainText(5000, required=True)
    title = PlainText(200)
    place = PlainText(_KEY)
    lat = Decimal(validate=validate.Range(-90, 90))
    lon = Decimal(validate=validate.Range(-180, 180))
    answers = facts_field(100)
    reporter = fields.Nested(ReporterInput)
    reported_at = InstantField()


class BulkInput(Input):
    """Up to 500 reports; each is admitted or refused for itself."""

    cases = fields.List(fields.Nested(ReportInput), required=True, validate=validate.Length(1, MOST_CASES))


class StepInput(Input):
    """A step, with what the pack says must or may come with it."""

    step = PlainText(_KEY, required=True)
    facts = facts_field(100)
    due_at = InstantField()
    note = PlainText(2000)
    reporter = PlainText(_KEY)


class ConfirmInput(Input):
    """What a person says of a draft; whatever is left out stays as it was reported."""

    category = PlainText(_KEY)
    also = fields.List(PlainText(_KEY), validate=validate.Length(max=20))
    place = PlainText(_KEY)
    lat = Decimal(validate=validate.Range(-90, 90))
    lon = Decimal(validate=validate.Range(-180, 180))
    answers = facts_field(100)
    note = PlainText(2000)


class DismissInput(Input):
    """Why a draft is no case."""

    reason = PlainText(2000, required=True)


class MergeInput(Input):
    """The case that goes on, by id or number."""

    into = PlainText(_KEY, required=True)
    note = PlainText(2000)


class MergeQuery(Input):
    """The case that would go on, by id or number."""

    into = PlainText(_KEY, required=True)


class SatisfactionInput(Input):
    """A reporter's word on the result; staff give the reference of whose word it is."""

    satisfied = YesNo(required=True)
    reporter = PlainText(_KEY)
    note = PlainText(2000)


class ProposalInput(Input):
    """A text that is to be given a category."""

    text = PlainText(5000, required=True)
    title = PlainText(200)


class OrderMoveInput(Input):
    """What a unit does with its work order."""

    move = fields.String(required=True, validate=validate.OneOf([move.value for move in OrderMove]))
    note = PlainText(2000)


class AssigneeInput(Input):
    """Who works on a work order; null: nobody in particular."""

    person = PlainText(_KEY, required=True, allow_none=True)


class CasesQuery(PageQuery):
    """What a list of cases is narrowed to."""

    state = fields.String(validate=validate.OneOf(sorted(state.value for state in CaseState)))
    category = PlainText(_KEY)
    level = PlainText(_KEY)
    unit = PlainText(300)
    number = OneLine(_KEY)
    overdue = fields.Boolean()
    flagged = fields.Boolean()
    accepted = fields.String(validate=validate.OneOf(["never"]))
    extended = fields.String(validate=validate.OneOf(["without-due"]))
    assignee = PlainText(_KEY)
    reported_from = InstantField(data_key="from")
    reported_to = InstantField(data_key="to")


class OrdersQuery(PageQuery):
    """What a list of work orders is narrowed to."""

    unit = PlainText(300)
    state = fields.String(validate=validate.OneOf([state.value for state in OrderState]))
    assignee = PlainText(_KEY, metadata={"description": "a person; `left`: those whose person is gone"})
    issued_before = InstantField()


class PublicationsQuery(PageQuery):
    """Which publications of a town."""

    level = PlainText(_KEY)


class NamesQuery(Input):
    """Whose words a town's names are."""

    edition = PlainText(_KEY, metadata={"description": "an edition's hash; left out: the one in force"})


def report_of(given: dict[str, Any]) -> Report:
    """Return the report that a body states."""
    rest = {name: value for name, value in given.items() if name not in ("reporter", "category", "also")}
    return Report(
        given.get("category"), **rest, also=tuple(given.get("also", ())), identity=given.get("reporter", {})
    )
