"""What can happen to three machines: each trouble strikes, and gives back what ends it."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from scripts.servers.cluster.network import MACHINES
from tests.faults.cluster.machines import Machines
from tests.faults.deaths import Reviver

Healing = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a trouble strikes.

    Args:
        vhost: the house's virtual host at the broker.
        reviver: starts the house's own processes again.
        chance: chooses the victim where there are several.
    """

    machines: Machines
    vhost: str
    reviver: Reviver
    chance: random.Random

    def end(self, *names: str) -> Healing:
        """End servers; what ends the trouble is to start them again."""
        self.machines.end(*names)
        return lambda: self.machines.begin(*names)

    def cut(self, machine: str) -> Healing:
        """Cut a machine off without a word."""
        with self.machines.opened() as cluster:
            cluster.network.cut(machine)

        def join() -> None:
            with self.machines.opened() as cluster:
                cluster.network.join(machine)

        return join


def _nothing() -> None:
    """It ends by itself."""


def _node(scene: Scene) -> Healing:
    return scene.end(f"rabbit-{scene.chance.choice(MACHINES)}")


def _leading_node(scene: Scene) -> Healing:
    return scene.end(f"rabbit-{scene.machines.leading_node(scene.vhost)}")


def _crash(scene: Scene) -> Healing:
    primary = scene.machines.store("primary")
    with scene.machines.opened() as cluster:
        cluster.kill_postgres(primary)
    return _nothing  # Patroni starts it again, or has the standby take over


def _primary(scene: Scene) -> Healing:
    return scene.end(scene.machines.store("primary"))


def _standby(scene: Scene) -> Healing:
    return scene.end(scene.machines.store("sync_standby"))


def _patroni(scene: Scene) -> Healing:
    primary = scene.machines.store("primary")
    with scene.machines.opened() as cluster:
        cluster.kill_patroni(primary)
    return lambda: scene.machines.begin(primary)


def _etcd(scene: Scene) -> Healing:
    return scene.end(f"etcd-{scene.chance.choice(MACHINES)}")


def _cut(scene: Scene) -> Healing:
    return scene.cut(scene.chance.choice(MACHINES))


def _cut_primary(scene: Scene) -> Healing:
    return scene.cut(scene.machines.store("primary").removeprefix("pg-"))


def _power(scene: Scene) -> Healing:
    machine = scene.chance.choice(MACHINES)
    with scene.machines.opened() as cluster:
        names = cluster.power_off(machine)
    return lambda: scene.machines.begin(*names)


def _worker(scene: Scene) -> Healing:
    scene.reviver.kill(scene.chance.choice(sorted(scene.reviver.house.processes)))
    return _nothing


# What is noticed only after a while: until a lead runs out, or heartbeats are missed.
SOON, LATER = 5.0, 25.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """One kind of trouble.

    Args:
        strike: makes it, and returns what ends it.
        shows_after: seconds for which reports go on afterwards, so that they meet all that follows from it.
    """

    strike: Callable[[Scene], Healing]
    shows_after: float = SOON


TROUBLES = {
    "broker node killed": Trouble(_node),
    "broker node that leads most queues killed": Trouble(_leading_node),
    "primary crashed, its Patroni alive": Trouble(_crash),
    "primary and its Patroni killed": Trouble(_primary),
    "the primary's Patroni killed": Trouble(_patroni, LATER),
    "standby killed": Trouble(_standby),
    "etcd member killed": Trouble(_etcd),
    "machine cut off": Trouble(_cut, LATER),
    "the primary's machine cut off": Trouble(_cut_primary, LATER),
    "machine without power": Trouble(_power),
    "one of two workers killed": Trouble(_worker),
}
