"""The names of those who have accounts: sealed, and opened for the one who has signed in."""

from dataclasses import dataclass

from services.registry.domain.accounts import Account
from shared.contracts.sealed import Sealer


@dataclass(frozen=True, slots=True)
class AccountNames:
    """Seals names and opens them."""

    seal: Sealer

    def sealed(self, name: str | None) -> str | None:
        """Return a name as it is kept."""
        return self.seal.seal(name) if name else None

    def of(self, account: Account) -> str:
        """Return the name of an account's holder; '' where none is known."""
        return self.seal.open(account.sealed_name) if account.sealed_name else ""
