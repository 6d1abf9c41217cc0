"""The services' passwords for a server, as the environment holds them."""

import os
from collections.abc import Sequence

from shared.kernel.addresses import Server, password_setting
from shared.kernel.problems import Problem
from shared.kernel.texts import Text


def passwords_of(services: Sequence[str], server: Server) -> dict[str, str]:
    """Return service → password.

    Raises:
        Problem: `missing-setting`, naming the variable.
    """
    return {service: _needed(password_setting(service, server)) for service in services}


def _needed(name: str) -> str:
    if password := os.environ.get(name):
        return password
    raise Problem(
        "missing-setting",
        Text(f"缺少环境变量 {name}", f"the environment variable {name} is not set"),
        Text("用 deploy/make-env 补上缺少的密码", "have deploy/make-env add the passwords that are missing"),
        {"setting": name},
    )
