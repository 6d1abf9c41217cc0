"""Services that join a house which was there before: they are told what everybody else has heard.

Decides who is new: whoever listens to the registry and has heard nothing of it. Must not know any other service.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from services.registry import bootstrap as registry
from shared.db.store import Store
from shared.flow.service import Service
from shared.kernel.keyring import Secret


def tell_newcomers(services: Mapping[str, Service], secret: Secret) -> None:
    """Have the registry say again what it has said, where a service has joined that has heard nothing of it.

    Messages carry numbers without holes: a newcomer would wait for the first ones for ever, and know no town.
    """
    store = services[registry.NAME].store
    listening = [service for service in services.values() if registry.NAME in service.listens]
    if _has_any(store, store.flow.stream_out) and not all(map(_has_heard, listening)):
        registry.registry_on(store, secret).resend.run()


def _has_heard(service: Service) -> bool:
    heard = service.store.flow.stream_in
    return _has_any(service.store, heard, heard.c.source == registry.NAME)


def _has_any(store: Store, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> bool:
    with store.read() as conn:
        return (
            conn.execute(sa.select(sa.literal(1)).select_from(table).where(*conditions).limit(1)).first()
            is not None
        )
