"""PyLTI1p3 as it comes, with the smallest adapters that it asks for: no rule of it is changed."""

import json
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pylti1p3.cookie import CookieService
from pylti1p3.message_launch import MessageLaunch
from pylti1p3.oidc_login import OIDCLogin
from pylti1p3.redirect import Redirect
from pylti1p3.request import Request
from pylti1p3.session import SessionService
from pylti1p3.tool_config import ToolConfDict

from app.practice_lms.keys import SigningKey
from app.practice_lms.settings import FetchedAnswer

LAUNCH = "http://127.0.0.1:8000/lti/launch"


class MemoryRequest(Request):
    def __init__(self, params: dict[str, str], session: dict[str, Any]) -> None:
        self._params = params
        self._session = session

    @property
    def session(self) -> dict[str, Any]:
        return self._session

    def is_secure(self) -> bool:
        return False

    def get_param(self, key: str) -> Any:
        return self._params.get(key)


class MemoryCookies(CookieService):
    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def get_cookie(self, name: str) -> str | None:
        return self._kept.get(name)

    def set_cookie(self, name: str, value: Any, exp: int | None = 3600) -> None:  # noqa: ARG002
        self._kept[name] = str(value)


class UrlOnly(Redirect):
    def __init__(self, url: str) -> None:
        self._url = url

    def do_redirect(self) -> str:
        return self._url

    def do_js_redirect(self) -> str:
        return self._url

    def set_redirect_url(self, location: str) -> None:
        self._url = location

    def get_redirect_url(self) -> str:
        return self._url


class PlainLogin(OIDCLogin):
    def get_redirect(self, url: str) -> UrlOnly:
        return UrlOnly(url)


class PlainLaunch(MessageLaunch):
    def _get_request_param(self, key: str) -> Any:
        return self._request.get_param(key)


class PlainTool:
    """One tool in one browser."""

    def __init__(self) -> None:
        self._key = SigningKey.generate("pylti-key")
        self._session: dict[str, Any] = {}
        self._cookies = MemoryCookies()
        self.config: ToolConfDict | None = None

    def answer_keys(self, _url: str) -> FetchedAnswer:
        """PyLTI1p3 names its key by a hash of its own."""
        assert self.config is not None
        return FetchedAnswer(200, json.dumps(self.config.get_jwks()).encode())

    def configure(self, platform: Any) -> None:
        registration, urls = platform.registration, platform.urls
        self.config = ToolConfDict(
            {
                urls.issuer: {
                    "default": True,
                    "client_id": registration.client_id,
                    "auth_login_url": urls.authorization,
                    "auth_token_url": urls.token,
                    "key_set_url": urls.jwks,
                    "deployment_ids": [registration.deployment_id],
                }
            }
        )
        private = self._key.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        public = self._key.private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self.config.set_private_key(urls.issuer, private)
        self.config.set_public_key(urls.issuer, public.decode())

    def log_in(self, begun: dict[str, str]) -> str:
        """The address that the browser is sent to."""
        request = MemoryRequest(begun, self._session)
        login = PlainLogin(request, self.config, SessionService(request), self._cookies)
        return str(login.redirect(LAUNCH))

    def launch(self, posted: dict[str, str]) -> PlainLaunch:
        """A launch that PyLTI1p3 has validated whole."""
        request = MemoryRequest(posted, self._session)
        return PlainLaunch(request, self.config, SessionService(request), self._cookies).validate()
