"""The LMS around Open edX's lti-consumer-xblock: its consumer class, as Open edX drives it, without the rest of edX."""

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

settings.configure(
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}, PLATFORM_NAME="Interop"
)

from lti_consumer.data import Lti1p3LaunchData
from lti_consumer.lti_1p3.constants import LTI_1P3_CONTEXT_TYPE
from lti_consumer.lti_1p3.consumer import LtiAdvantageConsumer
from lti_consumer.utils import get_data_from_cache

from tests.interop.served_lms import CLIENT_ID, COURSE, DEPLOYMENT_ID, PEOPLE, Link, Person, serve


class OpenEdx:
    def __init__(self, base: str, tool: str, keys: str) -> None:
        self.base, self.tool, self.keys, self.links = base, tool, keys, {}
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    def consumer(self, url: str | None = None) -> LtiAdvantageConsumer:
        """One for each message, as Open edX makes it."""
        launch = f"{self.tool}/lti/launch"
        made = LtiAdvantageConsumer(
            iss=self.base, lti_oidc_url=f"{self.tool}/lti/login", lti_launch_url=url or launch, client_id=CLIENT_ID,
            deployment_id=DEPLOYMENT_ID, rsa_key=self.pem, rsa_key_id="interop-key", redirect_uris=[launch],
            tool_keyset_url=self.keys,
        )  # fmt: skip
        made.enable_deep_linking(launch, f"{self.base}/return")
        return made

    def begin(self, message: str, person: Person, link: Link) -> str:
        self.links[link.id] = link
        data = Lti1p3LaunchData(
            user_id=person.sub, user_role="instructor" if person.is_staff else "student", config_id="1",
            resource_link_id=link.id, message_type=message, context_id=COURSE,
        )  # fmt: skip
        return str(self.consumer(link.url).prepare_preflight_url(data))

    def answer(self, asked: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
        data = get_data_from_cache(asked["lti_message_hint"])
        person = next(one for one in PEOPLE.values() if one.sub == data.user_id)
        link = self.links[data.resource_link_id]
        consumer = self.consumer(link.url)
        consumer.set_user_data(person.sub, data.user_role, full_name=person.name, email_address=person.email)
        consumer.set_resource_link_claim(link.id, title="Coach training")
        consumer.set_launch_presentation_claim("iframe", f"{self.base}/course")
        consumer.set_context_claim(COURSE, [LTI_1P3_CONTEXT_TYPE.course_section], "Interop course", "IC")
        consumer.enable_nrps(f"{self.base}/members")
        consumer.enable_ags(f"{self.base}/items", f"{self.base}{link.line_item}" if link.line_item else None)
        if link.line_item:
            consumer.set_dl_content_launch_parameters(link.url, link.custom)
        else:
            consumer.set_custom_parameters(link.custom)
        return asked["redirect_uri"], consumer.generate_launch_request(dict(asked))

    def key_set(self) -> Any:
        return self.consumer().get_public_keyset()

    def grant(self, form: Mapping[str, str]) -> Any:
        return self.consumer().access_token(dict(form))

    def allows(self, token: str, scope: str) -> bool:
        return bool(self.consumer().check_token(token, [scope]))

    def read_items(self, token: str) -> list[Any]:
        return list(self.consumer().check_and_decode_deep_linking_token(token))


if __name__ == "__main__":
    serve(OpenEdx)
