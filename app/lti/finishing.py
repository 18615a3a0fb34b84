"""The end of every registration: who is connected, what comes next in that LMS, and the administrator's code."""

from dataclasses import dataclass

from app.lti.models import Registration
from app.lti.platform_profiles import Profile, recognize
from app.membership import codes
from app.web.house import House


@dataclass(frozen=True)
class Finished:
    """What the last page shows. `code` makes an administrator of the LMS our LMS admin; it is shown once."""

    host: str
    profile: Profile
    code: str | None


def finish(house: House, registration: Registration, profile: Profile | None = None) -> Finished:
    """`profile` where somebody has said which LMS it is. Writes the code."""
    with house.database.writing() as db:
        code = codes.make_code_for_platform(db, platform_id=registration.platform_id, now=house.clock())
    known = profile or recognize(registration.product, registration.issuer)
    return Finished(registration.issuer, known, code)
