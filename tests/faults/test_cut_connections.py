"""Connections cut under load, again and again: whoever loses one opens another, and nothing is lost or doubled."""

import threading
import time
from collections.abc import Callable

import psycopg
import pytest

from tests.faults.load import Load
from tests.faults.record import record
from tests.servers import Servers

WAY = "real servers"
A_SECOND = 10
CASES = 6
CUT = "select pg_terminate_backend(pid) from pg_stat_activity where usename like 'gridcase\\_%'"


def under_load(load: Load, seconds: float, trouble: Callable[[], object]) -> float:
    """Report cases while somebody makes trouble, up to ten times a second; return when that ended."""
    stop = threading.Event()

    def report() -> None:
        while not stop.is_set():
            load.report(CASES)

    reporting = load.in_background(report)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        trouble()
        time.sleep(1 / A_SECOND)
    stop.set()
    ended_at = load.time.recovered_at = time.monotonic()
    reporting.result()
    return ended_at


def settle(load: Load, fault: str, ended_at: float) -> None:
    """Count, and write down how long it took until all was done."""
    load.time.wait_quiet()
    recovered_in = (load.time.first_quiet_after(ended_at) or ended_at) - ended_at
    count = load.settle()
    record(WAY, fault, count, recovered=[recovered_in], firing=load.time.take_firing())
    assert count.wrong() == {}


def test_connections_to_the_database_are_cut_ten_times_a_second(
    real_load: Load, troubled_servers: Servers, is_whole: bool
) -> None:
    """Every transaction under way is lost, again and again; what was acknowledged is there, once."""
    with psycopg.connect(troubled_servers.pg_dsn, autocommit=True) as connection:
        ended_at = under_load(real_load, 30.0 if is_whole else 2.0, lambda: connection.execute(CUT))
    settle(real_load, "database connections cut ten times a second", ended_at)


@pytest.mark.whole
@pytest.mark.timeout(600)
def test_connections_to_the_broker_are_cut(real_load: Load, troubled_servers: Servers) -> None:
    """Confirmations and acknowledgements under way are lost; what was published twice is taken once."""
    ended_at = under_load(real_load, 30.0, lambda: cut_broker_connections(troubled_servers))
    settle(real_load, "broker connections cut every second or two", ended_at)


@pytest.mark.whole
@pytest.mark.timeout(600)
def test_a_broker_out_of_memory_takes_nothing_and_loses_nothing(
    real_load: Load, troubled_servers: Servers
) -> None:
    """While the broker's memory alarm stands, reports are acknowledged and wait in the outbox; then they flow."""
    troubled_servers.rabbitmqctl("set_vm_memory_high_watermark", "0")
    try:
        real_load.report(200)
    finally:
        troubled_servers.rabbitmqctl("set_vm_memory_high_watermark", "0.4")
    ended_at = real_load.time.recovered_at = time.monotonic()
    settle(real_load, "broker's memory alarm", ended_at)


def cut_broker_connections(servers: Servers) -> None:
    """Close every connection that the broker has; starting its control program takes a second or two."""
    servers.rabbitmqctl("close_all_connections", "--global", "cut by a test")
