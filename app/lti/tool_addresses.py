"""Our own addresses, as an LMS is told them. They are fixed: every registration out there holds them."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID


@dataclass(frozen=True)
class ToolAddresses:
    """All of them from one base.

    `own_login` is the registration's uuid where it needs a login address of its own. `own_keys` is its key ring, by
    which an LMS trusts what we sign for it and nothing that we sign for another; None for the keys that connections of
    old share.
    """

    base_url: str
    own_login: UUID | None = None
    own_keys: UUID | None = None

    @property
    def base(self) -> str:
        return self.base_url.rstrip("/")

    @property
    def domain(self) -> str:
        """Host, and port where there is one."""
        return urlsplit(self.base).netloc

    @property
    def launch(self) -> str:
        return f"{self.base}/lti/launch"

    @property
    def login(self) -> str:
        return f"{self.base}/lti/login" + (f"/{self.own_login}" if self.own_login else "")

    @property
    def keyset(self) -> str:
        return f"{self.base}/lti/jwks" + (f"/{self.own_keys}" if self.own_keys else "")

    @property
    def logo(self) -> str:
        return f"{self.base}/lti/logo.svg"

    @property
    def privacy(self) -> str:
        return f"{self.base}/lti/privacy"

    @property
    def terms(self) -> str:
        return f"{self.base}/lti/terms"

    @property
    def canvas_configuration(self) -> str:
        keys = f"?keys={self.own_keys}" if self.own_keys else ""
        return f"{self.base}/lti/canvas/{self.own_login or 'cairn'}.json{keys}"
