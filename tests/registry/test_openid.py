"""Signing in with a provider of the town's own: only whom it vouches for, in this attempt, and who has an account."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from werkzeug.test import Client

from services.registry.adapters.provider_settings import read_providers
from services.registry.bootstrap import RegistrySettings, build, registry_on
from services.registry.domain.accounts import AccountRole
from services.registry.domain.providers import Provider, SigningIn
from services.registry.handlers.accounts import NewAccount
from services.registry.handlers.openid import ATTEMPT_FOR
from shared.kernel.problems import Problem
from tests.notify.samples import SECRET as HOUSE_SECRET
from tests.registry.house import TOWN
from tests.registry.provider import CLIENT, RETURN, SECRET, TestedProvider, provider_at_work
from tests.registry.sessions import LOGIN, SignedInHouse

KEY, SUBJECT = "town", "worker-4711"
BEGIN, FINISH = f"/v1/sessions/oidc/{KEY}/begin", f"/v1/sessions/oidc/{KEY}/finish"


@pytest.fixture
def provider() -> Iterator[TestedProvider]:
    with provider_at_work() as made:
        yield made


@pytest.fixture
def house(provider: TestedProvider) -> SignedInHouse:
    """A house that knows the provider, with an account that is linked to somebody there."""
    made = SignedInHouse()
    providers = (Provider(KEY, provider.issuer, CLIENT, SECRET, RETURN),)
    settings = RegistrySettings("sqlite://", HOUSE_SECRET, providers=providers)
    made.service = build(settings, store=made.store, metrics=made.metrics)
    made.client = Client(made.service.app)
    made.registry = registry_on(
        made.store, HOUSE_SECRET, metrics=made.metrics, signing_in=SigningIn(providers=providers)
    )
    made.give()
    linked = made.ask(
        "PATCH",
        f"/v1/towns/{TOWN}/accounts/{LOGIN}",
        made.engineer,
        {"openid": {"provider": KEY, "subject": SUBJECT}},
    )
    assert linked.get_json()["provider"] == KEY
    return made


def begun(house: SignedInHouse) -> Any:
    answer = house.sent("POST", BEGIN, {})
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def came_back(house: SignedInHouse, provider: TestedProvider, subject: str = SUBJECT) -> Any:
    """Sign in at the provider and come back."""
    code, state = provider.sign_in(begun(house)["authorization_url"], subject)
    return house.sent("POST", FINISH, {}, {"code": code, "state": state})


def test_whom_the_provider_vouches_for_has_a_session(house: SignedInHouse, provider: TestedProvider) -> None:
    """The person of the linked account, with its roles; the state that comes back is the one that was given."""
    first = begun(house)
    code, state = provider.sign_in(first["authorization_url"], SUBJECT)
    assert state == first["state"]
    answer = house.sent("POST", FINISH, {}, {"code": code, "state": state})
    assert answer.status_code == 201, answer.get_json()
    assert answer.get_json()["person"]["name"] == "Lan"
    token = house.short_token(answer.get_json()["session"])
    assert house.ask("GET", f"/v1/towns/{TOWN}/members", token).status_code == 200
    assert house.sign_in().status_code == 201  # the password is another way in


def test_a_first_password_that_nobody_used_keeps_nobody_out_who_is_vouched_for(
    house: SignedInHouse, provider: TestedProvider
) -> None:
    """It was given by somebody, and is asked for by nobody: the provider has shown who it is."""
    house.registry.accounts.add(TOWN, NewAccount("mei", (AccountRole("operator", TOWN),)))
    house.registry.accounts.link(None, "mei", KEY, "worker-2")
    house.pass_time(days=30)
    secret = came_back(house, provider, "worker-2").get_json()["session"]
    assert house.in_session("GET", "/v1/session", secret).get_json()["must_change_password"] is False
    house.short_token(secret)


def wrong_key(provider: TestedProvider) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "k1"})


def public_key_as_a_secret(provider: TestedProvider) -> None:
    """The confusion of algorithms: whoever knows the public key signs with it as if it were a shared secret."""
    provider.algorithm = "HS256"


def another(**claims: Any) -> Any:
    def spoil(provider: TestedProvider) -> None:
        provider.claims = claims

    return spoil


@pytest.mark.parametrize(
    "spoil",
    [
        wrong_key,
        public_key_as_a_secret,
        another(iss="http://127.0.0.1:1"),
        another(aud="another house"),
        another(aud=[CLIENT, "another house"], azp="another house"),
        another(nonce="of another attempt"),
        another(exp=1),
        another(iat=None, exp=None),
        another(sub="nobody who is linked"),
        another(sub=""),
        another(sub=4711),
    ],
)
def test_what_is_not_said_for_this_attempt_is_not_believed(
    house: SignedInHouse, provider: TestedProvider, spoil: Any
) -> None:
    """Another key, issuer, house, attempt or time, or nobody who has an account: one and the same refusal."""
    spoil(provider)
    answer = came_back(house, provider)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "sign-in-refused")


def test_an_attempt_is_good_once_and_for_ten_minutes(house: SignedInHouse, provider: TestedProvider) -> None:
    """A code that was used, a state that is made up, of another provider or too old: refused."""
    code, state = provider.sign_in(begun(house)["authorization_url"], SUBJECT)
    assert house.sent("POST", FINISH, {}, {"code": code, "state": state}).status_code == 201
    for body in (
        {"code": code, "state": state},
        {"code": "made-up", "state": state},
        {"code": code, "state": "x"},
    ):
        assert house.sent("POST", FINISH, {}, body).status_code == 401
    fresh, late = provider.sign_in(begun(house)["authorization_url"], SUBJECT)
    house.pass_time(seconds=ATTEMPT_FOR.total_seconds())
    assert house.sent("POST", FINISH, {}, {"code": fresh, "state": late}).status_code == 401


def test_a_code_is_of_no_use_in_another_attempt(house: SignedInHouse, provider: TestedProvider) -> None:
    """Whoever slips somebody a code of their own, or steals one, lacks the attempt's verifier (PKCE)."""
    stolen, _ = provider.sign_in(begun(house)["authorization_url"], SUBJECT)
    own = begun(house)
    answer = house.sent("POST", FINISH, {}, {"code": stolen, "state": own["state"]})
    assert answer.status_code == 401


def test_whoever_is_shut_or_no_longer_linked_is_out(house: SignedInHouse, provider: TestedProvider) -> None:
    """The provider still vouches; this house does not let in. Taking a link away ends sessions."""
    secret = came_back(house, provider).get_json()["session"]
    unlink = {"openid": {"provider": KEY}}
    answer = house.ask("PATCH", f"/v1/towns/{TOWN}/accounts/{LOGIN}", house.engineer, unlink)
    assert answer.get_json()["provider"] is None
    assert house.in_session("GET", "/v1/session", secret).status_code == 401
    assert came_back(house, provider).status_code == 401
    house.registry.accounts.link(None, LOGIN, KEY, SUBJECT)
    house.registry.accounts.set_disabled(None, LOGIN, disabled=True)
    assert came_back(house, provider).status_code == 401


def test_one_person_at_a_provider_has_one_account(house: SignedInHouse) -> None:
    """Else nobody could say as whom they sign in; and only providers that are known can be linked."""
    house.give(login="mei")
    path = f"/v1/towns/{TOWN}/accounts/mei"
    taken = house.ask("PATCH", path, house.engineer, {"openid": {"provider": KEY, "subject": SUBJECT}})
    assert (taken.status_code, taken.get_json()["code"]) == (409, "link-taken")
    unknown = house.ask("PATCH", path, house.engineer, {"openid": {"provider": "other", "subject": "x"}})
    assert (unknown.status_code, unknown.get_json()["code"]) == (404, "unknown-provider")


def test_a_key_that_the_provider_has_renewed_is_looked_up_again(
    house: SignedInHouse, provider: TestedProvider
) -> None:
    """Nobody waits an hour for a key that was changed a moment ago."""
    assert came_back(house, provider).status_code == 201
    provider.key = RSAKey.generate_key(2048, {"kid": "k1"})
    assert came_back(house, provider).status_code == 201


def test_a_provider_that_is_away_is_said_to_be(house: SignedInHouse, provider: TestedProvider) -> None:
    """503, and a password still opens; one that calls itself otherwise than it is known is as if it were away."""
    provider.issuer_said = "https://somebody.else"
    answer = house.sent("POST", BEGIN, {})
    assert (answer.status_code, answer.get_json()["code"]) == (503, "provider-away")
    assert house.sent("POST", "/v1/sessions/oidc/nobody/begin", {}).status_code == 404
    assert house.sign_in().status_code == 201


def test_the_clients_secret_and_the_subject_are_in_no_answer(
    house: SignedInHouse, provider: TestedProvider
) -> None:
    """What an attempt is known by travels sealed: neither verifier nor nonce is read from a state."""
    first = begun(house)
    assert SECRET not in str(first)
    nonce = first["authorization_url"].partition("nonce=")[2].partition("&")[0]
    assert nonce
    assert nonce not in first["state"]
    shown = house.ask("GET", f"/v1/towns/{TOWN}/accounts/{LOGIN}", house.engineer).text
    assert SUBJECT not in shown
    assert SECRET not in repr(house.registry.openid.providers[KEY].provider)


GOOD = {
    "GRIDCASE_OPENID": "town",
    "GRIDCASE_OPENID_TOWN_ISSUER": "https://sign-in.example.cn",
    "GRIDCASE_OPENID_TOWN_CLIENT": "gridcase",
    "GRIDCASE_OPENID_TOWN_SECRET": "s",
    "GRIDCASE_OPENID_TOWN_RETURN": "https://grid.example.cn/back",
}


@pytest.mark.parametrize(
    "changes",
    [
        {"GRIDCASE_OPENID": "Town"},
        {"GRIDCASE_OPENID_TOWN_ISSUER": "http://sign-in.example.cn"},
        {"GRIDCASE_OPENID_TOWN_ISSUER": ""},
        {"GRIDCASE_OPENID_TOWN_CLIENT": ""},
        {"GRIDCASE_OPENID_TOWN_SECRET": ""},
        {"GRIDCASE_OPENID_TOWN_RETURN": "grid.example.cn"},
    ],
)
def test_settings_that_can_not_be_stop_the_start(changes: dict[str, str]) -> None:
    """What says who somebody is comes over TLS, but on loopback; nothing is left out."""
    with pytest.raises(Problem) as refused:
        read_providers(GOOD | changes)
    assert refused.value.where["setting"] in changes


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    """As an orchestrator hands secrets over; the claim is the standard's unless another is named."""
    (tmp_path / "secret").write_text("from a file\n")
    file = {
        "GRIDCASE_OPENID_TOWN_SECRET_FILE": str(tmp_path / "secret"),
        "GRIDCASE_OPENID_TOWN_CLAIM": "login",
    }
    (found,) = read_providers(GOOD | file)
    assert (found.secret, found.claim, read_providers(GOOD)[0].claim) == ("from a file", "login", "sub")
    assert read_providers({}) == ()
