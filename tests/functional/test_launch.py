"""A person is let in from a course: what the browser sees and what is kept."""

from app.lti.models import Deployment, LinkUser, ResourceLink, SpentNonce
from app.membership.models import Context, Membership, User, Visit
from app.web.models import WebSession


def test_a_learner_lands_on_the_home_page(tool):
    browser = tool.browser()
    response = browser.launch()
    assert response.status_code == 303
    assert response.headers["location"] == "/"
    assert browser.client.get("/").status_code == 200
    assert (
        tool.count(User, Context, Membership, Visit, WebSession, Deployment, ResourceLink, LinkUser, SpentNonce)
        == (1,) * 9
    )
