"""A login initiation: what the platform sent, and the answer that sends the browser to its sign-in address."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from app.lti.addresses import is_ours
from app.lti.refusals import Reason, Refused
from app.lti.registrations import Registered
from app.lti.states import State, hash_text, nonce_for, write_state
from app.lti.storage import STORAGE_TARGET, read_target
from app.outbound.urls import add_query
from app.web.forms import Form
from app.web.house import House

BOUNCED = "cairn_tried"
# The one redirect address: platforms compare it byte by byte with the registered one.
LAUNCH_PATH = "/lti/launch"
LONGEST_FIELD = 16_384
_FIELDS = (
    "iss",
    "login_hint",
    "target_link_uri",
    "lti_message_hint",
    "client_id",
    "lti_deployment_id",
    "deployment_id",
)
_REQUIRED = ("iss", "login_hint", "target_link_uri")


@dataclass(frozen=True)
class Login:
    """The parameters that count, unaltered, and whether the browser was already asked to bring its cookie.

    `storage_target` is the frame in which the platform offers to keep something for us, "" where it offers none.
    """

    fields: Mapping[str, str]
    was_bounced: bool
    storage_target: str = ""

    @property
    def issuer(self) -> str:
        return self.fields["iss"]

    @property
    def client_id(self) -> str:
        return self.fields.get("client_id", "")

    @property
    def bounce_query(self) -> str:
        offered = {STORAGE_TARGET: self.storage_target} if self.storage_target else {}
        return urlencode({**self.fields, **offered, BOUNCED: "1"})


def read_login(form: Form, *, origin: str) -> Login:
    """Raises Refused for a login with a parameter missing, twice or too long, or for a target that is not ours."""
    fields = {name: form.one(name) for name in _FIELDS if form.all(name)}
    if any(len(form.all(name)) > 1 for name in (*_FIELDS, BOUNCED)) or not all(fields.get(name) for name in _REQUIRED):
        raise Refused(Reason.BAD_LOGIN)
    if any(len(value) > LONGEST_FIELD for value in fields.values()):
        raise Refused(Reason.BAD_LOGIN)
    if not is_ours(fields["target_link_uri"], origin=origin):
        raise Refused(Reason.FOREIGN_TARGET)
    return Login(fields, was_bounced=form.one(BOUNCED) == "1", storage_target=read_target(form))


def write_authentication(
    house: House, login: Login, registered: Registered, *, secret_hash: str, storage_target: str = ""
) -> str:
    """The address to which the browser goes on: the platform's, with everything that it needs to answer to us."""
    deployment_id = login.fields.get("lti_deployment_id") or login.fields.get("deployment_id") or ""
    state = write_state(
        house.signer,
        State(
            begun_at=house.clock(),
            registration_id=registered.id,
            secret_hash=secret_hash,
            target_hash=hash_text(login.fields["target_link_uri"]),
            deployment_hash=hash_text(deployment_id) if deployment_id else "",
            storage_target=storage_target,
        ),
    )
    request = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": registered.client_id,
        "redirect_uri": f"{house.settings.base_url.rstrip('/')}{LAUNCH_PATH}",
        "login_hint": login.fields["login_hint"],
        "state": state,
        "nonce": nonce_for(house.signer, state),
    }
    if "lti_message_hint" in login.fields:
        request["lti_message_hint"] = login.fields["lti_message_hint"]
    return add_query(registered.authorization_url, request)
