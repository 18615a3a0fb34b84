"""Where each message other than a resource link leads, once its sender is signed in."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.lti import deep_linking
from app.lti.arrival import Arrived
from app.lti.contents import Destination
from app.lti.launches import Launch, Message

_PAGES = {Message.DATA_PRIVACY: "credentials.own_data", Message.SUBMISSION_REVIEW: "lti.review"}


def find_answer(db: Session, launch: Launch, arrived: Arrived, *, token: str, now: datetime) -> Destination:
    """The page that answers the message, in the launch's transaction. `token` is the new session's."""
    if launch.message is Message.DATA_PRIVACY and launch.person.is_masqueraded:
        # What is kept about a person is shown to nobody in their name; who may see what is no secret.
        return Destination("learning.privacy", {})
    if launch.message is not Message.DEEP_LINKING:
        return Destination(_PAGES[launch.message], {})
    asked = deep_linking.keep_request(db, launch, user=arrived.user, session_token=token, now=now)
    return Destination("lti.picker", {"asked": str(asked)})
