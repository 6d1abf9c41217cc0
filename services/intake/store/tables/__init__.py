"""Intake's own tables, by what they are about; its parts keep theirs."""

from services.intake.store.tables.base import flow, metadata
from services.intake.store.tables.cases import cases, joint_reporters, numbers, orders
from services.intake.store.tables.copies import absences, clocks, decisions, jurisdictions, members, notices
from services.intake.store.tables.history import history, history_keyed, plain_beginnings, town_moves
from services.intake.store.tables.once import alarms, claims, raised
from services.intake.store.tables.published import attachments, identities, publications
from services.intake.store.tables.retained import erasures, retained

__all__ = [
    "absences",
    "alarms",
    "attachments",
    "cases",
    "claims",
    "clocks",
    "decisions",
    "erasures",
    "flow",
    "history",
    "history_keyed",
    "identities",
    "joint_reporters",
    "jurisdictions",
    "members",
    "metadata",
    "notices",
    "numbers",
    "orders",
    "plain_beginnings",
    "publications",
    "raised",
    "retained",
    "town_moves",
]
