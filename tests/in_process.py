"""Brings outbound calls to servers of this process: the transport that tests put under `Outbound`."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from app.outbound.addresses import AddressRules
from app.outbound.http import Outbound
from tests.clients import Client


class InProcessAdapter(BaseAdapter):
    """Answers for the given origins by their Client; any other address is not there."""

    def __init__(self, servers: Mapping[str, Client]) -> None:
        super().__init__()
        self._servers = servers

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        server = self._servers.get(f"{parts.scheme}://{parts.netloc}")
        if server is None:
            raise requests.ConnectionError("no such server in this process")
        method, url, headers = request.method or "GET", request.url or "", dict(request.headers)
        try:
            answer = server.request(method, url, headers=headers, content=request.body)
        except OSError as error:
            raise requests.ConnectionError("the connection was dropped") from error
        return self._as_response(request, answer)

    def _as_response(self, request: requests.PreparedRequest, answer: Any) -> requests.Response:
        response = requests.Response()
        response.request, response.url = request, request.url or ""
        response.status_code = answer.status_code
        response.headers.update(dict(answer.headers))
        response.raw = HTTPResponse(BytesIO(answer.content), preload_content=False)
        return response

    def close(self) -> None:
        """Nothing is open."""


def outbound_to(servers: Mapping[str, Client], *, is_development: bool = False) -> Outbound:
    """An `Outbound` whose addresses are these servers: origin to client."""
    return Outbound(AddressRules(is_development), make_adapter=lambda _rules: InProcessAdapter(servers))
