"""What is done on order: the list, a new one, one order with its replies as a page that prints; changing and ending it.

Decides from where an order about a case or about what was missed is begun: from that page. Who may do what, the
service decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, go, reader
from services.console.api.given import asked, typed_in
from services.console.api.uploads import IDEMPOTENCY_KEY
from services.console.domain.duty_sheets import OccurrenceSheet
from services.console.domain.order_sheets import (
    CaseNumber,
    DemandToSend,
    EndToSend,
    Orderable,
    OrderableRows,
    OrderedPosts,
    OrderedRows,
    OrderedSheet,
    OrderedWhole,
    OrderToSend,
    ReplyToSend,
)
from services.console.handlers.client import ApiClient, ApiRefused, Query, at
from shared.kernel.ids import new_id

A_PAGE = 50
SHOWN_HERE = (400, 403, 404, 409, 422)  # statuses that a page shows beside what was typed
FILTERS = ("duty", "subject", "standing", "by_due", "cursor")


@dataclass(frozen=True, slots=True)
class OrderPages:
    """Orders."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        base, single = "/towns/<town>/orders", "/towns/<town>/orders/<order>"
        pages.add_url_rule(base, "orders", self.orders)
        pages.add_url_rule(f"{base}/new", "order-new", self.new)
        pages.add_url_rule(f"{base}/new", "order-give", self.give, methods=["POST"])
        pages.add_url_rule(single, "order", self.order)
        pages.add_url_rule(f"{single}/change", "order-change", self.change, methods=["POST"])
        pages.add_url_rule(f"{single}/end", "order-end", self.end, methods=["POST"])
        pages.add_url_rule(f"{single}/replies/<occurrence>", "order-answer", self.answer, methods=["POST"])

    def orders(self, town: str) -> ResponseReturnValue:
        """List orders, with how far each is done."""
        client = reader().as_role
        names = self.frame.names_in(client, town)
        wanted: Query = {**{name: asked(name) for name in FILTERS}, "limit": A_PAGE}
        shown = {
            "rows": client.read(at("towns", town, "orders"), OrderedRows, wanted),
            "orderable": self._orderable(client, town),
            "given": request.args,
        }
        return self.frame.page("orders.html", 200, **shown, names=names, times=self.frame.times_in(names))

    def new(self, town: str) -> ResponseReturnValue:
        """Ask what is to be ordered."""
        return self._form(town, request.args)

    def give(self, town: str) -> ResponseReturnValue:
        """Give an order."""
        body = OrderToSend(
            duty=typed_in("duty"),
            words=typed_in("words").strip(),
            posts=tuple(request.form.getlist("post")),
            everybody=typed_in("everybody") == "yes",
            subject=typed_in("subject").strip() or None,
            until=typed_in("until") or None,
        )
        headers = {IDEMPOTENCY_KEY: typed_in("key") or new_id()}
        try:
            order = reader().as_role.post(at("towns", town, "orders"), OrderedSheet, body, headers)
        except ApiRefused as no:
            if no.status not in SHOWN_HERE:
                raise
            return self._form(town, request.form, no)
        flash(self.frame.say("orders.given", number=order.number), "said")
        return go(f"/towns/{town}/orders/{order.id}")

    def order(self, town: str, order: str) -> ResponseReturnValue:
        """Show one order: what is asked, of whom, how far it is done, every reply."""
        return self._page(town, order)

    def change(self, town: str, order: str) -> ResponseReturnValue:
        """Ask for something else, or by another day."""
        body = DemandToSend(typed_in("words").strip() or None, typed_in("until") or None)
        return self._done(town, order, "change", body, "orders.changed")

    def end(self, town: str, order: str) -> ResponseReturnValue:
        """End an order."""
        return self._done(town, order, "end", EndToSend(typed_in("reason").strip()), "orders.ended-now")

    def answer(self, town: str, order: str, occurrence: str) -> ResponseReturnValue:
        """Accept a reply, or send it back."""
        is_accepted = typed_in("accepted") == "yes"
        body = ReplyToSend(is_accepted, typed_in("words").strip(), typed_in("until") or None)
        said = "orders.accepted-now" if is_accepted else "orders.returned-now"
        return self._done(town, order, f"replies/{occurrence}", body, said)

    def _done(self, town: str, order: str, what: str, body: object, said: str) -> ResponseReturnValue:
        path = at("towns", town, "orders", order, *what.split("/"))
        answers = OccurrenceSheet if what.startswith("replies/") else OrderedSheet
        try:
            reader().as_role.post(path, answers, body)
        except ApiRefused as no:
            if no.status not in SHOWN_HERE:
                raise
            return self._page(town, order, no)
        flash(self.frame.say(said), "said")
        return go(f"/towns/{town}/orders/{order}")

    def _page(self, town: str, order: str, refused: ApiRefused | None = None) -> ResponseReturnValue:
        client = reader().as_role
        names = self.frame.names_in(client, town)
        path = at("towns", town, "orders", order)
        found = client.read(path, OrderedWhole)
        wanted: Query = {"limit": A_PAGE, "cursor": asked("cursor")}
        shown = {
            "found": found,
            "posts": client.read(f"{path}/posts", OrderedPosts, wanted),
            "case": _case_number(client, town, found),
            "problem": refused.problem if refused else None,
        }
        status = refused.status if refused else 200
        return self.frame.page("order.html", status, **shown, names=names, times=self.frame.times_in(names))

    def _form(
        self, town: str, given: Mapping[str, str], refused: ApiRefused | None = None
    ) -> ResponseReturnValue:
        client = reader().as_role
        names = self.frame.names_in(client, town)
        orderable = self._orderable(client, town)
        wanted = typed_in("duty") or asked("duty")
        chosen = [each for each in orderable if each.duty == wanted]
        shown = {
            "orderable": orderable,
            "duty": chosen[0] if chosen else None,
            "given": given,
            "picked": request.form.getlist("post"),
            "problem": refused.problem if refused else None,
            "key": typed_in("key") or new_id(),
        }
        status = refused.status if refused else 200
        return self.frame.page(
            "order_new.html", status, **shown, names=names, times=self.frame.times_in(names)
        )

    def _orderable(self, client: ApiClient, town: str) -> tuple[Orderable, ...]:
        """What fits from where the reader comes: an order about a case is begun at that case."""
        about = asked("about") or typed_in("about")
        found = client.read(at("towns", town, "orderable"), OrderableRows).duties
        return tuple(each for each in found if not about or each.about == about)


def _case_number(client: ApiClient, town: str, found: OrderedWhole) -> str | None:
    """The number of the case that an order is about, where the reader may see it."""
    if found.about != "case" or found.subject is None:
        return None
    try:
        return client.read(at("towns", town, "cases", found.subject), CaseNumber).number
    except ApiRefused:
        return None
