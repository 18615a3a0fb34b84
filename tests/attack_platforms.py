"""Platforms that sign whatever they are told, and the world outside as far as Cairn can reach it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from tests.attack_tokens import jwk_of, rsa_key

Answer = tuple[int, bytes]


class Wire(BaseAdapter):
    """The world outside, as far as Cairn can reach it: answers by address, and a list of what was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Callable[[], Answer]] = {}
        self.asked: list[str] = []

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:
        url = request.url or ""
        self.asked.append(url)
        if url not in self.answers:
            raise requests.ConnectionError("nobody is there")
        response = requests.Response()
        response.request, response.url = request, url
        response.status_code, body = self.answers[url]()
        response.raw = HTTPResponse(BytesIO(body), preload_content=False)
        return response

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Lms:
    """A platform's site of one institution, with a registration here; it signs anything."""

    institution: str
    issuer: str
    client_id: str
    key_name: str
    keys: list[dict[str, Any]] = field(default_factory=list)
    # What its key set's address answers; None: the keys, properly.
    answer: Callable[[], Answer] | None = None
    registration_id: int = 0

    @cached_property
    def key(self) -> Any:
        return rsa_key(self.key_name)

    @property
    def kid(self) -> str:
        return f"key of {self.key_name}".replace(" ", "-")

    @property
    def keyset_url(self) -> str:
        return f"{self.issuer}/jwks"

    @property
    def authorization_url(self) -> str:
        return f"{self.issuer}/auth"

    @property
    def header(self) -> dict[str, Any]:
        return {"typ": "JWT", "alg": "RS256", "kid": self.kid}

    def jwk(self, **changes: Any) -> dict[str, Any]:
        return {**jwk_of(self.key, self.kid), **changes}


def an_lms(institution: str, issuer: str, client_id: str, key_name: str) -> Lms:
    lms = Lms(institution, issuer, client_id, key_name)
    lms.keys = [lms.jwk()]
    return lms
