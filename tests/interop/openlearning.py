"""The LMS around OpenLearning's lti1p3platform: its abstract classes, filled in as its documentation asks."""

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract
from lti1p3platform.oidc_login import OIDCLoginAbstract
from lti1p3platform.registration import Registration
from lti1p3platform.request import Request

from tests.interop.served_lms import CLIENT_ID, COURSE, DEPLOYMENT_ID, Link, Person, serve


class Config(LTI1P3PlatformConfAbstract):
    def init_platform_config(self, **kwargs: Any) -> None:
        self._registration = kwargs["registration"]

    def get_registration_by_params(self, **_kwargs: Any) -> Registration:
        return self._registration


class Login(OIDCLoginAbstract):
    def set_lti_message_hint(self, **kwargs: Any) -> None:
        self._lti_message_hint = kwargs["hint"]

    def get_redirect(self, url: str) -> str:
        return url


class Preflight(Request):
    def build_metadata(self, request: Any) -> Any:
        return {"get_data": dict(request), "form_data": {}}


class Launch(LTIAdvantageMessageLaunchAbstract):
    def render_launch_form(self, launch_data: Any, **_kwargs: Any) -> Any:
        return launch_data


class OpenLearning:
    def __init__(self, base: str, tool: str, keys: str) -> None:
        self.base, self.begun = base, {}
        private, public = _make_pems()
        registration = Registration()
        registration.set_iss(base).set_client_id(CLIENT_ID).set_deployment_id(DEPLOYMENT_ID)
        registration.set_launch_url(f"{tool}/lti/launch").set_deeplink_launch_url(f"{tool}/lti/launch")
        registration.set_oidc_login_url(f"{tool}/lti/login").set_tool_key_set_url(keys)
        registration.set_platform_private_key(private).set_platform_public_key(public)
        self.config = Config(registration=registration)

    def begin(self, message: str, person: Person, link: Link) -> str:
        hint = f"{message}.{len(self.begun)}"
        self.begun[hint] = (message, person, link)
        login = Login(None, self.config).set_launch_url(link.url)
        login.set_lti_message_hint(hint=hint)
        return str(login.initiate_login(person.sub))

    def answer(self, asked: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
        message, person, link = self.begun[asked["lti_message_hint"]]
        launch = Launch(Preflight(asked), self.config)
        launch.set_user_data(person.sub, [person.role], full_name=person.name, email_address=person.email)
        launch.set_launch_context_claim(COURSE, ["CourseSection"], "Interop course", "IC")
        launch.set_launch_presentation_claim("iframe", f"{self.base}/course")
        if message == "LtiDeepLinkingRequest":
            launch.set_dl(f"{self.base}/return", title="Interop", extra_data={"opaque": "ä+&="})
        else:
            _describe_link(launch, link, self.base)
        made = launch.lti_launch()
        return made["launch_url"], {"state": made["state"], "id_token": made["id_token"]}

    def key_set(self) -> Any:
        return self.config.get_jwks()

    def grant(self, form: Mapping[str, str]) -> Any:
        return self.config.get_access_token(dict(form))

    def allows(self, token: str, scope: str) -> bool:
        return bool(self.config.validate_token(token, [scope]))

    def read_items(self, token: str) -> list[Any]:
        return list(self.config.validate_deeplinking_resp({"JWT": token}))


def _describe_link(launch: Launch, link: Link, base: str) -> None:
    launch.set_resource_link_claim(link.id, title="Coach training")
    launch.set_custom_parameters_claim(link.custom)
    launch.set_launch_url(link.url)
    launch.set_nrps(f"{base}/members")
    launch.set_ags(f"{base}/items", f"{base}{link.line_item}" if link.line_item else None)


def _make_pems() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


if __name__ == "__main__":
    serve(OpenLearning)
