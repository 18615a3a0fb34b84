"""What an administrator types of their LMS: read field by field, each mistake told in a sentence."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from app.lti import audiences
from app.lti.addresses import LONGEST_ORIGIN, find_origin
from app.lti.connections import Connection, Endpoints
from app.lti.platform_profiles import Profile, Theirs
from app.lti.scopes import NOTICE_SCOPE, SCOPES
from app.web.forms import Form
from app.web.texts import gettext as _

LONGEST = 255
URLS: tuple[Theirs, ...] = ("issuer", "keyset_url", "token_url", "authorization_url", "token_audience")
OPTIONAL: frozenset[str] = frozenset({"deployment_id", "token_audience"})
SERVER, SITE, SAME_AS = "server_url", "site", "same_as"


@dataclass(frozen=True)
class Manner:
    """How an LMS is described: its profile, and whether it runs on a server of its own beside shared sites."""

    profile: Profile
    is_own_server: bool

    @property
    def is_shared(self) -> bool:
        return bool(self.profile.shared_sites) and not self.is_own_server

    @property
    def asks_server(self) -> bool:
        """Whether one address tells the others, while the issuer is none of them."""
        return self.profile.own_server is not None and self.profile.own_server.issuer is not None and not self.is_shared

    def list_fields(self) -> tuple[str, ...]:
        """The names of the text fields, in the order in which the LMS shows them."""
        if self.is_shared:
            return ("client_id", "deployment_id")
        if self.asks_server:
            return (SERVER, "issuer", "client_id", "deployment_id")
        return tuple(self.profile.words.theirs)

    def label(self, name: str) -> str:
        if name == SERVER:
            return _("Address of your {lms}").format(lms=self.profile.name)
        words = {str(key): word for key, word in self.profile.words.theirs.items()}
        return words.get(name, _("Issuer"))

    def is_optional(self, name: str) -> bool:
        """Where an LMS has usual paths, its issuer tells the other addresses."""
        is_usual = self.profile.own_server is not None and name in {"keyset_url", "token_url", "authorization_url"}
        return is_usual or name in OPTIONAL


@dataclass
class Given:
    """What was typed, and what is wrong with it: field to sentence."""

    manner: Manner
    values: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    def refuse(self, name: str, sentence: str) -> None:
        self.problems.setdefault(name, sentence.format(field=self.manner.label(name)))


def read_given(manner: Manner, form: Form, *, is_refused: Callable[[str], bool], allow_http: bool) -> Given:
    """Reads and checks; `is_refused` says whether an address is one that we may not call."""
    names = (*manner.list_fields(), *((SITE,) if manner.is_shared else ()))
    given = Given(manner, {name: form.one(name).strip() for name in names})
    for name in manner.list_fields():
        _check(given, name, is_refused=is_refused, allow_http=allow_http)
    if manner.is_shared and not any(site.use == given.values[SITE] for site in manner.profile.shared_sites):
        given.problems[SITE] = _("Choose which of the sites it is.")
    _check_audience(given)
    return given


def _check_audience(given: Given) -> None:
    named, token_url = given.values.get("token_audience"), given.values.get("token_url", "")
    if named and not audiences.fits(named, token_url=token_url, profile=given.manner.profile):
        given.refuse("token_audience", _("“{field}” must lie on the same host as the address of the tokens."))


def _check(given: Given, name: str, *, is_refused: Callable[[str], bool], allow_http: bool) -> None:
    value = given.values[name]
    if not value:
        if not given.manner.is_optional(name):
            given.refuse(name, _("Fill in “{field}”: your LMS shows it."))
        return
    if name in {*URLS, SERVER}:
        origin = find_origin(value, allow_http=allow_http)
        if origin is None or (name == "issuer" and len(value) > LONGEST_ORIGIN):
            given.refuse(name, _("“{field}” must be a whole https:// address, copied as your LMS shows it."))
        elif is_refused(origin):
            given.refuse(name, _("“{field}” leads into a private network, where Cairn may not go."))
    elif len(value) > LONGEST or not value.isprintable():
        given.refuse(name, _("“{field}” is longer than any LMS makes it, or holds a character that cannot be read."))


def describe(given: Given) -> Connection:
    """The connection that these values, all of them right, amount to."""
    manner, values = given.manner, given.values
    products = manner.profile.recognized_by.products
    issuer, site, endpoints, use = _locate(given)
    return Connection(
        issuer=issuer,
        client_id=values["client_id"],
        site=site,
        endpoints=endpoints,
        name=urlsplit(values.get(SERVER) or issuer).hostname or issuer,
        use=use,
        product=products[0] if products else None,
        deployment_id=values.get("deployment_id") or None,
        scopes_asked=" ".join((*SCOPES, NOTICE_SCOPE)),
    )


def _locate(given: Given) -> tuple[str, str, Endpoints, str]:
    """Issuer, site, endpoints and use."""
    manner, values = given.manner, given.values
    for shared in manner.profile.shared_sites if manner.is_shared else ():
        if shared.use == values[SITE]:
            endpoints = Endpoints(shared.authorization_url, shared.keyset_url, shared.token_url, audience=None)
            return shared.issuer, "", endpoints, shared.use
    issuer, base, site = values["issuer"], values["issuer"].rstrip("/"), ""
    if manner.asks_server:
        base = find_origin(values[SERVER], allow_http=True) or ""
        site = "" if find_origin(issuer, allow_http=True) == base else base
    return issuer, site, _find_endpoints(given, base), "production"


def _find_endpoints(given: Given, base: str) -> Endpoints:
    own, values = given.manner.profile.own_server, given.values

    def at(name: str, path: str) -> str:
        return values.get(name) or base + path

    token_url = at("token_url", own.token_path if own else "")
    return Endpoints(
        authorization_url=at("authorization_url", own.authorization_path if own else ""),
        keyset_url=at("keyset_url", own.keyset_path if own else ""),
        token_url=token_url,
        audience=audiences.choose(values.get("token_audience"), token_url=token_url, profile=given.manner.profile),
    )
