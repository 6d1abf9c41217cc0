"""The Compose file is sound: every reference leads somewhere, nothing has a default password, workers fit together."""

import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.flow.serving.limits import ServingLimits
from shared.kernel.addresses import Server, password_setting
from shared.kernel.instants import parse_instant
from tests.deploy.composition import (
    AT_THE_DOOR,
    EXAMPLE,
    FILE,
    OURS,
    ROOT,
    TEXT,
    read_settings,
    required,
    resolved,
    run_config,
    variables,
    written,
)

SERVICES: dict[str, dict[str, Any]] = dict(written()["services"])
ANY = dict.fromkeys(required(), "x")
SECRETS = {
    "GRIDCASE_SECRET",
    *(f"GRIDCASE_{server}_{name.upper()}_PASSWORD" for name in OURS for server in ("STORE", "BROKER")),
    "GRIDCASE_POSTGRES_PASSWORD",
    "GRIDCASE_BROKER_PASSWORD",
    "GRIDCASE_GRAFANA_PASSWORD",
}


def test_debians_compose_and_the_specification_accept_it() -> None:
    """docker-compose 1.29 and the Compose specification both take the file."""
    assert run_config(ANY, "config", "--quiet").returncode == 0
    check = [
        str(Path(sys.executable).with_name("check-jsonschema")),
        "--builtin-schema",
        "vendor.compose-spec",
        str(FILE),
    ]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_secret_is_required() -> None:
    """The variables without defaults are the secrets, all of them."""
    assert required() == SECRETS


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_nothing_starts_without_a_secret(name: str) -> None:
    """Without any one password, or with an empty one, docker-compose refuses and says what to run."""
    for settings in ({key: value for key, value in ANY.items() if key != name}, {**ANY, name: ""}):
        done = run_config(settings, "config", "--quiet")
        assert done.returncode != 0
        assert "run deploy/make-env" in done.stderr


def test_no_password_is_written_down() -> None:
    """Whatever is called a password or a secret comes from a required variable, in addresses too; a house that never
    renewed its secret has no old ones."""
    for service in SERVICES.values():
        for key, value in service.get("environment", {}).items():
            if "PASS" in key or "SECRET" in key:
                assert value.startswith("${"), key
                assert ":?" in value or key == "GRIDCASE_OLD_SECRETS", key
            if "://" in value and "@" in value and not value.startswith("${"):
                assert re.search(r":(\$\{|\{password\}@)", value), f"{key} has a password of its own"


def test_a_service_gets_its_own_password_and_nobody_elses() -> None:
    """Of store's and broker's passwords each service's containers hold one; the administrators' are `migrate`'s."""
    whole = resolved(ANY)["services"]
    for key, service in whole.items():
        held = {
            name
            for name in service.get("environment", {})
            if re.fullmatch(r"GRIDCASE_(STORE|BROKER)_\w+_PASSWORD", name)
        }
        name = key.removesuffix("-1")
        if name in OURS:
            assert held == {f"GRIDCASE_{server}_{name.upper()}_PASSWORD" for server in ("STORE", "BROKER")}
        assert ("GRIDCASE_ADMIN_URL" in service.get("environment", {})) == (key in ("migrate", "town"))


def test_the_example_explains_every_variable() -> None:
    """example.env names the file's variables, no more and no fewer, with the same defaults and no secret."""
    example = read_settings(EXAMPLE)
    assert example.keys() == variables().keys()
    for name, more in variables().items():
        assert example[name] == (more.removeprefix(":-") if more.startswith(":-") else ""), name


def test_make_env_makes_secrets_of_its_own(tmp_path: Path) -> None:
    """`deploy/make-env` writes each secret at random, for its owner's eyes alone, fit to stand in an address."""
    made = []
    for name in ("one", "two"):
        subprocess.run([ROOT / "deploy" / "make-env", tmp_path / name], check=True, capture_output=True)
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
        made.append(read_settings(tmp_path / name))
    secrets = [settings[name] for settings in made for name in SECRETS]
    assert len(set(secrets)) == len(secrets)
    assert all(secret.isalnum() and len(secret) >= 32 for secret in secrets)
    assert {k: v for k, v in made[0].items() if k not in SECRETS} == {
        k: v for k, v in read_settings(EXAMPLE).items() if k not in SECRETS
    }
    assert resolved(made[0])


def test_make_env_never_overwrites(tmp_path: Path) -> None:
    """What is in use stays as it is, whatever it is; only secrets that are missing are added, once."""
    kept = tmp_path / ".env"
    kept.write_text("GRIDCASE_SECRET=in-use\nGRIDCASE_SHARDS=4\nMINE=1")
    said = []
    for _ in range(2):
        done = subprocess.run(
            [ROOT / "deploy" / "make-env", kept], capture_output=True, text=True, check=True
        )
        said.append(done.stdout)
    settings = read_settings(kept)
    assert settings.keys() == SECRETS | {"GRIDCASE_SHARDS", "MINE", "GRIDCASE_UNSIGNED_UNTIL"}
    assert (settings["GRIDCASE_SECRET"], settings["GRIDCASE_SHARDS"], settings["MINE"]) == (
        "in-use",
        "4",
        "1",
    )
    assert all(len(settings[name]) >= 32 for name in SECRETS - {"GRIDCASE_SECRET"})
    assert parse_instant(settings["GRIDCASE_UNSIGNED_UNTIL"]) > datetime.now(UTC)
    assert "GRIDCASE_STORE_SLA_PASSWORD" in said[0]
    assert "nothing was changed" in said[1]
    assert list(tmp_path.iterdir()) == [kept]


def test_networks_and_volumes_are_declared_and_used() -> None:
    """Every network and named volume that a service names is declared, and the other way round."""
    whole = resolved(ANY)
    networks = {name for service in whole["services"].values() for name in service.get("networks", {})}
    volumes = {
        volume.split(":")[0]
        for service in whole["services"].values()
        for volume in service.get("volumes", [])
        if not volume.startswith("/")
    }
    assert networks == set(whole["networks"])
    assert volumes == set(whole["volumes"])


def test_files_that_are_mounted_are_there() -> None:
    """Every file or folder of ours that a container is given exists."""
    mounted = [
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if volume.startswith("./")
    ]
    assert mounted
    assert [name for name in mounted if not (ROOT / name).exists()] == []


def test_whoever_is_waited_for_can_tell_that_it_is_ready() -> None:
    """A service waits only for ones that exist, and for health only where health is checked."""
    for name, service in SERVICES.items():
        for other, condition in service.get("depends_on", {}).items():
            assert other in SERVICES, name
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other], (
                    f"{name} waits for {other}, which never says that it is well"
                )
            else:
                assert condition == {"condition": "service_completed_successfully"}
                assert SERVICES[other]["restart"] == "no"


def test_everything_that_stays_restarts_and_says_how_it_is() -> None:
    """Every service but those that do one thing and end has a health check and a restart policy."""
    staying = {name: service for name, service in SERVICES.items() if name not in ("migrate", "tool", "town")}
    assert {service.get("restart") for service in staying.values()} == {"unless-stopped"}
    assert [name for name, service in staying.items() if "healthcheck" not in service] == []


def test_ports_are_unique_and_on_loopback() -> None:
    """No two services share a port of the machine, and none is open to the network."""
    published = [port for service in resolved(ANY)["services"].values() for port in service.get("ports", [])]
    outside = [":".join(port.split(":")[:2]) for port in published]
    assert max(Counter(outside).values()) == 1
    assert all(port.startswith("127.0.0.1:") for port in outside)


def test_the_house_has_one_door() -> None:
    """Of all that answers for cases, only the gateway is reached from the machine, and it reaches no store."""
    whole = resolved(ANY)["services"]
    assert [name for name in whole if "ports" in whole[name]] == ["gateway", "grafana", "prometheus"]
    assert whole["gateway"]["ports"] == ["127.0.0.1:8080:8080/tcp"]
    assert SERVICES["gateway"]["networks"] == ["house"]


def test_the_gateway_knows_every_service_by_its_name() -> None:
    """Each address in nginx's generated table is a service on the gateway's network, at the port where it listens."""
    conf = (ROOT / "deploy" / "nginx" / "routes.conf").read_text(encoding="utf-8")
    known = re.findall(r'"(\w+):(\d+)"', conf)
    assert {name for name, _ in known} == set(AT_THE_DOOR)
    for name, port in known:
        assert SERVICES[name]["environment"]["GRIDCASE_PORT"] == port
        assert "house" in SERVICES[name]["networks"]


def test_store_and_broker_have_no_way_out() -> None:
    """PostgreSQL and RabbitMQ are on the inner network alone, and publish nothing."""
    for name in ("postgres", "rabbitmq"):
        assert SERVICES[name]["networks"] == ["data"]
        assert "ports" not in SERVICES[name]
    assert written()["networks"]["data"] == {"internal": True}


def test_workers_of_a_service_share_it_without_gap() -> None:
    """With two workers, those of a service are numbers 0 and 1 of 2, alike in everything else."""
    whole = resolved({**ANY, "GRIDCASE_WORKERS": "2"})["services"]
    for name in OURS:
        crew = [service for key, service in whole.items() if key in (name, f"{name}-1")]
        numbers = [service["environment"].pop("GRIDCASE_WORKER") for service in crew]
        assert {service["environment"]["GRIDCASE_WORKERS"] for service in crew} == {str(len(crew))}
        assert sorted(numbers) == [str(number) for number in range(len(crew))]
        assert all(same(crew[0]) == same(other) for other in crew)


def same(service: dict[str, Any]) -> dict[str, Any]:
    """Return what two workers of a service have in common."""
    return {key: service.get(key) for key in ("command", "environment", "volumes", "image", "healthcheck")}


def test_prometheus_finds_every_worker_by_the_services_name() -> None:
    """A second worker answers to its service's name on the network that Prometheus is on."""
    for name, service in resolved(ANY)["services"].items():
        if name.endswith("-1"):
            assert service["networks"]["house"]["aliases"] == [name.removesuffix("-1")]


def test_settings_are_read_by_somebody() -> None:
    """Every GRIDCASE_ setting that a service of ours is given is one that its code reads."""
    passwords = {password_setting(name, server) for name in OURS for server in Server}
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("shared", "services", "gridcase")
        for path in (ROOT / folder).rglob("*.py")
    )
    given = {key for name in (*OURS, "migrate") for key in SERVICES[name]["environment"]}
    assert given >= {"GRIDCASE_STORE_URL", "GRIDCASE_BROKER_URL", "GRIDCASE_SECRET"}
    assert [key for key in sorted(given - passwords) if f'"{key}"' not in code] == []


def test_our_containers_may_write_nothing_but_their_files() -> None:
    """Our processes run without rights, on a read-only file system."""
    for name in (*OURS, "migrate", "tool", "town", "gateway"):
        service = SERVICES[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_nothing_takes_more_memory_than_it_was_given() -> None:
    """Every container has a measure of memory, and every file system in memory one of its own, well below it."""
    whole = resolved(ANY)["services"]
    assert [name for name, service in whole.items() if "mem_limit" not in service] == []
    for name, service in whole.items():
        for place in service.get("tmpfs", []):
            size = re.search(r":size=(\d+)m,", place)
            assert size, f"{name}: {place} grows without end"
            assert 2 * int(size[1]) < megabytes(service["mem_limit"])


def megabytes(limit: Any) -> int:
    """A limit of memory, as it is written or as docker-compose resolves it."""
    found = re.fullmatch(r"(\d+)([mg]?)b?", str(limit))
    assert found
    return int(found[1]) * {"m": 1, "g": 1024}[found[2]] if found[2] else int(found[1]) // 2**20


def test_bodies_under_way_fit_into_what_they_are_written_to() -> None:
    """What a server keeps of all bodies together is less than half of the file system for it."""
    (place,) = SERVICES["intake"]["tmpfs"]
    assert 2 * ServingLimits().held_bytes < int(place.split("size=")[1].split("m")[0]) * 2**20


def test_the_file_says_no_more_than_old_compose_knows() -> None:
    """No key that docker-compose 1.29 refuses and newer ones take."""
    assert "start_interval" not in TEXT
    assert not {"name", "include"} & written().keys()
    assert all("develop" not in service for service in SERVICES.values())
