"""A tool that does everything right, so that a test can make it do one thing wrong."""

import json
from typing import Any
from uuid import uuid4

from app.practice_lms.application import create_practice_lms
from app.practice_lms.forms import HtmlForm, read_form
from app.practice_lms.jose import sign_compact
from app.practice_lms.keys import SigningKey
from app.practice_lms.platform import Platform
from app.practice_lms.registrations import Registration, ToolConfig
from app.practice_lms.settings import FetchedAnswer, PracticeSettings
from app.practice_lms.words import JWT_BEARER, SCORE, SCORE_TYPE
from tests.clients import Client

TOOL = "http://127.0.0.1:8000"
LMS = "http://localhost:8001"
ISSUER = "http://localhost:8002"
TOKEN_HOST = "http://localhost:8003"
_KEY = SigningKey.generate("tool-key")


class RightTool:
    """`client` is its way to the LMS, as a browser and as a server; nothing is followed."""

    def __init__(self, temper: Any, clock: Any, **more: Any) -> None:
        self.key = _KEY
        self.keys_answer: FetchedAnswer | None = None
        self.clock = clock
        hosts = {"issuer_origin": ISSUER, "token_origin": TOKEN_HOST} if temper == "canvas" else {}
        options: dict[str, Any] = {**hosts, **more}
        settings = PracticeSettings(
            base_url=LMS, tool_base_url=TOOL, temper=temper, clock=clock, fetch=self.answer_keys, **options
        )
        self.app = create_practice_lms(settings)
        self.client = Client(self.app, base_url=LMS, follow_redirects=False)

    @property
    def platform(self) -> Platform:
        return self.app.state.platform

    def register(self, **changes: Any) -> Registration:
        return self.platform.add_registration(ToolConfig.at(TOOL, **changes))

    def answer_keys(self, url: str) -> FetchedAnswer:
        assert url == f"{TOOL}/lti/jwks"
        return self.keys_answer or FetchedAnswer(200, json.dumps({"keys": [self.key.public_jwk()]}).encode())

    # launch

    def start(self, person: str = "5", course: str = "2", link: str = "1") -> HtmlForm:
        """Open the frame as that person; the form that goes to the tool's login."""
        self.client.get(f"/as/{person}")
        return read_form(self.client.get(f"/course/{course}/launch/{link}").text)

    def build_request(self, begun: dict[str, str], **changes: str | None) -> dict[str, str]:
        asked = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": begun["client_id"],
            "redirect_uri": f"{TOOL}/lti/launch",
            "login_hint": begun["login_hint"],
            "lti_message_hint": begun["lti_message_hint"],
            "state": "state-1",
            "nonce": "nonce-1",
            **changes,
        }
        return {name: value for name, value in asked.items() if value is not None}

    def authorize(self, begun: dict[str, str], **changes: str | None) -> Any:
        return self.client.get(self.platform.urls.authorization, params=self.build_request(begun, **changes))

    def launch(self, person: str = "5", course: str = "2", link: str = "1") -> HtmlForm:
        """The form that comes to the tool's launch address."""
        return read_form(self.authorize(self.start(person, course, link).fields).text)

    # services

    def build_assertion(self, headers: dict[str, Any] | None = None, **changes: Any) -> str:
        client_id, now = self.platform.registration.client_id, int(self.clock().timestamp())
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": self.platform.urls.token,
            "iat": now - 5,
            "exp": now + 60,
            "jti": uuid4().hex,
            **changes,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        merged = {"typ": "JWT", "alg": "RS256", "kid": "tool-key", **(headers or {})}
        return sign_compact(kept, merged, key=self.key.private_key, algorithm="RS256")

    def ask_token(self, *scopes: str, assertion: str | None = None, **changes: Any) -> Any:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": JWT_BEARER,
            "client_assertion": assertion or self.build_assertion(),
            "scope": " ".join(scopes),
            **changes,
        }
        return self.client.post(self.platform.urls.token, data=form)

    def bearer(self, *scopes: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {json.loads(self.ask_token(*scopes).text)['access_token']}"}

    def score_url(self, link: str = "1") -> str:
        item = self.platform.world.line_items[self.platform.links[link].line_item_id]
        path, mark, query = self.platform.temper.line_item_url(item, self.platform.registration).partition("?")
        return f"{path}/scores{mark}{query}"

    def build_score(self, person: str = "5", **changes: Any) -> dict[str, Any]:
        score = {
            "userId": self.platform.sub_of(person),
            "timestamp": self.clock().isoformat(timespec="milliseconds"),
            "scoreGiven": 1,
            "scoreMaximum": 1,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            **changes,
        }
        return {name: value for name, value in score.items() if value is not None}

    def send_score(self, *, url: str | None = None, media_type: str = SCORE_TYPE, **changes: Any) -> Any:
        headers = {**self.bearer(SCORE), "Content-Type": media_type}
        return self.client.post(
            url or self.score_url(), content=json.dumps(self.build_score(**changes)), headers=headers
        )

    def stored(self, person: str = "5", link: str = "1") -> Any:
        return self.platform.grade_of(person, self.platform.links[link].line_item_id)
