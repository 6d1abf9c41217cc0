"""Reading the providers at which people sign in from the environment, with secrets from files where it names them.

Decides what a provider's settings must be.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from services.registry.domain.providers import Provider
from shared.kernel.problems import Problem
from shared.kernel.texts import Text

PROVIDERS = "GRIDCASE_OPENID"
_KEY = re.compile(r"[a-z][a-z0-9]{0,29}")
LONGEST_LABEL = 40  # characters: it stands on a button
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def read_providers(env: Mapping[str, str]) -> tuple[Provider, ...]:
    """Read `GRIDCASE_OPENID`, keys with spaces between, and of each `GRIDCASE_OPENID_<KEY>_ISSUER` and so on.

    Raises:
        Problem: `missing-setting` or `bad-setting`, naming the variable.
    """
    return tuple(_provider(env, key) for key in env.get(PROVIDERS, "").split())


def _provider(env: Mapping[str, str], key: str) -> Provider:
    if not _KEY.fullmatch(key):
        raise _bad(PROVIDERS, key, "town")
    prefix = f"{PROVIDERS}_{key.upper()}_"
    return Provider(
        key,
        _address(env, f"{prefix}ISSUER"),
        _needed(env, f"{prefix}CLIENT"),
        _secret(env, f"{prefix}SECRET"),
        _address(env, f"{prefix}RETURN"),
        env.get(f"{prefix}CLAIM") or "sub",
        env.get(f"{prefix}LABEL", "").strip()[:LONGEST_LABEL] or key,
    )


def _address(env: Mapping[str, str], name: str) -> str:
    given = _needed(env, name)
    parts = urlsplit(given)
    # What is said over it decides who somebody is: in clear only where nobody can listen.
    if not parts.hostname or not (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    ):
        raise _bad(name, given, "https://sign-in.example.cn")
    return given


def _secret(env: Mapping[str, str], name: str) -> str:
    """The secret itself, or what stands in the file that `…_FILE` names."""
    if file := env.get(f"{name}_FILE"):
        return Path(file).read_text(encoding="utf-8").strip()
    return _needed(env, name)


def _needed(env: Mapping[str, str], name: str) -> str:
    if given := env.get(name, "").strip():
        return given
    raise Problem(
        "missing-setting",
        Text(f"缺少环境变量 {name}", f"the environment variable {name} is not set"),
        Text("见部署手册“账号与登录”一节", "see 'Accounts and signing in' in the deployment guide"),
        {"setting": name},
    )


def _bad(name: str, given: str, example: str) -> Problem:
    return Problem(
        "bad-setting",
        Text(f"环境变量 {name} 无法理解：{given[:200]}", f"{name} can't be understood: {given[:200]}"),
        Text(f"写法如：{example}", f"write it like: {example}"),
        {"setting": name},
    )
