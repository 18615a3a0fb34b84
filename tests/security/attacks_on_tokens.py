"""Attacks by what the token is or says; login, state and browser are honest."""

from collections.abc import Callable
from dataclasses import dataclass
from json import dumps
from typing import Any

from tests.attack_kit import LAUNCH, Begun, Stage, Tried
from tests.attack_tokens import (
    ABSENT, CLAIM, encode, encode_number, ec_key, jwk_of, public_der, public_pem, rsa_key, twice, write_token,
)  # fmt: skip


@dataclass(frozen=True)
class Attack:
    """One way in. `number` is the case of the list in lti.md section 2; `codes` are the reasons a page may give."""

    name: str
    codes: tuple[str, ...]
    run: Callable[[Stage], Tried]
    number: int | None = None
    status: int | None = None
    # Where the state was good the registration is known, and the failure is counted for it.
    counted_for: str | None = "home"

    @property
    def id(self) -> str:
        return f"{self.number}-{self.name}" if self.number else self.name


def saying(name: str, *codes: str, number: int | None = None, status: int | None = None, **changes: Any) -> Attack:
    """An honest token in which these claims are changed."""
    return Attack(name, codes, lambda stage: stage.launch(**changes), number, status)


def written(
    name: str, *codes: str, write: Callable[[Stage, Begun], str], number: int | None = None, status: int | None = None
) -> Attack:
    """A token written in another way."""
    return Attack(name, codes, lambda stage: stage.launch(lambda begun: write(stage, begun)), number, status)


def oversized(name: str, **changes: Any) -> Attack:
    """A token that is put away unread; so nobody knows for whom to count it."""
    run = saying(name, **changes).run
    return Attack(name, ("token-too-large",), run, status=413, counted_for=None)


def headed(name: str, *codes: str, number: int | None = None, key: Any = "own", **header: Any) -> Attack:
    """An honest body under a changed header; `key` signs: "own", "other", None for no signature, or a key."""

    def write(stage: Stage, begun: Begun) -> str:
        signer = {"own": stage.lms.key, "other": rsa_key("attacker")}.get(key, key) if isinstance(key, str) else key
        signer = signer(stage.lms.key) if callable(signer) else signer
        changed = {name: value for name, value in {**stage.lms.header, **header}.items() if value is not ABSENT}
        return write_token(changed, stage.claims(begun.nonce), signer)

    return written(name, *codes, write=write, number=number)


def timed(name: str, *codes: str, number: int | None = None, **changes: float | None) -> Attack:
    """Times in seconds from now; None leaves the claim out."""

    def run(stage: Stage) -> Tried:
        now = int(stage.clock().timestamp())
        return stage.launch(**{key: ABSENT if ahead is None else now + ahead for key, ahead in changes.items()})

    return Attack(name, codes, run, number)


def with_key(name: str, *codes: str, make_keys: Callable[[Stage], Any], number: int | None = None, key: Any = None) -> Attack:
    """The platform's key set holds this, and the token is signed by `key` under the name `odd`."""

    def run(stage: Stage) -> Tried:
        stage.lms.keys = [stage.lms.jwk(), *make_keys(stage)]
        signer = key(stage) if key else stage.lms.key
        return stage.launch(
            lambda begun: write_token({**stage.lms.header, "kid": "odd"}, stage.claims(begun.nonce), signer)
        )

    return Attack(name, codes, run, number)


def jwk_text(key: Any) -> bytes:
    return dumps(jwk_of(key, "key-of-home")).encode()


def modulus_text(key: Any) -> bytes:
    return encode_number(key.public_key().public_numbers().n).encode()


def tampered(stage: Stage, begun: Begun) -> str:
    """The signature of one body under another body."""
    header, _body, signature = stage.token(begun.nonce).split(".")
    other = stage.claims(begun.nonce, roles=["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"])
    return f"{header}.{encode(dumps(other).encode())}.{signature}"


def signed_raw(make_body: Callable[[dict[str, Any]], bytes]) -> Callable[[Stage, Begun], str]:
    return lambda stage, begun: write_token(stage.lms.header, make_body(stage.claims(begun.nonce)), stage.lms.key)


def twice_in_header(stage: Stage, begun: Begun) -> str:
    return write_token(twice(stage.lms.header, "kid", stage.lms.kid), stage.claims(begun.nonce), stage.lms.key)


def twice_inside(claims: dict[str, Any]) -> bytes:
    """A member that stands twice deep inside."""
    nested = f'{{"id": "link-1", "id": "link-2", "title": {dumps("x")}}}'
    text = dumps({**claims, f"{CLAIM}resource_link": "HERE"})
    return text.replace('"HERE"', nested).encode()


def with_number(name: str, text: str) -> Callable[[dict[str, Any]], bytes]:
    """A claim whose JSON number no Python value is written as."""
    return lambda claims: dumps({**claims, name: "HERE"}).replace('"HERE"', text).encode()


ALGORITHMS = (
    headed("alg-none", "algorithm", number=44, key=None, alg="none"),
    *(headed(f"alg-{alg}", "algorithm", key=None, alg=alg) for alg in ("None", "nOnE", "NONE", "")),
    headed("alg-rs256-empty-signature", "token-malformed", "signature", key=None),
    headed("alg-missing", "algorithm", alg=ABSENT),
    headed("alg-number", "algorithm", alg=256),
    headed("alg-hs256-public-pem", "algorithm", number=45, alg="HS256", key=public_pem),
    headed("alg-hs384-public-pem", "algorithm", alg="HS384", key=public_pem),
    headed("alg-hs512-public-pem", "algorithm", alg="HS512", key=public_pem),
    headed("alg-hs256-public-der", "algorithm", alg="HS256", key=public_der),
    headed("alg-hs256-public-jwk", "algorithm", alg="HS256", key=jwk_text),
    headed("alg-hs256-modulus", "algorithm", alg="HS256", key=modulus_text),
    headed("alg-rs384-not-registered", "algorithm", number=46, alg="RS384"),
    headed("alg-rs512-not-registered", "algorithm", alg="RS512"),
    headed("alg-ps256-not-registered", "algorithm", alg="PS256"),
    headed("alg-es256-not-registered", "algorithm", number=46, alg="ES256", key=lambda _key: ec_key()),
)
KEYS = (
    headed("right-kid-other-key", "signature", number=47, key="other"),
    written("tampered-body", "signature", write=tampered, number=48),
    headed("jku", "signature", key="other", jku="https://evil.test/jwks"),
    headed("x5u", "signature", key="other", x5u="https://evil.test/cert.pem"),
    headed("jku-own-kid", "key-unknown", key="other", jku="https://evil.test/jwks", kid="evil"),
    headed("jwk-in-header", "signature", key="other", jwk=jwk_of(rsa_key("attacker"), "key-of-home")),
    headed("x5c-in-header", "signature", key="other", x5c=["MIIB"]),
    headed("kid-missing", "key-unknown", "token-malformed", kid=ABSENT),
    *(
        headed(f"kid-{name}", "key-unknown", "token-malformed", kid=kid)
        for name, kid in {
            "path": "../../etc/passwd", "sql": "' OR 1=1--", "nul": "key\0of-home", "10-kB": "k" * 10_000, "number": 7,
            "list": ["key-of-home"], "null": None, "empty": "", "object": {"kid": "key-of-home"}, "of-nobody": "nobody",
        }.items()
    ),
    headed("crit-unknown", "token-malformed", crit=["cairn"], cairn=True),
    headed("crit-exp", "token-malformed", crit=["exp"], exp=9_999_999_999),
    headed("b64-false", "token-malformed", b64=False, crit=["b64"]),
    headed("zip", "token-malformed", zip="DEF"),
    headed("typ-access-token", "token-malformed", typ="at+jwt"),
    written(
        "encrypted-token", "token-malformed", "algorithm",
        write=lambda *_: ".".join((encode(b'{"alg":"RSA-OAEP","enc":"A128GCM","kid":"key-of-home"}'), *("QUJD",) * 4)),
    ),
)  # fmt: skip
KEY_SETS = (
    with_key("set-with-octets", "key-unknown", make_keys=lambda _s: [{"kty": "oct", "kid": "odd", "k": encode(b"s" * 32)}]),
    with_key("set-key-for-encryption", "key-unknown", make_keys=lambda s: [s.lms.jwk(kid="odd", use="enc")]),
    with_key("set-key-alg-hs256", "key-unknown", make_keys=lambda s: [s.lms.jwk(kid="odd", alg="HS256")]),
    with_key(
        "set-key-1024-bits", "key-unknown",
        make_keys=lambda _s: [jwk_of(rsa_key("weak", 1024), "odd")], key=lambda _s: rsa_key("weak", 1024),
    ),
    with_key("set-key-exponent-1", "key-unknown", make_keys=lambda s: [s.lms.jwk(kid="odd", e="AQ")]),
    with_key("set-key-twice", "key-unknown", make_keys=lambda s: [s.lms.jwk(kid="odd"), jwk_of(rsa_key("attacker"), "odd")]),
    with_key("set-key-nonsense", "key-unknown", make_keys=lambda _s: [None, 7, "odd", {"kid": "odd"}, {"kty": "RSA", "kid": "odd"}]),
)  # fmt: skip
AUDIENCES = (
    saying("aud-wrong", "audience", number=49, status=401, aud="somebody-else"),
    saying("aud-missing", "audience", number=50, status=401, aud=ABSENT),
    saying("aud-ours-and-other-azp-other", "audience", number=52, status=401, aud=["client-home", "other"], azp="other"),
    saying("aud-ours-and-untrusted-no-azp", "audience", number=53, status=401, aud=["client-home", "untrusted"]),
    saying("aud-empty-list", "audience", number=54, status=401, aud=[]),
    saying("aud-ours-azp-other", "audience", status=401, azp="other"),
    saying("aud-list-azp-other", "audience", status=401, aud=["client-home"], azp="other"),
    saying("aud-of-the-other-client-of-this-issuer", "audience", status=401, aud="client-other"),
    saying("aud-number", "audience", status=401, aud=7),
    saying("aud-nested-list", "audience", status=401, aud=[["client-home"]]),
    saying("aud-null", "audience", status=401, aud=None),
    saying("aud-object", "audience", status=401, aud={"client-home": 1}),
    saying("azp-null-among-several", "audience", status=401, aud=["client-home", "other"], azp=None),
    saying("iss-unknown", "issuer", number=55, iss="https://elsewhere.test"),
    saying("iss-missing", "issuer", number=55, iss=ABSENT),
    saying("iss-case", "issuer", number=55, iss="https://LMS.test"),
    saying("iss-trailing-slash", "issuer", number=55, iss="https://lms.test/"),
    saying("iss-look-alike", "issuer", iss="https://lms.t\u0435st"),
    saying("iss-part", "issuer", iss="https://lms"),
    saying("iss-longer", "issuer", iss="https://lms.test.evil.test"),
    saying("iss-list", "issuer", iss=["https://lms.test"]),
    saying("iss-that-publishes-the-same-key", "issuer", iss="https://twin-lms.test"),
)
TIMES = (
    timed("exp-missing", "token-times", number=56, exp=None),
    saying("exp-string", "token-times", number=57, exp="4102444800"),
    timed("exp-past-leeway", "token-expired", iat=-130, exp=-61),
    timed("exp-ten-years-ahead", "token-times", exp=315_360_000),
    timed("exp-a-day-and-a-second-after-iat", "token-times", iat=0, exp=86_401),
    saying("exp-negative", "token-times", exp=-1),
    saying("exp-true", "token-times", exp=True),
    saying("exp-null", "token-times", exp=None),
    written("exp-1e400", "token-times", "token-malformed", write=signed_raw(with_number("exp", "1e400"))),
    written("exp-minus-1e400", "token-times", "token-malformed", write=signed_raw(with_number("exp", "-1e400"))),
    written("exp-nan", "token-times", "token-malformed", write=signed_raw(with_number("exp", "NaN"))),
    written("exp-5000-digits", "token-times", "token-malformed", write=signed_raw(with_number("exp", "9" * 5000))),
    timed("iat-missing", "token-times", iat=None),
    timed("iat-one-hour-ahead", "clock-skew", "token-times", number=60, iat=3600, exp=3660),
    timed("iat-past-leeway-ahead", "clock-skew", iat=65, exp=125),
    timed("iat-older-than-allowed", "token-too-old", number=61, iat=-670, exp=60),
    timed("iat-one-day-old", "token-too-old", iat=-86_000, exp=60),
    saying("iat-string", "token-times", iat="1795345869"),
    timed("nbf-in-the-future", "clock-skew", "token-times", nbf=120),
    saying("nbf-string", "token-times", nbf="soon"),
)
NONCES = (
    saying("nonce-missing", "nonce", number=62, nonce=ABSENT),
    saying("nonce-never-issued", "nonce", number=63, nonce="never-issued-by-anybody"),
    saying("nonce-int", "nonce", number=64, nonce=7),
    saying("nonce-empty", "nonce", nonce=""),
    saying("nonce-list", "nonce", nonce=["a"]),
)
CLAIMS = (
    saying("deployment-id-not-string", "claim-malformed", number=71, login={"lti_deployment_id": None}, deployment_id=1),
    saying("deployment-id-not-that-of-the-login", "deployment-differs", number=72, deployment_id="2"),
    saying("deployment-id-empty", "claim-malformed", "claim-missing", login={"lti_deployment_id": None}, deployment_id=""),
    saying("deployment-id-too-long", "claim-malformed", login={"lti_deployment_id": None}, deployment_id="d" * 256),
    saying("target-link-uri-missing", "claim-missing", number=73, target_link_uri=ABSENT),
    *(
        saying(f"target-{name}", "foreign-target", number=73 if name == "foreign" else None, target_link_uri=target)
        for name, target in {
            "foreign": "https://evil.test/lti/launch", "no-scheme": "//evil.test/lti/launch", "backslash": "\\\\evil.test",
            "backslash-host": "https://cairn.test\\@evil.test/", "script": "javascript:alert(1)", "data": "data:text/html,x",
            "userinfo": "https://cairn.test@evil.test/lti/launch", "our-userinfo": "https://user@cairn.test/lti/launch",
            "lines": f"{LAUNCH}\r\nset-cookie: a=b", "other-port": "https://cairn.test:8443/lti/launch",
            "http": "http://cairn.test/lti/launch", "suffix": "https://cairn.test.evil.test/lti/launch", "relative": "/lti/launch",
            "blank": "", "nul": f"{LAUNCH}\0", "look-alike": "https://c\u0430irn.test/lti/launch",
        }.items()
    ),
    saying("target-list", "claim-malformed", target_link_uri=[LAUNCH]),
    saying("resource-link-null", "claim-missing", "claim-malformed", number=74, resource_link=None),
    saying("resource-link-list", "claim-malformed", resource_link=["1"]),
    saying("resource-link-id-too-long", "claim-malformed", number=75, resource_link={"id": "r" * 256}),
    saying("context-id-too-long", "claim-malformed", number=75, context={"id": "c" * 256}),
    saying("context-list", "claim-malformed", context=["2"]),
    saying("context-without-id", "claim-missing", "claim-malformed", context={"title": "C"}),
    saying("roles-string", "claim-malformed", number=76, roles="http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"),
    saying("roles-null", "claim-missing", "claim-malformed", number=77, roles=None),
    saying("roles-7000", "claim-malformed", "token-malformed", roles=["x"] * 7_000),
    oversized("roles-100-000", roles=["x"] * 100_000),
    saying("roles-nested", "claim-malformed", roles=[["Instructor"]]),
    saying("sub-int", "claim-malformed", number=81, sub=5),
    saying("sub-empty", "claim-malformed", "no-user", number=81, sub=""),
    saying("sub-too-long", "claim-malformed", number=81, sub="s" * 256),
    saying("sub-5000", "claim-malformed", sub="s" * 5000),
    saying("sub-list", "claim-malformed", sub=["5"]),
    saying("sub-nul", "claim-malformed", sub="5\0"),
    saying("sub-line", "claim-malformed", sub="5\n6"),
    saying("sub-half-a-character", "claim-malformed", "token-malformed", sub="\ud800"),
    saying("sub-null", "no-user", "claim-missing", sub=None),
    # Canvas opens a public course without a `sub`; design 1 keeps no anonymous people.
    saying("sub-missing", "no-user", sub=ABSENT),
    saying("message-type-unknown", "message-type", number=83, message_type="LtiSomethingRequest"),
    saying("message-type-missing", "claim-missing", message_type=ABSENT),
    saying("message-type-deep-linking-without-settings", "message-type", "claim-missing", message_type="LtiDeepLinkingRequest"),
    saying("message-type-submission-review", "message-type", message_type="LtiSubmissionReviewRequest", for_user={"user_id": "5"}),
    saying("version-bogus", "version", version="1.3.1"),
    saying("version-number", "claim-malformed", "version", version=1.3),
    written("member-twice", "token-malformed", write=signed_raw(lambda claims: twice(claims, "sub", "somebody-else"))),
    written("member-twice-in-header", "token-malformed", write=twice_in_header),
    written("member-twice-inside", "token-malformed", write=signed_raw(twice_inside)),
    written("nested-10-000-deep", "token-malformed", write=signed_raw(with_number("x", "[" * 10_000 + "]" * 10_000))),
    written("not-utf-8", "token-malformed", write=signed_raw(lambda claims: dumps(claims).encode()[:-1] + b',"x":"\xff"}')),
    written("a-list", "token-malformed", write=signed_raw(lambda claims: dumps([claims]).encode())),
    written("three-words", "token-malformed", write=lambda *_: "not.a.token"),
    written("five-dots", "token-malformed", write=lambda *_: "....."),
    written("token-with-a-line-break", "token-malformed", write=lambda stage, begun: stage.token(begun.nonce) + "\n"),
    written("token-with-padding", "token-malformed", write=lambda stage, begun: stage.token(begun.nonce) + "="),
    written("token-not-ascii", "token-malformed", write=lambda stage, begun: stage.token(begun.nonce) + "\u00e9"),
    oversized("token-of-70-kB", x="y" * 53_000),
    oversized("token-of-300-kB", x="y" * 230_000),
    oversized("token-of-3-MB", x="y" * 2_300_000),
)  # fmt: skip
ATTACKS_ON_TOKENS = (*ALGORITHMS, *KEYS, *KEY_SETS, *AUDIENCES, *TIMES, *NONCES, *CLAIMS)
