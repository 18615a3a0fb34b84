"""Notices as platforms send them, and as nobody should: forged, replayed, for others, huge."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from app.lti.copy_models import ContextOrigin
from app.lti.models import Deployment, ResourceLink
from app.lti.notice_models import Notice
from app.lti.notices import KEPT, drain, notice_job
from app.lti.receiving import MOST_A_DAY
from app.membership.models import Context, ContextCopy, Platform
from tests.lti_kit import BASE_URL, CLAIM, make_key

M0 = {"cairn_key": "module/m0"}
GONE = ...
NOTICE, DEPLOYMENT, VERSION = f"{CLAIM}notice", f"{CLAIM}deployment_id", f"{CLAIM}version"
ORIGINS, CONTEXT = f"{CLAIM}origin_contexts", f"{CLAIM}context"


def notice_claims(platform, *, name="notice-1", kind="LtiContextCopyNotice", **changes: Any):
    """The claims of a valid notice: course "copy" was copied from "old"."""
    made_at = int(platform.clock().timestamp())
    claims = {
        "iss": platform.issuer, "aud": platform.client_id, "azp": platform.client_id, "iat": made_at,
        "exp": made_at + 3600, "nonce": f"nonce of {name}", VERSION: "1.3.0", DEPLOYMENT: "1",
        NOTICE: {"id": name, "timestamp": "2026-11-22T14:03:00Z", "type": kind},
        CONTEXT: {"id": "copy", "title": "A copy"}, ORIGINS: ["old"],
    }  # fmt: skip
    return {name: value for name, value in {**claims, **changes}.items() if value is not GONE}


def post(tool, *tokens: str, body=None, kind="application/json"):
    sent = body if body is not None else json.dumps({"notices": [{"jwt": token} for token in tokens]})
    return tool.browser().client.post("/lti/notices", content=sent, headers={"content-type": kind})


def tell(tool, platform=None, *, headers=None, **changes: Any):
    platform = platform or tool.platform
    return post(tool, platform.sign(notice_claims(platform, **changes), **(headers or {})))


def work_off(tool):
    with tool.house.database.reading() as db:
        lanes = notice_job().list_due(db, tool.clock())
    for lane in lanes:
        while drain(tool.house, lane):
            continue


def read_origins(tool):
    with tool.house.database.reading() as db:
        return [(one.platform_context_id, one.origin_context_id) for one in db.scalars(select(ContextOrigin))]


@pytest.fixture
def known(tool):
    """A course "old" that was opened, by a link to the first module."""
    answer = tool.browser().launch(
        custom=M0, context={"id": "old", "title": "Old"}, resource_link={"id": "first", "title": "Module"}
    )
    assert answer.status_code == 303
    return tool


def open_copy(tool):
    """The first launch in the copy: neither the link's key nor any history came along."""
    return (
        tool.browser()
        .launch(context={"id": "copy", "title": "Copy"}, resource_link={"id": "new", "title": "Module"})
        .headers["location"]
    )


def test_a_notice_lets_the_first_launch_in_the_copy_find_its_origin(known):
    assert (tell(known).status_code, tell(known).json()) == (200, {})
    work_off(known)
    assert open_copy(known) == "/modules/m0-roles"
    with known.house.database.reading() as db:
        ids = {one.platform_context_id: one.id for one in db.scalars(select(Context))}
        (copy,) = db.scalars(select(ContextCopy))
        assert (copy.context_id, copy.ancestor_id) == (ids["copy"], ids["old"])
        assert db.scalars(select(Notice)).one().read_at is not None


def test_a_notice_that_came_after_the_first_launch_still_names_the_origin(known):
    assert open_copy(known) == "/"
    tell(known)
    work_off(known)
    assert known.count(ContextCopy) == (1,)


def test_a_notice_is_read_once_however_often_it_is_sent(known):
    token = known.platform.sign(notice_claims(known.platform))
    assert [post(known, token).status_code, post(known, token, token).status_code] == [200, 200]
    assert tell(known, nonce="another").status_code == 200
    work_off(known)
    assert (known.count(Notice), read_origins(known)) == ((1,), [("copy", "old")])


def test_a_nonce_serves_one_notice(known):
    tell(known)
    again = tell(known, name="notice-2", nonce="nonce of notice-1")
    assert (again.status_code, again.json()) == (403, {"error": "already-used"})
    assert known.count(Notice) == (1,)


def test_several_notices_come_in_one_request_and_good_ones_are_kept_beside_a_bad_one(known):
    platform = known.platform
    good = [platform.sign(notice_claims(platform, name=f"n{number}")) for number in range(3)]
    bad = platform.sign(notice_claims(platform, name="bad"), key=make_key("second"))
    assert post(known, *good, bad).status_code == 401
    assert known.count(Notice) == (3,)


def test_kinds_that_are_not_for_us_are_taken_and_forgotten(known):
    assert tell(known, kind="LtiAssetProcessorSubmissionNotice").status_code == 200
    assert known.count(Notice) == (0,)


@pytest.mark.parametrize(
    ("changes", "status", "word"),
    [
        ({"aud": "somebody-else", "azp": "somebody-else"}, 401, "not-verified"),
        ({"azp": "somebody-else"}, 401, "not-verified"),
        ({"aud": ["client of Test University", "x"], "azp": GONE}, 401, "not-verified"),
        ({"aud": GONE, "azp": GONE}, 401, "not-verified"),
        ({"aud": [{}], "azp": GONE}, 401, "not-verified"),
        ({"aud": "", "azp": ""}, 401, "not-verified"),
        ({"iss": "https://evil.test"}, 401, "not-verified"),
        ({"iss": 7}, 401, "not-verified"),
        ({"iss": "https://lms.test\x00"}, 401, "not-verified"),
        ({"exp": 1}, 401, "not-verified"),
        ({"exp": GONE}, 401, "not-verified"),
        ({"iat": "now"}, 401, "not-verified"),
        ({"nonce": GONE}, 401, "not-verified"),
        ({"nonce": ""}, 401, "not-verified"),
        ({"nonce": "x" * 2000}, 401, "not-verified"),
        ({VERSION: "1.1"}, 400, "malformed"),
        ({VERSION: GONE}, 400, "malformed"),
        ({NOTICE: GONE}, 400, "malformed"),
        ({NOTICE: "text"}, 400, "malformed"),
        ({NOTICE: {"type": "LtiContextCopyNotice"}}, 400, "malformed"),
        ({NOTICE: {"id": "a" * 256, "type": "LtiContextCopyNotice"}}, 400, "malformed"),
        ({NOTICE: {"id": "a\x00b", "type": "LtiContextCopyNotice"}}, 400, "malformed"),
        ({NOTICE: {"id": "a", "type": "x" * 65}}, 400, "malformed"),
        ({DEPLOYMENT: GONE}, 400, "malformed"),
        ({DEPLOYMENT: 1}, 400, "malformed"),
        ({DEPLOYMENT: "another"}, 403, "unknown-deployment"),
    ],
)
def test_what_is_wrong_with_a_notice_is_refused_and_leaves_nothing(known, changes, status, word):
    answer = tell(known, **changes)
    assert (answer.status_code, answer.json()) == (status, {"error": word})
    assert known.count(Notice, ContextOrigin) == (0, 0)


@pytest.mark.parametrize("hours", [-1, 1])
def test_old_and_future_notices_are_refused_by_the_launchs_own_rules(known, hours):
    made_at = int((known.clock() + timedelta(hours=hours)).timestamp())
    assert tell(known, iat=made_at, exp=made_at + 3 * 3600).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [{"algorithm": "none"}, {"algorithm": "HS256", "key": b"secret of some length, for the sake of it"}, {"kid": None},
     {"kid": "unknown"}, {"key": make_key("second")}, {"crit": ["x"]}],
)  # fmt: skip
def test_forged_signatures_are_refused(known, headers):
    assert tell(known, headers=headers).status_code in {400, 401}
    assert known.count(Notice) == (0,)


def test_another_registrations_deployment_cannot_be_spoken_for(known):
    """Signed well, by a platform of another institution, about the first one's deployment and courses."""
    stranger = known.add_platform(institution="Other University", client_id="other", issuer="https://other.test")
    answer = tell(known, stranger)
    assert (answer.status_code, answer.json()) == (403, {"error": "unknown-deployment"})
    stranger_token = stranger.sign(notice_claims(known.platform), key=make_key("second"))
    assert post(known, stranger_token).status_code == 401
    assert known.count(Notice) == (0,)


def test_an_origin_in_another_institution_is_never_found(known):
    stranger = known.add_platform(institution="Other University", client_id="other", issuer="https://other.test")
    known.browser().launch(stranger, context={"id": "theirs", "title": "T"}, custom=M0)
    assert tell(known, stranger).status_code == 200
    work_off(known)
    known.browser().launch(
        stranger, context={"id": "copy", "title": "C"}, resource_link={"id": "new", "title": "Module"}
    )
    with known.house.database.reading() as db:
        assert db.scalars(select(ResourceLink.key).where(ResourceLink.platform_link_id == "new")).one() == "undecided"
        assert db.scalars(select(ContextCopy)).all() == []


def test_a_deployment_that_waits_for_its_institution_has_no_notices(known):
    with known.house.database.writing() as db:
        row = Deployment(
            registration_id=known.platform.registration_id, platform_deployment_id="waiting", created_at=known.clock()
        )
        db.add(row)
    assert tell(known, **{DEPLOYMENT: "waiting"}).status_code == 403


def test_a_closed_registration_is_unknown(known):
    from app.lti.models import Registration  # noqa: PLC0415

    with known.house.database.writing() as db:
        db.get_one(Registration, known.platform.registration_id).is_active = False
    assert tell(known).status_code == 401


def test_nobody_is_asked_for_keys_for_a_stranger_or_for_a_wrong_audience(known, clock):
    clock.pass_by(hours=2)
    fetched = known.platform.fetches
    tell(known, iss="https://evil.test", headers={"kid": "new"})
    tell(known, azp="x", headers={"kid": "new"})
    assert known.platform.fetches == fetched
    for number in range(5):
        assert tell(known, headers={"kid": f"new-{number}"}).status_code == 401
    assert known.platform.fetches == fetched + 1


def test_origins_are_bounded_and_what_is_no_id_is_left_out(known):
    many = [f"c{number}" for number in range(5000)]
    assert tell(known, **{ORIGINS: [7, None, "x" * 300, "copy", "old", *many]}).status_code == 200
    work_off(known)
    origins = read_origins(known)
    assert len(origins) == 24
    assert ("copy", "old") in origins
    assert open_copy(known) == "/modules/m0-roles"


def test_ten_thousand_origins_are_too_many_for_any_token(known):
    answer = tell(known, **{ORIGINS: [f"course-{number}" for number in range(10_000)]})
    assert answer.status_code == 400
    assert known.count(Notice) == (0,)


@pytest.mark.parametrize("odd", [GONE, None, "old", {"id": "old"}, [], [{}]])
def test_a_copy_without_origins_is_taken(known, odd):
    assert tell(known, **{ORIGINS: odd}).status_code == 200
    work_off(known)
    assert read_origins(known) == []


@pytest.mark.parametrize("odd", [GONE, None, "copy", {}, {"id": 7}])
def test_a_copy_without_a_course_is_taken(known, odd):
    assert tell(known, **{CONTEXT: odd}).status_code == 200
    work_off(known)
    assert read_origins(known) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400), ("[]", 400), ("null", 400), ('{"notices": 7}', 400), ('{"notices": [7]}', 400),
        ('{"notices": [{"jwt": 7}]}', 400), ('{"notices": [{"jwt": "é"}]}', 400), ('{"notices": [{}]}', 400),
        ('{"notices": [{"jwt": "a.b.c"}]}', 400), ('{"notices": []}', 200), ("[" * 100_000, 400),
        ('{"notices": [' + ",".join(['{"jwt": "a.b.c"}'] * 51) + "]}", 413), ("x" * 600_000, 413), (b"\xff\xfe", 400),
    ],
)  # fmt: skip
@pytest.mark.one_database("nothing of these bodies reaches a database")
def test_no_body_does_any_harm(tool, body, status):
    answer = post(tool, body=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.one_database("no body is read")
def test_only_json_is_taken(tool):
    assert post(tool, body="{}", kind="application/x-www-form-urlencoded").status_code == 415
    assert tool.browser().client.get("/lti/notices").status_code == 405


def test_a_registration_is_heard_so_often_a_day_and_then_again(known, clock):
    with known.house.database.writing() as db:
        deployment = db.scalars(select(Deployment)).one()
        row = {
            "registration_id": deployment.registration_id, "deployment_id": deployment.id, "told": {},
            "notice_type": "LtiHelloWorldNotice", "received_at": known.clock(), "read_at": known.clock(),
        }  # fmt: skip
        db.execute(insert(Notice), [{**row, "notice_id": f"many-{number}"} for number in range(MOST_A_DAY)])
    answer = tell(known)
    assert (answer.status_code, answer.json()) == (429, {"error": "too-many"})
    clock.pass_by(days=1, minutes=1)
    assert tell(known).status_code == 200


def test_what_was_read_is_forgotten_after_a_month(known, clock):
    tell(known)
    work_off(known)
    clock.pass_by(seconds=KEPT.total_seconds() + 60)
    tell(known, name="notice-2", kind="LtiHelloWorldNotice")
    work_off(known)
    with known.house.database.reading() as db:
        assert [one.notice_id for one in db.scalars(select(Notice))] == ["notice-2"]
    assert read_origins(known) == [("copy", "old")]


def test_the_address_is_the_fixed_one(known):
    assert f"{BASE_URL}{known.app.url_path_for('lti.notices')}" == "https://cairn.test/lti/notices"


def test_platforms_of_one_institution_keep_their_origins_apart(known):
    beta = known.add_platform(issuer="https://beta.test", client_id="beta")
    known.browser().launch(beta, context={"id": "x", "title": "X"}, custom=M0)
    tell(known, beta)
    work_off(known)
    assert open_copy(known) == "/"
    with known.house.database.reading() as db:
        assert len(db.scalars(select(Platform)).all()) == 2
