"""Providers at which people of the town sign in already (OpenID Connect).

Decides what is known of one, and of whom it vouches for: an account is theirs to whom an engineer has linked it,
and nobody's by a name that is alike. Must not know HTTP or signatures.
"""

from dataclasses import dataclass, field

from shared.kernel.session_life import SessionLife

LONGEST_SUBJECT = 255  # characters, as the standard has it


class ProviderAway(Exception):
    """The provider does not answer, or nothing that can be understood."""


class NotVouchedFor(Exception):
    """The provider vouches for nobody: the code is not its own, or what it says is not for this attempt."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider, as whoever runs the house has registered at it.

    Args:
        key: by which paths and settings name it.
        issuer: its address, as it writes it in what it says.
        client, secret: by which it knows this house.
        returns_to: address of the page to which it sends people back.
        claim: which of its words names a person for good.
        label: what people read on the button that leads there.
    """

    key: str
    issuer: str
    client: str
    secret: str = field(repr=False)
    returns_to: str
    claim: str = "sub"
    label: str = ""


@dataclass(frozen=True, slots=True)
class OpenIdAttempt:
    """What of an attempt to sign in only this house knows.

    Args:
        nonce: comes back in the ID token; verifier: of the code's challenge (PKCE).
    """

    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class PersonAtProvider:
    """Who an account's holder is at a provider.

    Args:
        subject: the value of the provider's claim.
    """

    provider: str
    subject: str


@dataclass(frozen=True, slots=True)
class SigningIn:
    """How people of a house sign in.

    Args:
        life: how long somebody stays signed in; providers: at which, beside passwords.
    """

    life: SessionLife = field(default_factory=SessionLife)
    providers: tuple[Provider, ...] = ()
