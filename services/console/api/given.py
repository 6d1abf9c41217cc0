"""What the reader gave with a request: filters in the address, fields of a form."""

from datetime import date

from flask import request

from services.console.domain.sheets import AskedFact
from services.console.domain.typed_answers import typed


def asked(name: str, otherwise: str = "") -> str:
    """Return what the address asks for under a name."""
    return request.args.get(name, otherwise)


def typed_in(name: str, otherwise: str = "") -> str:
    """Return what was typed into a field of the form."""
    return request.form.get(name, otherwise)


def day_in(text: str) -> date | None:
    """Return the day that a text names, as an address has it; None: it names none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def instant_in(name: str, zone: str) -> str:
    """Return the instant that was typed into a field, in a town's zone.

    Raises:
        NotTyped: it is none.
    """
    return str(typed(AskedFact(name, name, "instant"), typed_in(name), zone))


def of_town() -> str | None:
    """Return the town that the address names; None: it names none."""
    found: str | None = (request.view_args or {}).get(TOWN)
    return found


def of_case() -> str:
    """Return the case that the address names; empty: it names none."""
    return str((request.view_args or {}).get(CASE, ""))


def header(name: str) -> str:
    """Return a header of the request; empty where it has none."""
    return request.headers.get(name, "")


TOWN, CASE = "town", "case"
