"""Alarms that sla raises once."""

from services.sla.store.tables import raised
from shared.db.raised import RaisedAlarms


class SqlAlarms(RaisedAlarms):
    """What was raised, in this service's own store."""

    def __init__(self) -> None:
        super().__init__(raised)
