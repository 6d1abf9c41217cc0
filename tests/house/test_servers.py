"""The servers that tests stand on do what tests count on."""

import os
import signal
import subprocess
import urllib.request
from pathlib import Path

import kombu
import pika
import psycopg
import pytest

from scripts.servers import places, postgres, processes
from scripts.servers.stack import Stack, opened
from tests.servers import Servers


def _put(url: str, queue: str, body: bytes) -> None:
    """Leave one message, confirmed, in a durable quorum queue behind a consistent-hash exchange."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.confirm_delivery()
    channel.exchange_declare(f"{queue}.cases", "x-consistent-hash", durable=True)
    channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(queue, f"{queue}.cases", routing_key="1")
    channel.basic_publish(f"{queue}.cases", "case-1", body, mandatory=True)
    connection.close()


def _take(url: str, queue: str) -> bytes:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    body = connection.channel().basic_get(queue, auto_ack=True)[2]
    connection.close()
    return bytes(body)


def test_broker_hashes_cases_onto_quorum_queues(fresh_vhost: str) -> None:
    """A message with a case's id reaches the quorum queue that the consistent-hash exchange gives it."""
    _put(fresh_vhost, "q", b"hello")
    assert _take(fresh_vhost, "q") == b"hello"


def test_kombu_reaches_the_broker(fresh_vhost: str) -> None:
    """The same address serves kombu, which the services' consumers use."""
    with kombu.Connection(fresh_vhost) as connection:
        box = connection.SimpleQueue("box")
        box.put({"a": 1})
        message = box.get(timeout=20)
        message.ack()
        box.close()
    assert message.payload == {"a": 1}


def test_database_is_fresh_and_ours(fresh_database: str) -> None:
    """A test's database is empty, speaks UTF-8 and lets a superuser make roles."""
    with psycopg.connect(fresh_database) as connection:
        tables = connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()
        powers = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
        assert (tables, powers) == ((0,), (True,))
        assert connection.execute("show server_encoding").fetchone() == ("UTF8",)
        assert connection.execute("show max_connections").fetchone() == ("300",)  # as deployments have it


def test_prometheus_answers_and_promtool_runs(servers: Servers, tmp_path: Path) -> None:
    """Prometheus takes queries, and its tool checks rule files."""
    with urllib.request.urlopen(f"{servers.prometheus_url}/api/v1/query?query=1", timeout=20) as answer:
        assert b'"success"' in answer.read()
    rules = tmp_path / "rules.yml"
    rules.write_text("groups: [{name: a, rules: [{alert: B, expr: 'up == 0'}]}]\n")
    assert (
        subprocess.run(
            [servers.promtool, "check", "rules", str(rules)], capture_output=True, check=False
        ).returncode
        == 0
    )


def test_broker_metrics_are_served(servers: Servers) -> None:
    """RabbitMQ shows its own figures, for dashboards and alerts to be tried on."""
    with urllib.request.urlopen(servers.reach["RABBITMQ_METRICS_URL"], timeout=20) as answer:
        assert b"rabbitmq_connections" in answer.read()


@pytest.mark.parametrize("trouble", ["kill", "restart"])
def test_what_was_acknowledged_survives(own_servers: Servers, trouble: str) -> None:
    """After a power cut or a restart, at the same addresses, what was confirmed or committed is there."""
    with psycopg.connect(own_servers.pg_dsn, autocommit=True) as connection:
        connection.execute(f"create table kept_{trouble} as select 7 as n")
    _put(own_servers.amqp_url, f"kept.{trouble}", b"kept")
    own_servers.await_recorded(f"kept.{trouble}")
    if trouble == "kill":
        own_servers.kill("rabbit", "pg")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(own_servers.pg_dsn, connect_timeout=5)
    own_servers.restart("rabbit", "pg")
    with psycopg.connect(own_servers.pg_dsn) as connection:
        assert connection.execute(f"select n from kept_{trouble}").fetchone() == (7,)
    assert _take(own_servers.amqp_url, f"kept.{trouble}") == b"kept"


def test_folder_that_others_cannot_enter_is_seen(tmp_path: Path) -> None:
    """A folder below one that only its owner may enter is no place for the data of another user's server."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert not places.may_everyone_enter(closed / "data")
    assert places.may_everyone_enter(Path("/var/tmp"))


def test_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """A link that waits where our data should lie is refused, with what to do."""
    (tmp_path / "data").symlink_to("/var/tmp")
    with pytest.raises(places.Unready, match="belongs to somebody else: remove it"):
        places.own_folder(tmp_path / "data")


def test_wipe_ends_what_no_record_names(tmp_path: Path) -> None:
    """A server whose start was cut short, so that no record names it, is ended with the rest."""
    with opened(tmp_path, Stack) as stack:
        data = places.data_folder(stack.folder)
        with subprocess.Popen(["sleep", "60"], cwd=data, start_new_session=True) as orphan:
            assert processes.dwelling(data) == [processes.mark(orphan.pid)]
            stack.wipe()
            assert not processes.is_alive(processes.mark(orphan.pid))
    assert not data.exists()


def test_killed_database_starts_again_though_nobody_buried_it(tmp_path: Path) -> None:
    """The lock of a dead process is no lock, even while its number is still in the system's books."""
    lock = tmp_path / "postmaster.pid"
    with subprocess.Popen(["sleep", "60"]) as server:
        lock.write_text(f"{server.pid}\n/data\n")
        postgres.forget_dead(tmp_path)
        assert lock.exists()
        os.kill(server.pid, signal.SIGKILL)
        os.waitid(os.P_PID, server.pid, os.WEXITED | os.WNOWAIT)  # dead, and not buried
        postgres.forget_dead(tmp_path)
        assert not lock.exists()


def test_number_used_again_is_another_process() -> None:
    """A recorded process that is gone is not alive, even when its number belongs to another one now."""
    pid, _, began = processes.mark(os.getpid()).partition("/")
    assert processes.is_alive(f"{pid}/{began}")
    assert not processes.is_alive(f"{pid}/{int(began) + 1}")
