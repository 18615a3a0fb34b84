"""All of Canvas's addresses."""

from app.practice_lms.canvas import (
    authorization,
    deep_linking,
    discovery,
    lineitems,
    members,
    notices,
    registration,
    scores,
    storage,
)
from app.practice_lms.canvas import token as token_routes

ROUTERS = (
    authorization.router,
    deep_linking.router,
    discovery.router,
    lineitems.router,
    members.router,
    notices.router,
    registration.router,
    scores.router,
    storage.router,
    token_routes.router,
)
