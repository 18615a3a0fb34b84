"""What a hostile platform can say of itself: key sets, registrations, notices."""

import gzip
import json
from typing import Any

from sqlalchemy import select

from app.lti.copy_models import ContextOrigin
from app.lti.invitations import invite
from app.lti.models import Registration
from app.membership.models import ContextCopy
from tests.attack_tokens import rsa_key
from tests.hostile_kit import Drip, Flood, Neighbour, Reply, Serve
from tests.lti_kit import CLAIM, jwk_of, make_key
from tests.security.lies import Lie, Own, Told, refused
from tests.security.lies_of_launches import SCRIPT, find
from tests.security.lies_of_services import DEEP, REDIRECT

NO_KEY = refused("key-unknown")
NO_SET = refused("keys-unreachable")
BOMB = Reply(200, gzip.compress(b" " * 2_000_000), {"content-encoding": "gzip"})


def says_keys(what: str, expected: Any, answer: Reply | Serve) -> Lie:
    """A launch that is signed well, by a key that only this answer could make known."""

    def tell(here: Neighbour) -> Any:
        here.site.says("/jwks", answer)
        return here.launches()

    return Lie("keys", what, tell, expected)


def of_keys(*keys: Any) -> Reply:
    return Reply.of({"keys": list(keys)})


def jwk(**changes: Any) -> dict[str, Any]:
    return {**jwk_of(make_key("Hostile"), "key-1"), **changes}


def _keys_lie_at(here: Neighbour, where: str) -> Any:
    with here.world.house.database.writing() as db:
        db.get_one(Registration, here.registration_id).keyset_url = where
    return here.launches()


def _drip(here: Neighbour) -> Any:
    here.site.says("/jwks", lambda _request: Reply(200, Drip(here.world.time)))
    return here.launches()


def signs_itself(here: Neighbour) -> Any:
    """With a key that is named and sent along in the token's own header."""
    key = make_key("its own")
    browser = here.world.browser()
    started = browser.log_in(here.platform)
    headers = {"kid": "own", "jwk": jwk_of(key, "own"), "jku": f"https://{here.host}/jwks"}
    token = here.platform.sign(here.platform.claims(nonce=started.nonce), key=key, **headers)
    return browser.post_launch(token, started.state)


KEYS = (
    says_keys("private halves", NO_KEY, of_keys(jwk(d="AQAB", p="AQAB", q="AQAB"))),
    says_keys("one for secrets", NO_KEY, of_keys({"kty": "oct", "kid": "key-1", "k": "c2VjcmV0", "alg": "HS256"})),
    says_keys("one of another kind", NO_KEY, of_keys(jwk(kty="EC", crv="P-256"))),
    says_keys("one for encryption", NO_KEY, of_keys(jwk(use="enc"))),
    says_keys("one for another algorithm", NO_KEY, of_keys(jwk(alg="RS512"))),
    says_keys("one of 1024 bits", NO_KEY, of_keys(jwk_of(rsa_key("short", 1024), "key-1"))),
    says_keys("one whose exponent is 1", NO_KEY, of_keys(jwk(e="AQ"))),
    says_keys("one of 100 kB", NO_KEY, of_keys(jwk(n="A" * 100_000))),
    says_keys("two of one name", NO_KEY, of_keys(jwk(), jwk_of(make_key("second"), "key-1"))),
    says_keys("one whose name is a list", NO_KEY, of_keys(jwk(kid=["key-1"]))),
    says_keys("the right one after a thousand others", NO_KEY, of_keys(*[{"kid": str(n)} for n in range(1000)], jwk())),
    says_keys("numbers", NO_KEY, of_keys(1, None, "x", [])),
    says_keys("a set of 300 kB", NO_SET, Reply.of({"keys": [jwk()], "x": "a" * 300_000})),
    says_keys("without an end", NO_SET, lambda _request: Reply(200, Flood())),
    says_keys("a bomb", NO_SET, BOMB),
    says_keys("brackets within brackets", NO_SET, Reply(200, DEEP)),
    says_keys("the wrong kind of content", NO_SET, Reply(200, b"<html>", {"content-type": "text/html"})),
    says_keys("a list", NO_SET, Reply.of([jwk()])),
    says_keys("a redirect into the local network", NO_SET, REDIRECT),
    Lie("keys", "one byte a second", _drip, NO_SET),
    Lie("keys", "in the local network", lambda here: _keys_lie_at(here, "https://169.254.169.254/jwks"), NO_SET),
    Lie("keys", "at a name of two faces", lambda here: _keys_lie_at(here, "https://two-faced.test/jwks"), NO_SET),
    Lie("keys", "in the token itself", signs_itself, NO_KEY),
)  # fmt: skip


def registers(here: Neighbour, *, answer: Reply | None = None, **changes: Any) -> Any:
    """An invitation of its own is opened by an LMS that says this of itself; the answer to the button's form."""
    document = {
        "issuer": f"https://{here.host}", "authorization_endpoint": here.at("/auth"),
        "token_endpoint": here.at("/token"), "jwks_uri": here.at("/jwks"),
        "registration_endpoint": here.at("/register"), **changes,
    }  # fmt: skip
    here.site.says("/config", Reply.of(document))
    here.site.says("/register", answer or Reply.of({"client_id": "mine"}))
    return presses(here)


def presses(here: Neighbour, where: str = "/config") -> Any:
    with here.world.house.database.writing() as db:
        link = invite(db, name=here.institution, now=here.world.clock())
    fields = {"openid_configuration": here.at(where), "registration_token": "t"}
    return here.world.browser().client.post(f"/lti/register/{link}", data=fields)


def says_itself(what: str, expected: Any, *, answer: Reply | None = None, **changes: Any) -> Lie:
    return Lie("registration", what, lambda here: registers(here, answer=answer, **changes), expected)


def answers_config(what: str, expected: Any, answer: Reply | Serve) -> Lie:
    def tell(here: Neighbour) -> Any:
        here.site.says("/config", answer)
        return presses(here)

    return Lie("registration", what, tell, expected)


def asks_for_its_own(told: Told) -> bool:
    """What we sign for it names its own token address as audience."""
    (row,) = find(told, select(Registration).where(Registration.issuer == f"https://{told.here.host}"))
    return row.token_audience is None and row.token_url == told.here.at("/token")


def takes_a_neighbours_client(here: Neighbour) -> Any:
    """The neighbour's token address, and our name there."""
    near = here.world.near
    answer = Reply.of({"client_id": near.platform.client_id})
    return registers(here, answer=answer, token_endpoint=f"https://{near.host}/other/token?x=1")


BAD = refused("bad-registration")
REGISTRATIONS = (
    says_itself("the neighbour's issuer", BAD, issuer="https://lms.test"),
    says_itself("an issuer that only begins alike", BAD, issuer="https://lms.test.hostile.test"),
    says_itself("a sign-in in the clear", BAD, authorization_endpoint="http://lms.test/auth"),
    says_itself("a sign-in that is a script", BAD, authorization_endpoint="javascript:alert(1)"),
    says_itself("tokens for a neighbour", Own(asks_for_its_own), authorization_server="https://far-lms.test/token"),
    says_itself("tokens for every Brightspace", Own(asks_for_its_own),
                authorization_server="https://api.brightspace.com/auth/token",
                **{"https://purl.imsglobal.org/spec/lti-platform-configuration": {"product_family_code": "d2l"}}),
    Lie("registration", "the neighbour's tokens, by our name there", takes_a_neighbours_client,
        refused("other-institution")),
    says_itself("an end in the local network", BAD, registration_endpoint="https://10.0.0.1/register"),
    says_itself("a client id of 10 kB", BAD, answer=Reply.of({"client_id": "a" * 10_000})),
    says_itself("a client id with NUL", BAD, answer=Reply.of({"client_id": "a\0"})),
    says_itself("a refusal with a script", BAD, answer=Reply(400, SCRIPT.encode())),
    says_itself("a refusal without an end", BAD, answer=Reply(400, Flood())),
    answers_config("a bomb", BAD, BOMB),
    answers_config("without an end", BAD, lambda _request: Reply(200, Flood())),
    answers_config("brackets within brackets", BAD, Reply(200, DEEP)),
    answers_config("a redirect into the local network", BAD, REDIRECT),
    *(
        Lie("registration", f"a configuration at {where}", lambda here, where=where: presses(here, where), BAD)
        for where in ("https://127.0.0.1/c", "http://lms.test/c", "file:///etc/passwd", "https://two-faced.test/c")
    ),
)  # fmt: skip


def notifies(here: Neighbour, **changes: Any) -> Any:
    """A notice of a copied course, signed by this platform."""
    made_at = int(here.world.clock().timestamp())
    claims = {
        "iss": here.platform.issuer, "aud": here.platform.client_id, "iat": made_at, "exp": made_at + 300,
        "nonce": f"notice of {here.host}", f"{CLAIM}version": "1.3.0", f"{CLAIM}deployment_id": "1",
        f"{CLAIM}notice": {"id": "n", "timestamp": "2026-11-22T14:03:00Z", "type": "LtiContextCopyNotice"},
        f"{CLAIM}context": {"id": "course-1"}, f"{CLAIM}origin_contexts": ["old"], **changes,
    }  # fmt: skip
    body = json.dumps({"notices": [{"jwt": here.platform.sign(claims)}]})
    headers = {"content-type": "application/json"}
    answer = here.world.browser().client.post("/lti/notices", content=body, headers=headers)
    here.world.works_off()
    return answer


def notifies_of_course(here: Neighbour, **changes: Any) -> Any:
    """Its deployment has been seen."""
    here.opens()
    return notifies(here, **changes)


def copies_only_its_own(told: Told) -> bool:
    """What was told of a course with a neighbour's id concerns the course of that id in its own LMS."""
    ours = told.here.institution_id
    origins = find(told, select(ContextOrigin.institution_id).distinct().where(ContextOrigin.institution_id != ours))
    near = find(
        told, select(ContextCopy.context_id).where(ContextCopy.institution_id == told.world.near.institution_id)
    )
    return near == [] and told.world.near.institution_id not in origins


NOTICES = (
    Lie("notices", "the neighbour's course is a copy", notifies_of_course, Own(copies_only_its_own)),
    Lie("notices", "its own is a copy of a thousand of the neighbour's",
        lambda here: notifies_of_course(here, **{f"{CLAIM}origin_contexts": ["course-1", "course-2"] * 500}),
        Own(copies_only_its_own)),
    Lie("notices", "for the neighbour's client", lambda here: notifies(here, aud=here.world.near.platform.client_id),
        refused("not-verified")),
    Lie("notices", "for a deployment that nobody has seen", notifies, refused("unknown-deployment")),
    Lie("notices", "ids of 10 kB", lambda here: notifies(here, **{f"{CLAIM}deployment_id": "a" * 10_000}),
        refused("malformed")),
)  # fmt: skip
LIES_OF_CONNECTIONS = (*KEYS, *REGISTRATIONS, *NOTICES)
