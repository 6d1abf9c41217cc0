"""Every container of ours runs verbatim on real servers: command, settings, health check, and a stop in time."""

import subprocess
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from shared.kernel.addresses import Server, address_of
from tests.deploy.composition import OURS, ROOT, read_settings, resolved
from tests.deploy.standing import Container, Here, run, tools
from tests.servers import Servers


@pytest.fixture(scope="module")
def containers(own_servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """The composition with secrets of its own, but the real servers' administrators."""
    file = tmp_path_factory.mktemp("settings") / ".env"
    subprocess.run([ROOT / "deploy" / "make-env", file], check=True, capture_output=True)
    servers = {
        "GRIDCASE_BROKER_PASSWORD": str(urlsplit(own_servers.amqp_url).password),
        "GRIDCASE_POSTGRES_PASSWORD": str(urlsplit(own_servers.pg_dsn).password),
    }
    services: Mapping[str, Any] = resolved({**read_settings(file), **servers, "GRIDCASE_SHARDS": "2"})[
        "services"
    ]
    return services


@pytest.fixture(scope="module")
def here(
    own_servers: Servers, containers: Mapping[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Here:
    """The store as PostgreSQL's image leaves it on an empty volume, and where everything is."""
    _prepare_store(own_servers, containers["postgres"]["environment"])
    servers = {
        "postgres:5432": own_servers.pg_dsn,
        "rabbitmq:5672": own_servers.amqp_url,
        "rabbitmq:15672": own_servers.reach["RABBITMQ_MANAGEMENT_URL"],
    }
    names = {name: f"{urlsplit(url).hostname}:{urlsplit(url).port}" for name, url in servers.items()}
    return Here(names, tmp_path_factory.mktemp("files"))


def _prepare_store(servers: Servers, settings: Mapping[str, str]) -> None:
    """Do what the image does on an empty volume: make the database and its administrator."""
    with psycopg.connect(servers.pg_dsn, autocommit=True) as connection:
        connection.execute(f"create database {settings['POSTGRES_DB']}")
        name, password = settings["POSTGRES_USER"], settings["POSTGRES_PASSWORD"]
        connection.execute(f"create role {name} superuser login password '{password}'")


@pytest.fixture(scope="module")
def migrated(containers: Mapping[str, Any], here: Here) -> str:
    """The words of the container that migrates."""
    done = run(containers["migrate"], here)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def container(
    request: pytest.FixtureRequest, containers: Mapping[str, Any], here: Here, migrated: str
) -> Iterator[Container]:
    """One of our services, started by the file's command."""
    started = Container(containers[request.param], here)
    yield started
    started.kill()


def test_tables_are_made_once(containers: Mapping[str, Any], here: Here, migrated: str) -> None:
    """`migrate` makes every service's tables, and run again it changes nothing and succeeds."""
    assert all(name in migrated for name in OURS)
    assert run(containers["migrate"], here).returncode == 0


@pytest.mark.parametrize("container", [*OURS, "sla-1"], indirect=True)
def test_service_runs_verbatim(container: Container) -> None:
    """Started by its command with its settings, a service becomes healthy and, asked to stop, ends well in time."""
    assert container.becomes_healthy(), container.words.read_text()
    assert container.stop() == 0, container.words.read_text()


@pytest.mark.parametrize("container", ["routing"], indirect=True)
def test_health_check_fails_when_the_service_is_gone(container: Container) -> None:
    """The health check is no mere formality: of a service that ended it says so."""
    assert container.becomes_healthy(), container.words.read_text()
    container.kill()
    assert not container.is_healthy()


@pytest.mark.parametrize("missing", ["GRIDCASE_STORE_URL", "GRIDCASE_BROKER_URL", "GRIDCASE_SECRET"])
def test_service_without_a_setting_says_which(
    containers: Mapping[str, Any], here: Here, missing: str
) -> None:
    """A service that lacks a setting ends at once and names it."""
    lacking = dict(containers["routing"])
    lacking["environment"] = {key: value for key, value in lacking["environment"].items() if key != missing}
    done = run(lacking, here)
    assert done.returncode != 0
    assert missing in done.stderr


def test_a_service_signs_in_as_itself_alone(containers: Mapping[str, Any], here: Here, migrated: str) -> None:
    """A service's container has the means to sign in as its own role, which owns nothing, and as no other."""
    settings = here.settings(containers["routing"])
    with psycopg.connect(_address(settings, "routing"), autocommit=True) as connection:
        for statement in (
            "select * from intake.outbox",
            "select * from routing.outbox",
            "create schema mine",
        ):
            with pytest.raises(InsufficientPrivilege):
                connection.execute(statement)
    with pytest.raises(KeyError):
        _address(settings, "intake")


def _address(settings: Mapping[str, str], service: str) -> str:
    return address_of(settings["GRIDCASE_STORE_URL"], service, Server.STORE, settings).replace("+psycopg", "")


def test_tool_speaks_to_the_house(containers: Mapping[str, Any], here: Here, migrated: str) -> None:
    """The tool's container checks a pack, publishes it, issues a token and lists dead letters, each in one line."""
    tool, rules = containers["tool"], str(ROOT / "rules")
    assert f"{rules}:/rules:ro" in tool["volumes"]
    for words, said in (
        (["check", f"{rules}/t-vtc"], "t-vtc"),
        (["publish", f"{rules}/t-vtc"], "t-vtc"),
        (["token", "issue", "engineer", "--town", "*", "--label", "first"], ""),
        (["token", "list"], "engineer"),
        (["dead-letters", "list"], ""),
    ):
        done = run({**tool, "command": [*tool["entrypoint"], *words]}, here)
        assert done.returncode == 0, done.stderr
        assert said in done.stdout
        assert done.stdout.strip()


def test_health_checks_of_store_and_broker_succeed(
    own_servers: Servers, containers: Mapping[str, Any], here: Here
) -> None:
    """PostgreSQL's check, as it is written, is answered by a real server, and by nobody where there is none."""
    command = containers["postgres"]["healthcheck"]["test"][1:]
    host, _, port = here.names["postgres:5432"].partition(":")
    for where, code in ((port, 0), ("1", 2)):
        asked = [host if word == "127.0.0.1" else word for word in command]
        done = subprocess.run([*asked, "-p", where], env={"PATH": tools()}, check=False, timeout=20)
        assert done.returncode == code
    words = containers["rabbitmq"]["healthcheck"]["test"][1:]
    assert words[0] == "rabbitmq-diagnostics"
