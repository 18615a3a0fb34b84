"""What an attack is, and the ways to make one of an honest launch."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from json import dumps
from typing import Any

from tests.attack_kit import Begun, Stage, Tried
from tests.attack_tokens import (
    ABSENT,
    CLAIM,
    encode,
    encode_number,
    jwk_of,
    rsa_key,
    twice,
    write_token,
)  # fmt: skip


@dataclass(frozen=True)
class Attack:
    """One way in. `codes` are the reasons that a page may give.

    `number` is the case of the list in lti.md section 2, `security` the number in security.md section 5 ("S1").
    """

    name: str
    codes: tuple[str, ...]
    run: Callable[[Stage], Tried]
    number: int | None = None
    status: int | None = None
    # Where the state was good the registration is known, and the failure is counted for it.
    counted_for: str | None = "home"
    security: str = ""

    @property
    def id(self) -> str:
        return "-".join(str(part) for part in (self.security, self.number, self.name) if part)


def under(security: str, *attacks: Attack) -> tuple[Attack, ...]:
    """These attacks are what security.md section 5 lists under that number."""
    return tuple(replace(attack, security=security) for attack in attacks)


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


def with_key(
    name: str, *codes: str, make_keys: Callable[[Stage], Any], number: int | None = None, key: Any = None, **header: Any
) -> Attack:
    """The platform's key set holds this, and the token is signed by `key` under the name `odd`, with that header."""

    def run(stage: Stage) -> Tried:
        stage.lms.keys = [stage.lms.jwk(), *make_keys(stage)]
        signer = key(stage) if key else stage.lms.key
        return stage.launch(
            lambda begun: write_token({**stage.lms.header, "kid": "odd", **header}, stage.claims(begun.nonce), signer)
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
