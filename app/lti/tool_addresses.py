"""Our own addresses, as an LMS is told them. They are fixed: every registration out there holds them."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID


@dataclass(frozen=True)
class ToolAddresses:
    """All of them from one base. `own_login` is the registration's uuid where it needs a login address of its own."""

    base_url: str
    own_login: UUID | None = None

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
        return f"{self.base}/lti/jwks"

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
        return f"{self.base}/lti/canvas/{self.own_login or 'cairn'}.json"
