"""Keys: one for each service and purpose, named by an id; the newest closes, every older one still opens."""

import base64

import pytest

from services.intake.adapters.seal import IdentitySeal
from services.notify.domain.signing import is_signed, signature, signing_key, signing_keys
from shared.contracts.sealed import ADDRESSES, Sealer, SealPurpose, Unreadable
from shared.flow.deployment import read_deployment, secrets_of
from shared.kernel.keyring import Keyring, keyring_of
from shared.kernel.problems import Problem
from shared.web.app import web_catalogue
from shared.web.cursors import Cursors

OLD, NEW, NEWER = b"a secret of version 0.1", b"the secret of the year after", b"the one after that one"
# Made by version 0.1 with OLD.
FERNET_ADDRESS = (
    "gAAAAABrDF37nI9E5PKULJHc6amRh-yqAH7To-mLBoxIGbU9nzLG6ttYDWLy9kbrC6upnpSCWECmvj5jpUiYbaqzp8BtQ9waGA=="
)
FERNET_IDENTITY = (
    b"gAAAAABrDF3760g42qJ8dNnV7p_xsR7mID3g2u_Dce0ttHqNlW7L-Y5txcU-Cn_cnMDDQujjoOzjzrul6jbtGe96jqOMNL-_fQ=="
)
CURSOR = "zrczojMvhAaSdton9PztOlsiYiIsMl0"
WEBHOOK_KEY = "307bbbc7d5c32edbb8ff92fb9ea4ff865601ccb8cec70768c7a032e1115f4579"


@pytest.mark.parametrize("ring", [OLD, Keyring((NEW, OLD)), Keyring((NEWER, NEW, OLD))])
def test_what_version_0_1_sealed_opens_before_and_after_every_rotation(ring: bytes | Keyring) -> None:
    """Addresses and identities in the form of before are read as long as their secret is among the ring's."""
    assert Sealer(ring).open(FERNET_ADDRESS) == "li@example.org"
    assert IdentitySeal(ring).open(FERNET_IDENTITY) == {"name": "Li"}


def test_the_newest_secret_seals_and_its_id_stands_in_what_it_sealed() -> None:
    """After a rotation nothing new bears the old key, and what the old one sealed opens all the same."""
    before, after = Sealer(NEW), Sealer(Keyring((NEWER, NEW)))
    old, new = before.seal("li@example.org"), after.seal("li@example.org")
    assert (old.split(".")[1], new.split(".")[1]) == (keyring_of(NEW).ids[0], keyring_of(NEWER).ids[0])
    assert after.open(old) == after.open(new) == "li@example.org"
    with pytest.raises(Unreadable):
        before.open(new)


def test_texts_are_sealed_by_keys_of_256_bits() -> None:
    """The form is AES-GCM's: a nonce of 12 bytes and a tag of 16 beside the text, by a key of 32 bytes."""
    form, _, closed = Sealer(NEW).seal("六个字的地址").split(".")
    assert form == "g1"
    assert len(base64.urlsafe_b64decode(closed)) == 12 + 18 + 16
    assert [len(key.value) for key in keyring_of(NEW).keys(ADDRESSES.name)] == [32]


@pytest.mark.parametrize("place", ["form", "key", "content", "cut", "none"])
def test_a_sealed_text_that_was_changed_does_not_open(place: str) -> None:
    """Not one character of it can be changed: form, key's id, content; nor can it be cut."""
    ring = Keyring((NEWER, NEW))
    form, key, closed = Sealer(ring).seal("li@example.org").split(".")
    changed = {
        "form": f"g2.{key}.{closed}",
        "key": f"{form}.{ring.ids[1]}.{closed}",
        "content": f"{form}.{key}.{'B' if closed[0] == 'A' else 'A'}{closed[1:]}",
        "cut": f"{form}.{key}.{closed[:20]}",
        "none": "",
    }[place]
    with pytest.raises(Unreadable):
        Sealer(ring).open(changed)


def test_every_service_and_purpose_has_a_key_of_its_own() -> None:
    """What is sealed for one purpose opens for no other, and no two purposes share a key."""
    sealed = Sealer(NEW).seal("li@example.org")
    with pytest.raises(Unreadable):
        Sealer(NEW, SealPurpose("registry/member-identities", b"registry identities")).open(sealed)
    purposes = ("intake/history", "intake/reporter-identities", "registry/member-identities", ADDRESSES.name)
    assert len({keyring_of(NEW).keys(purpose)[0].value for purpose in purposes}) == len(purposes)


def test_a_cursor_of_one_service_is_none_of_another_and_outlives_a_rotation() -> None:
    """Lists that were begun before an upgrade or a rotation go on; a cursor of another service is refused."""
    about = ["cases", "t"]
    rotated = Cursors(Keyring((NEW, OLD)), web_catalogue(), "intake")
    assert rotated.read(CURSOR, about) == ["b", 2]
    assert rotated.read(Cursors(OLD, web_catalogue(), "intake").write(["c", 3], about), about) == ["c", 3]
    with pytest.raises(Problem) as refused:
        rotated.read(Cursors(NEW, web_catalogue(), "sla").write(["c", 3], about), about)
    assert refused.value.code == "bad-cursor"


def test_receivers_of_webhooks_verify_by_the_old_key_or_the_new_one() -> None:
    """Their keys stay what they were; after a rotation a request bears both signatures, and a receiver that knows the
    header's form of before finds the one by its own key."""
    assert signing_key(OLD, "t-vtc") == WEBHOOK_KEY
    ring, body = Keyring((NEW, OLD)), b'{"a": 1}'
    header = signature(signing_keys(ring, "t-vtc"), 1_773_021_600, body)
    assert is_signed(WEBHOOK_KEY, header, body)
    assert is_signed(signing_key(ring, "t-vtc"), header, body)
    assert not is_signed(signing_key(NEWER, "t-vtc"), header, body)
    assert not is_signed(WEBHOOK_KEY, header, b'{"a": 2}')
    parts = dict(part.split("=", 1) for part in header.split(","))
    assert signature(WEBHOOK_KEY, 1_773_021_600, body) == f"t={parts['t']},v1={parts['v1']}"


def test_secrets_of_before_are_written_into_the_environment_whatever_letters_they_have() -> None:
    """Older secrets stand in one variable, newest first, with spaces between them; the same one twice is one."""
    assert secrets_of("new", "old older%20one new") == Keyring((b"new", b"old", b"older one"))
    settings = {
        "GRIDCASE_STORE_URL": "sqlite://",
        "GRIDCASE_BROKER_URL": "amqp://",
        "GRIDCASE_SECRET": "a b%20c",
    }
    assert read_deployment(settings).secret == Keyring((b"a b%20c",))
    assert read_deployment(settings | {"GRIDCASE_OLD_SECRETS": "d e"}).secret.secrets[1:] == (b"d", b"e")


def test_no_secret_is_shown_by_accident() -> None:
    """What prints a keyring or a key prints neither secret nor key."""
    ring = Keyring((NEW, OLD))
    shown = repr(ring) + repr(ring.keys("intake/history"))
    assert "secret" not in shown.replace("secrets", "")
    assert repr(ring.keys("intake/history")[0].value) not in shown
