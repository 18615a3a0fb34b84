"""Each rule on claims, by plain values."""

from datetime import UTC, datetime, timedelta

import pytest

from app.lti.claims import CLAIM, Expected, check_audience, check_times, read_launch
from app.lti.launches import Message
from app.lti.refusals import Reason, Refused
from app.lti.states import State, hash_text

NOW = datetime(2026, 11, 22, 14, 3, tzinfo=UTC)
STAMP = int(NOW.timestamp())
TARGET = "https://cairn.test/lti/launch"
STATE = State(NOW, 7, "secret", hash_text(TARGET), "")
EXPECTED = Expected("https://lms.test", "us", "nonce", STATE, NOW, "https://cairn.test", allow_http=False)
PARTY = {"issuer": "https://lms.test", "client_id": "us"}


def reason_of(check, *args: object, **named: object):
    with pytest.raises(Refused) as refused:
        check(*args, **named)
    return refused.value.reason


def claims(**changes: object):
    found = {
        "sub": "1",
        f"{CLAIM}deployment_id": "1",
        f"{CLAIM}target_link_uri": TARGET,
        f"{CLAIM}roles": [],
        f"{CLAIM}resource_link": {"id": "l"},
    }
    for name, value in changes.items():
        full = name if name in {"sub", "name", "email", "locale"} else CLAIM + name
        found[full] = value
        if value is ...:
            del found[full]
    return found


def read(**changes: object):
    return read_launch(claims(**changes), EXPECTED, ends_at=NOW, message=Message.RESOURCE_LINK)


@pytest.mark.parametrize(
    "more",
    [
        {"aud": "us"},
        {"aud": ["us"]},
        {"aud": ["us"], "azp": "us"},
        {"aud": "us", "azp": "us"},
        {"aud": ["x", "us"], "azp": "us"},
    ],
)
def test_audiences_that_are_for_us(more):
    check_audience({"iss": "https://lms.test", **more}, **PARTY)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"aud": "them"},
        {"aud": []},
        {"aud": ["us", "x"]},
        {"aud": ["us", "us"]},
        {"aud": "us", "azp": "x"},
        {"aud": ["us", "x"], "azp": "x"},
        {"aud": "us", "azp": None},
        {"aud": {"us": 1}},
        {"aud": 7},
        {"aud": [["us"]]},
        {"aud": "us "},
        {"aud": "US"},
    ],
)
def test_audiences_that_are_not(more):
    assert reason_of(check_audience, {"iss": "https://lms.test", **more}, **PARTY) is Reason.AUDIENCE


@pytest.mark.parametrize(
    "issuer", ["https://lms.test/", "https://LMS.test", "https://lms.tes", ["https://lms.test"], None, 7]
)
def test_the_issuer_is_compared_by_its_bytes(issuer):
    assert reason_of(check_audience, {"iss": issuer, "aud": "us"}, **PARTY) is Reason.ISSUER


@pytest.mark.parametrize(
    ("iat", "exp"),
    [
        (STAMP, STAMP + 60),
        (STAMP - 300, STAMP + 3300),
        (STAMP - 660, STAMP + 3600),
        (STAMP + 60, STAMP + 90),
        (STAMP - 120, STAMP - 60),
        (STAMP - 1, STAMP + 86_399),
        (STAMP + 0.5, STAMP + 60.5),
    ],
)
def test_times_within_a_minute_of_ours(iat, exp):
    assert check_times({"iat": iat, "exp": exp, "nbf": iat}, NOW) == datetime.fromtimestamp(exp, UTC)


@pytest.mark.parametrize(
    ("iat", "exp", "reason"),
    [
        (STAMP - 120, STAMP - 61, Reason.TOKEN_EXPIRED),
        (STAMP - 661, STAMP + 60, Reason.TOKEN_TOO_OLD),
        (STAMP + 61, STAMP + 120, Reason.CLOCK_SKEW),
        (STAMP, STAMP + 86_401, Reason.TOKEN_TIMES),
        (STAMP, STAMP, Reason.TOKEN_TIMES),
        (STAMP, STAMP - 30, Reason.TOKEN_TIMES),
        (None, STAMP, Reason.TOKEN_TIMES),
        (STAMP, None, Reason.TOKEN_TIMES),
        (STAMP, str(STAMP + 60), Reason.TOKEN_TIMES),
        (-5, STAMP, Reason.TOKEN_TIMES),
        (STAMP, float("inf"), Reason.TOKEN_TIMES),
        (STAMP, 10**400, Reason.TOKEN_TIMES),
        (True, STAMP, Reason.TOKEN_TIMES),
        (STAMP, [STAMP], Reason.TOKEN_TIMES),
        (STAMP, {}, Reason.TOKEN_TIMES),
        (0, STAMP, Reason.TOKEN_TIMES),
    ],
)
def test_times_that_do_not_hold(iat, exp, reason):
    assert reason_of(check_times, {"iat": iat, "exp": exp}, NOW) is reason


def test_a_token_that_begins_later_waits():
    assert reason_of(check_times, {"iat": STAMP, "exp": STAMP + 600, "nbf": STAMP + 61}, NOW) is Reason.CLOCK_SKEW


@pytest.mark.parametrize("sub", [7, "", [], {}, "x" * 256, "a\0", "a\n", True])
def test_an_identifier_that_is_none(sub):
    assert reason_of(read, sub=sub) is Reason.CLAIM_MALFORMED


@pytest.mark.parametrize("sub", [None, ...])
def test_nobody_is_not_let_in(sub):
    assert reason_of(read, sub=sub) is Reason.NO_USER


@pytest.mark.parametrize(
    "changes",
    [
        {"deployment_id": 7},
        {"deployment_id": ""},
        {"deployment_id": "x" * 256},
        {"roles": "Instructor"},
        {"roles": {}},
        {"roles": [7]},
        {"roles": [["x"]]},
        {"roles": ["x"] * 251},
        {"resource_link": []},
        {"resource_link": {"id": 7}},
        {"resource_link": {"id": "x" * 256}},
        {"context": []},
        {"context": "c"},
        {"context": {"id": []}},
        {"target_link_uri": 7},
    ],
)
def test_claims_of_another_form(changes):
    assert reason_of(read, **changes) is Reason.CLAIM_MALFORMED


@pytest.mark.parametrize(
    "changes",
    [
        {"deployment_id": ...},
        {"deployment_id": None},
        {"roles": ...},
        {"roles": None},
        {"resource_link": ...},
        {"resource_link": None},
        {"resource_link": {}},
        {"target_link_uri": ...},
        {"context": {"title": "x"}},
    ],
)
def test_claims_that_are_missing(changes):
    assert reason_of(read, **changes) is Reason.CLAIM_MISSING


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.test/lti/launch",
        "//cairn.test/",
        "https://cairn.test@evil.test",
        "https://cairn.test:444/",
        "/lti/launch",
        "https://cairn.test\\@evil.test",
        "javascript:alert(1)",
        "http://cairn.test/",
        "https://cairn.test\r\n",
        "",
        "https://cairn.test." + "x" * 3000,
    ],
)
def test_targets_that_are_not_ours(target):
    assert reason_of(read, target_link_uri=target) is Reason.FOREIGN_TARGET


def test_a_target_of_ours_that_differs_is_told():
    assert not read().target_differs
    assert read(target_link_uri=f"{TARGET}?open=home").target_differs


@pytest.mark.parametrize("odd", [7, [], "text", True, None, {"id": 7}])
def test_optional_claims_of_odd_form_count_as_absent(odd):
    launch = read(
        custom=odd, launch_presentation=odd, tool_platform=odd, lis=odd, name=[odd], email={"a": odd}, locale=[odd]
    )
    assert (launch.key, launch.return_url, launch.product, launch.origins) == ("", None, None, ())
    assert (launch.person.name, launch.person.email, launch.person.locale) == (None, None, None)


def test_texts_are_cleaned_and_cut():
    person = read(name="Ada\0\u202e\r\n Love" + "x" * 1000, email=" ", locale="../../etc").person
    assert person.name.startswith("Ada  Love")
    assert len(person.name) == 300
    assert not {"\0", "\n", "\u202e"} & set(person.name)
    assert (person.email, person.locale) == (None, None)


def test_the_deployment_that_the_login_named_is_kept_to():
    state = State(NOW, 7, "secret", hash_text(TARGET), hash_text("2"))
    expected = Expected("https://lms.test", "us", "nonce", state, NOW, "https://cairn.test", allow_http=False)
    assert (
        reason_of(read_launch, claims(), expected, ends_at=NOW, message=Message.RESOURCE_LINK)
        is Reason.DEPLOYMENT_DIFFERS
    )
    found = read_launch(claims(deployment_id="2"), expected, ends_at=NOW, message=Message.RESOURCE_LINK)
    assert found.deployment_id == "2"


@pytest.mark.parametrize(
    ("custom", "key"),
    [
        ({}, ""),
        ({"cairn_key": "module/m0"}, "module/m0"),
        ({"cairn_key": ""}, ""),
        ({"cairn_key": "$x"}, ""),
        ({"cairn_key": ["module/m0"]}, ""),
        ({"cairn_key": 7}, "7"),
    ],
)
def test_the_content_that_a_link_names(custom, key):
    assert read(custom=custom).key == key


def test_the_leeway_and_the_age_are_as_agreed():
    from app.lti import claims as module  # noqa: PLC0415

    assert timedelta(seconds=60) == module.LEEWAY
    assert timedelta(minutes=10) == module.OLDEST
    assert timedelta(hours=24) == module.LONGEST_LIFE
