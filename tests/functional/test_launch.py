"""A person is let in from a course: what the browser sees and what is kept."""

from itertools import count

from sqlalchemy import select

from app.lti import arrival
from app.lti.models import Deployment, LineItem, LinkUser, Registration, ResourceLink, SpentNonce
from app.membership.models import Context, Membership, User, Visit
from app.web.cookies import SESSION
from app.web.models import WebSession
from tests.lti_kit import AGS_CLAIM, AGS_SCOPE, INSTRUCTOR, LEARNER, MEMBERSHIP, find_or_make_registration

EVERYTHING = (User, Context, Membership, Visit, WebSession, Deployment, ResourceLink, LinkUser, SpentNonce)
COLUMN = {"lineitem": "https://lms.test/items/7", "lineitems": "https://lms.test/items", "scope": [f"{AGS_SCOPE}score"]}
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


def one(tool, model):
    with tool.house.database.reading() as db:
        return db.scalars(select(model)).one()


def names(tool):
    with tool.house.database.reading() as db:
        return {user.sub: user.name for user in db.scalars(select(User))}


def test_a_learner_lands_on_the_home_page(tool):
    browser = tool.browser()
    response = browser.launch()
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert browser.client.get("/").status_code == 200
    assert tool.count(*EVERYTHING) == (1,) * len(EVERYTHING)


def test_a_second_launch_adds_a_visit_and_a_session_and_nothing_else(tool):
    browser = tool.browser()
    browser.launch()
    first = browser.client.cookies[SESSION]
    browser.launch()
    assert browser.client.cookies[SESSION] != first
    assert tool.count(*EVERYTHING) == (1, 1, 1, 2, 2, 1, 1, 1, 2)


def test_each_content_key_opens_its_page(tool):
    browser = tool.browser()
    targets = {
        "home": "/",
        "module/m0": "/modules/m0-roles",
        "role-set": "/modules/m0-roles/role-sets/",
        "course-list": "/",
        "office": "/office",
    }
    for key, path in targets.items():
        response = browser.launch(key=key, resource_link={"id": f"link {key}"})
        assert response.status_code == 303
        assert response.headers["location"].startswith(path), key


def test_the_address_of_a_link_may_name_the_content_too(tool):
    target = "https://cairn.test/lti/launch?open=module%2Fm0"
    response = tool.browser().launch(target_link_uri=target, login={"target_link_uri": target})
    assert response.headers["location"] == "/modules/m0-roles"
    assert one(tool, ResourceLink).key == "module/m0"


def test_staff_of_an_unmarked_course_come_home(tool):
    assert tool.browser().launch(key="course-list", roles=[INSTRUCTOR]).headers["location"] == "/"
    assert one(tool, Context).marked_at is None


def test_staff_of_a_marked_course_come_to_its_list(tool):
    here = tool.launch_as("teacher", roles=[INSTRUCTOR])
    with tool.house.database.writing() as db:
        db.get_one(Context, here.context.id).marked_at = tool.clock()
    response = tool.browser().launch(key="course-list", sub="teacher", roles=[INSTRUCTOR])
    assert str(here.context.uuid) in response.headers["location"]
    assert tool.browser().launch(key="course-list", sub="learner").headers["location"] == "/"


def test_content_that_does_not_exist_is_a_page_and_no_row(tool):
    for key in ("module/../m0", "module/none", "module/", "assessment", "../../etc/passwd", "x" * 5000):
        response = tool.browser().launch(key=key)
        assert (response.status_code, "content-unknown" in response.text) == (404, True), key
    assert tool.count(*EVERYTHING) == (0,) * len(EVERYTHING)


def test_a_known_name_is_never_lost(tool):
    tool.browser().launch(sub="1", name="Ada")
    tool.browser().launch(sub="1", name=..., email=...)
    tool.browser().launch(sub="2", name=...)
    tool.browser().launch(sub="2", name=..., given_name="Grace", family_name="Hopper")
    assert names(tool) == {"1": "Ada", "2": "Grace Hopper"}
    tool.browser().launch(sub="1", name="Ada Lovelace")
    assert names(tool)["1"] == "Ada Lovelace"


def test_people_are_told_apart_by_every_byte(tool):
    subs = ("ada", "Ada", "ada ", "\N{CYRILLIC SMALL LETTER A}da", "é", "e\N{COMBINING ACUTE ACCENT}")
    for sub in subs:
        assert tool.browser().launch(sub=sub).status_code == 303
    assert set(names(tool)) == set(subs)


def test_the_same_name_on_another_platform_is_another_person(tool):
    other = tool.add_platform(issuer="https://other.test", institution="Other University")
    tool.browser().launch(sub="1", name="Ada")
    tool.browser().launch(other, sub="1", name="Grace")
    assert tool.count(User, Context, Deployment) == (2, 2, 2)


def test_a_role_is_read_anew_at_each_launch(tool):
    tool.browser().launch(roles=[INSTRUCTOR])
    assert one(tool, Membership).is_staff
    tool.browser().launch(roles=[LEARNER])
    assert (one(tool, Membership).is_staff, one(tool, Membership).is_learner) == (False, True)


def test_a_launch_without_a_course_comes_home(tool):
    assert tool.browser().launch(context=...).headers["location"] == "/"
    assert tool.count(User, Context, Membership, ResourceLink) == (1, 0, 0, 1)


def test_an_account_is_no_course_and_a_navigation_entry_no_link(tool):
    course = "3f1c0a9be2d84716b5c07d9e6a2f41830c5be7d2"
    account = {"id": "acc0a9be2d84716b5c07d9e6a2f41830c5be7d2f", "type": ["Account"]}
    assert tool.browser().launch(context=account, resource_link={"id": account["id"]}).status_code == 303
    assert tool.count(Context, ResourceLink, LinkUser) == (0, 0, 0)
    assert tool.browser().launch(context={"id": course}, resource_link={"id": course}).status_code == 303
    assert tool.count(Context, ResourceLink, LinkUser) == (1, 0, 0)


def test_course_2_may_hold_link_2(tool):
    """Moodle counts courses and links apart."""
    tool.browser().launch(context={"id": "2"}, resource_link={"id": "2"})
    assert tool.count(Context, ResourceLink, LinkUser) == (1, 1, 1)


def test_a_column_is_kept_and_follows_its_address(tool):
    tool.browser().launch(**{AGS_CLAIM: COLUMN})
    assert (one(tool, LineItem).url, one(tool, LineItem).may_score) == ("https://lms.test/items/7", True)
    tool.browser().launch(**{AGS_CLAIM: {**COLUMN, "lineitem": "https://services.test/8", "scope": []}})
    assert (one(tool, LineItem).url, one(tool, LineItem).may_score) == ("https://services.test/8", False)
    tool.browser().launch(**{AGS_CLAIM: {"lineitems": "https://lms.test/items", "scope": []}})
    assert one(tool, LineItem).url == "https://services.test/8"


def test_a_column_in_the_clear_is_used_as_https_or_not_at_all(tool):
    tool.browser().launch(**{AGS_CLAIM: {**COLUMN, "lineitem": "http://lms.test/items/7"}})
    assert one(tool, LineItem).url == "https://lms.test/items/7"
    for url in ("ftp://lms.test/7", "https://user@lms.test/7", "javascript:alert(1)", 7, None):
        assert tool.browser().launch(**{AGS_CLAIM: {**COLUMN, "lineitem": url}}).status_code == 303
    assert one(tool, LineItem).url == "https://lms.test/items/7"


def test_a_test_user_is_not_gradable_and_stays_one(tool):
    tool.browser().launch(roles=[LEARNER, TEST_USER])
    assert (one(tool, User).is_test_user, one(tool, LinkUser).is_gradable) == (True, False)
    tool.browser().launch(roles=[LEARNER])
    assert (one(tool, User).is_test_user, one(tool, LinkUser).is_gradable) == (True, False)


def test_only_learners_are_gradable(tool):
    roles = {"a": [LEARNER], "b": [INSTRUCTOR], "c": [], "d": [LEARNER, INSTRUCTOR], "e": [f"{MEMBERSHIP}Mentor"]}
    for sub, names_of in roles.items():
        tool.browser().launch(sub=sub, roles=names_of)
    with tool.house.database.reading() as db:
        rows = db.execute(select(User.sub, LinkUser.is_gradable).join(LinkUser, LinkUser.user_id == User.id))
        assert {row.sub: row.is_gradable for row in rows} == {
            "a": True,
            "b": False,
            "c": False,
            "d": True,
            "e": False,
        }


def test_acting_as_somebody_leaves_only_a_visit(tool):
    acting = {"masquerading_id": "71", "masquerading_sub": "somebody-else"}
    browser = tool.browser()
    response = browser.launch(custom=acting, roles=[INSTRUCTOR], **{AGS_CLAIM: COLUMN})
    assert response.status_code == 303
    assert (one(tool, Visit).is_masqueraded, one(tool, WebSession).is_masqueraded) == (True, True)
    assert tool.count(User, Membership, LinkUser, ResourceLink, LineItem) == (1, 0, 0, 0, 0)


def test_unresolved_and_empty_variables_are_nobody_acting(tool):
    for custom in (
        {"masquerading_id": "$Canvas.masqueradingUser.id", "masquerading_sub": "$Canvas.masqueradingUser.userId"},
        {"masquerading_id": "", "masquerading_sub": None},
        {"masquerading_id": "71", "student_view": True},
        {"masquerading_id": ["71"]},
    ):
        assert tool.browser().launch(custom=custom).status_code == 303
    with tool.house.database.reading() as db:
        assert not any(visit.is_masqueraded for visit in db.scalars(select(Visit)))


def test_a_blocked_person_stays_out(tool):
    here = tool.launch_as("1")
    with tool.house.database.writing() as db:
        db.get_one(User, here.user.id).blocked_at = tool.clock()
    before = tool.count(*EVERYTHING)
    response = tool.browser().launch(sub="1")
    assert (response.status_code, "person-blocked" in response.text) == (403, True)
    assert tool.count(*EVERYTHING) == before


def test_a_deployment_without_an_institution_waits_and_nobody_enters(tool):
    with tool.house.database.writing() as db:
        db.get_one(Registration, tool.platform.registration_id).platform_id = None
    for _ in range(2):
        response = tool.browser().launch(deployment_id="tenant-7")
        assert (response.status_code, "deployment-pending" in response.text) == (403, True)
    assert one(tool, Deployment).platform_id is None
    assert tool.count(User, Visit, WebSession) == (0, 0, 0)


def test_an_assigned_deployment_opens(tool):
    with tool.house.database.writing() as db:
        own = find_or_make_registration(db, institution="Assigned", issuer="https://a.test", now=tool.clock())
        registration = db.get_one(Registration, tool.platform.registration_id)
        registration.platform_id = None
        db.add(
            Deployment(
                registration_id=registration.id,
                platform_id=own.platform_id,
                platform_deployment_id="t",
                created_at=tool.clock(),
            )
        )
        platform_id = own.platform_id
    assert tool.browser().launch(deployment_id="t").status_code == 303
    assert one(tool, User).platform_id == platform_id


def test_the_product_is_remembered(tool):
    canvas = {"product_family_code": "canvas", "version": "cloud", "guid": "g"}
    tool.browser().launch(tool_platform=canvas)
    tool.browser().launch(tool_platform=...)
    assert (one(tool, Registration).product, one(tool, Registration).product_version) == ("canvas", "cloud")


def test_a_course_that_staff_open_is_marked_at_once_in_development(settings, clock):
    from tests.lti_kit import Tool  # noqa: PLC0415

    tool = Tool(settings.model_copy(update={"env": "development"}), clock)
    tool.browser().launch()
    assert one(tool, Context).marked_at is None
    response = tool.browser().launch(sub="t", roles=[INSTRUCTOR], key="course-list")
    assert one(tool, Context).marked_at == clock()
    assert str(one(tool, Context).uuid) in response.headers["location"]
    tool.close()


def test_old_nonces_are_purged_and_young_ones_stay(tool, clock, monkeypatch):
    """S16."""
    # All launches of this process are counted, so any one of these could be the one that purges.
    monkeypatch.setattr(arrival, "_launches", count(1))
    tool.browser().launch()
    clock.pass_by(hours=25)
    tool.browser().launch()
    assert tool.count(SpentNonce) == (2,)
    monkeypatch.setattr(arrival, "_launches", iter([arrival._PURGE_EACH]))
    tool.browser().launch()
    assert tool.count(SpentNonce) == (2,)
