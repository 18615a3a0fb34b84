"""Settings: read from the environment once, checked, and handed over."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Network = IPv4Network | IPv6Network
DEVELOPMENT_SECRET = "development-only-development-only"  # noqa: S105  refused in production, below
SHORTEST_SECRET = 32


def _split_networks(value: object) -> object:
    return (
        tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
        if isinstance(value, str)
        else value
    )


Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_split_networks)]


class Settings(BaseSettings):
    """What an operator may decide. Names are `CAIRN_` plus the field in capitals."""

    model_config = SettingsConfigDict(env_prefix="CAIRN_", frozen=True, extra="ignore")

    env: Literal["development", "production"] = "production"
    base_url: str = "http://127.0.0.1:8000"
    data_dir: Path = Path("data")
    database_url: str = ""
    secret_key: SecretStr = SecretStr("")
    allowed_private_networks: Networks = ()
    trusted_proxies: Networks = ()
    workers: int = Field(default=1, ge=1, le=64)

    @property
    def is_development(self) -> bool:
        return self.env == "development"

    @property
    def origin(self) -> str:
        """Our own web origin, as browsers write it."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def database(self) -> str:
        """The database's URL; an SQLite file in the data folder unless one is named."""
        return self.database_url or f"sqlite:///{self.data_dir / 'cairn.sqlite3'}"

    @property
    def secret(self) -> bytes:
        return (self.secret_key.get_secret_value() or DEVELOPMENT_SECRET).encode()

    @model_validator(mode="after")
    def _production_is_safe(self) -> Self:
        if self.is_development:
            return self
        secret = self.secret_key.get_secret_value()
        if len(secret.encode()) < SHORTEST_SECRET or secret == DEVELOPMENT_SECRET:
            raise ValueError(
                f"CAIRN_SECRET_KEY must be set to at least {SHORTEST_SECRET} bytes of your own, such as the output of "
                "`python3 -c 'import secrets; print(secrets.token_urlsafe(48))'`"
            )
        if not self.base_url.startswith("https://"):
            raise ValueError("CAIRN_BASE_URL must be the https:// address that your LMS reaches")
        return self
