"""A registration made by hand under an invitation: the key set is looked at, then the connection is kept."""

from app.lti import invitations
from app.lti.connections import Connection, find_existing, keep
from app.lti.models import Registration
from app.lti.public_keys import read_keys
from app.lti.renewal import Candidate, Renewal, list_candidates
from app.outbound.errors import OutboundError
from app.outbound.errors import Reason as CallReason
from app.web.house import House
from app.web.texts import gettext as _

MOST_BYTES = 262_144


class WhichSite(Exception):  # noqa: N818  a question, not an error
    """It may be a site that is connected already: somebody has to say."""

    def __init__(self, candidates: tuple[Candidate, ...]) -> None:
        super().__init__()
        self.candidates = candidates


def find_keyset_problem(house: House, url: str) -> str | None:
    """A sentence where the LMS's keys cannot be had from there; blocks on the LMS."""
    try:
        found = house.outbound.get_json(url, limit=MOST_BYTES)
    except OutboundError as error:
        if error.reason is CallReason.NOT_ALLOWED:
            return _("The LMS's keys lie in a private network, where Cairn may not go.")
        return _("Cairn asked for the LMS's keys at {url} and did not get them ({reason}).").format(
            url=url, reason=str(error)
        )
    return None if read_keys(found) else _("There are no keys of an LMS at {url}.").format(url=url)


def register_by_hand(house: House, *, invitation: str, connection: Connection, renewal: Renewal) -> Registration:
    """Keeps the connection and spends the invitation. Raises WhichSite, or Refused."""
    now = house.clock()
    with house.database.writing() as db:
        institution_id = invitations.find_institution(db, token=invitation, now=now).id
        is_known = find_existing(db, connection) is not None
        found = list_candidates(db, institution_id=institution_id, issuer=connection.issuer, site=connection.site)
        if found and not renewal.answer and not is_known:
            raise WhichSite(found)
        invitation_id = invitations.take(db, token=invitation, now=now)
        return keep(db, invitation_id=invitation_id, connection=connection, renewal=renewal, now=now)
