"""1EdTech certification guide 6.1.1: the known bad payloads, by their numbers and names there."""

import pytest

from tests.attack_kit import assert_refused
from tests.attack_tokens import ABSENT, CLAIM, SHORT_NAMES, rsa_key, write_token


def with_header(stage, **header: object):
    def write(begun):
        changed = {name: value for name, value in {**stage.lms.header, **header}.items() if value is not ABSENT}
        return write_token(changed, stage.claims(begun.nonce), stage.lms.key)

    return stage.launch(write)


def with_body(stage, make_body):
    return stage.launch(lambda begun: write_token(stage.lms.header, make_body(begun), stage.lms.key))


def without(stage, *names: str):
    return stage.launch(**dict.fromkeys(names, ABSENT))


BAD_PAYLOADS = {
    "01 No KID Sent in JWT header": (lambda stage: with_header(stage, kid=ABSENT), ("key-unknown",)),
    "02 Incorrect KID in JWT header": (lambda stage: with_header(stage, kid="of-nobody"), ("key-unknown",)),
    "03 Wrong LTI Version": (lambda stage: stage.launch(version="11.3"), ("version",)),
    "04 No LTI Version": (lambda stage: without(stage, "version"), ("claim-missing",)),
    "05 Invalid LTI message, not a 1.3 launch": (
        lambda stage: with_body(stage, lambda _begun: {"name": "badltilaunch"}), ("nonce", "issuer", "audience"),
    ),
    "05 Invalid LTI message, signed but without any LTI claim": (
        lambda stage: without(stage, *SHORT_NAMES), ("claim-missing",),
    ),
    "05 Invalid LTI message, not a JWT": (lambda stage: stage.launch(lambda _begun: "no token"), ("token-malformed",)),
    "06 Missing LTI Claims": (lambda stage: without(stage, "version", "deployment_id", "roles"), ("claim-missing",)),
    "07 Timestamps Incorrect": (lambda stage: stage.launch(iat=11_111, exp=22_222), ("token-expired", "token-too-old")),
    "07 Timestamps Incorrect, missing": (lambda stage: without(stage, "iat", "exp"), ("token-times",)),
    "08 message_type Claim Missing": (lambda stage: without(stage, "message_type"), ("claim-missing",)),
    "09 role Claim Missing": (lambda stage: without(stage, "roles"), ("claim-missing",)),
    "10 deployment_id Claim Missing": (lambda stage: without(stage, "deployment_id"), ("claim-missing",)),
    "11 resource_link_id Claim Missing": (lambda stage: stage.launch(resource_link={"title": "x"}), ("claim-missing",)),
    "11 resource_link_id Claim Missing, whole link": (lambda stage: without(stage, "resource_link"),
        ("claim-missing",)),
    "12 user Claim Missing": (lambda stage: without(stage, "sub"), ("no-user",)),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_PAYLOADS)
def test_bad_payload_is_refused(stage, case):
    run, codes = BAD_PAYLOADS[case]
    tried = run(stage)
    assert_refused(tried, *codes)
    assert stage.failures()[tried.code][1] == stage.clock()


@pytest.mark.parametrize(
    "name", sorted({"message_type", "version", "deployment_id", "target_link_uri", "resource_link", "roles"})
)
def test_06_each_missing_lti_claim_is_refused(stage, name):
    """S12, S15."""
    tried = without(stage, name)
    assert_refused(tried, "claim-missing", status=400)
    assert CLAIM not in tried.answer.text


def test_02_a_key_that_the_platform_never_published_is_refused(stage):
    token = lambda begun: write_token(  # noqa: E731  the table's shape
        {**stage.lms.header, "kid": "new"}, stage.claims(begun.nonce), rsa_key("unpublished")
    )
    assert_refused(stage.launch(token), "key-unknown", status=401)


def test_the_page_of_a_refusal_leads_back_to_the_course(stage):
    """Once the signature was good, the signed way back is offered."""
    tried = stage.launch(version="11.3")
    assert 'href="https://lms.test/mod/lti/return.php?course=2&amp;lti_errormsg=' in tried.answer.text


def test_a_refusal_before_the_signature_was_good_leads_nowhere(stage):
    tried = stage.launch(lambda begun: write_token(stage.lms.header, stage.claims(begun.nonce), rsa_key("attacker")))
    assert "return.php" not in tried.answer.text


def test_a_failure_is_counted_at_most_once_a_minute(fresh_stage):
    stage = fresh_stage
    for _ in range(5):
        stage.launch(version="11.3")
        stage.clock.pass_by(seconds=5)
    count, first_at = stage.failures()["version"]
    assert count == 1
    stage.clock.pass_by(seconds=60)
    stage.launch(version="11.3")
    later_count, later_at = stage.failures()["version"]
    assert later_count > count
    assert later_at > first_at
    assert set(stage.failures()) == {"version"}


def test_failures_are_counted_by_reason_and_registration(fresh_stage):
    stage = fresh_stage
    stage.launch(version="11.3")
    stage.launch(sub=ABSENT)
    stage.launch(lms=stage.platforms["far"], sub=ABSENT)
    assert {reason: count for reason, (count, _at) in stage.failures().items()} == {"version": 1, "no-user": 1}
    assert set(stage.failures(stage.platforms["far"])) == {"no-user"}
    assert stage.failures(stage.platforms["same issuer"]) == {}
