"""A course whose links stand in every way that a gradebook column can stand."""

from app.lti.models import LineItem, ResourceLink
from app.lti.offer_models import LineItemOffer
from app.membership.models import Context, Institution
from app.web.house import House
from tests.lti_kit import find_or_make_registration

LINE_ITEMS = "https://lms.test/lineitems"
# The link's title, its column (address, may score, gone), and the state and the reason of its offer.
COLUMNS = (
    ("Column of the LMS", ("own", True, False), None, None),
    ("Column that takes nothing", ("closed", False, False), None, None),
    ("Column of ours", ("ours", True, False), "made", None),
    ("Nothing yet", None, "open", None),
    ("Nothing to be had", None, None, None),
    ("Just asked", None, "asked", None),
    ("Asked in vain so far", None, "making", "lms-error"),
    ("Being filled", ("filling", True, False), "filling", None),
    ("Refused", None, "refused", "forbidden"),
    ("Refused for a reason of its own", None, "refused", "status-418"),
    ("Taken away", ("gone", True, True), "open", None),
)


def add_columns(house: House, context: Context) -> None:
    now = house.clock()
    with house.database.writing() as db:
        institution = db.get_one(Institution, context.institution_id)
        registration = find_or_make_registration(db, institution=institution.name, now=now)
        for number, (title, column, state, reason) in enumerate(COLUMNS):
            link = ResourceLink(
                institution_id=context.institution_id, deployment_id=context.deployment_id, context_id=context.id,
                platform_link_id=f"column-{number}", key="module/m0" if number else "home",
                title=title if number else None, created_at=now,
            )  # fmt: skip
            db.add(link)
            db.flush()
            if column is not None:
                url, may_score, is_gone = column
                db.add(LineItem(
                    institution_id=context.institution_id, resource_link_id=link.id, url=f"{LINE_ITEMS}/{url}",
                    may_score=may_score, gone_at=now if is_gone else None, seen_at=now,
                ))  # fmt: skip
            if state is not None:
                db.add(LineItemOffer(
                    institution_id=context.institution_id, registration_id=registration.id, resource_link_id=link.id,
                    url=LINE_ITEMS, state=state, reason=reason, status=500 if reason else None,
                    next_at=now if state in {"asked", "making", "filling"} else None, seen_at=now,
                    made_url=f"{LINE_ITEMS}/ours" if state == "made" else None,
                ))  # fmt: skip
