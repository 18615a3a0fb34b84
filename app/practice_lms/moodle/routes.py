"""All of Moodle's addresses."""

from app.practice_lms.moodle import (
    authorization,
    deep_linking,
    discovery,
    lineitems,
    members,
    registration,
    scores,
    token,
)

ROUTERS = (
    authorization.router,
    deep_linking.router,
    discovery.router,
    lineitems.router,
    members.router,
    registration.router,
    scores.router,
    token.router,
)
