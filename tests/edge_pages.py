"""The pages that need no sign-in: an invitation's in all their states, privacy and terms."""

from fastapi import FastAPI

from app.lti.invitations import invite
from app.lti.platform_profiles import list_profiles
from app.web import operators
from app.web.house import House
from tests.lti_kit import ISSUER, find_or_make_registration
from tests.pages import Page

NOBODY = "nobody"


def prepare_edge_pages(app: FastAPI) -> tuple[Page, ...]:
    """Pages that a browser without a session can open; the institution has one LMS already, so it is asked about it."""
    house: House = app.state.house
    with house.database.writing() as db:
        find_or_make_registration(db, institution="Edge University", now=house.clock())
        console = f"/operator/enter/{operators.mint_link(db, now=house.clock())}"
        link = f"/lti/register/{invite(db, name='Edge University', now=house.clock())}"
    found = [("lti.register", link), ("lti.register", f"{link}?openid_configuration={ISSUER}/c&registration_token=t")]
    found += [("lti.by_hand", f"{link}/{profile.key}") for profile in list_profiles()]
    found += [
        ("lti.by_hand", f"{link}/canvas?server=own"),
        ("lti.privacy", "/lti/privacy"),
        ("lti.terms", "/lti/terms"),
        ("operator.enter", console),
    ]
    return tuple(Page(route, path, NOBODY) for route, path in found)
