"""Routes that go round the framework's machinery where they need none of it: it costs more than most of our pages.

A route still declares its guard and what it asks for as every other does; tests find them in its `dependant`.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from inspect import iscoroutinefunction
from typing import Any, cast

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.db.direct import Direct
from app.web import deps, guards
from app.web.house import House, house_of

Answer = Callable[[Request], Awaitable[Response]]


class LeanRoute(APIRoute):
    """A route that is answered directly where it asks only for what is known here; all others go FastAPI's way.

    Public: an `async` function of the request alone. Learner: a reading page, for which the guard, the reading and the
    rendering happen in one visit to one thread.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answer = _find_answer(self)
        if answer is not None:
            self.app = partial(_serve, answer)


async def _serve(answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
    response = await answer(Request(scope, receive, send))
    await response(scope, receive, send)


def _find_answer(route: APIRoute) -> Answer | None:
    """None where the route asks for anything else than a guard, the request and what a reading page gets here."""
    asked, calls = route.dependant, [inner.call for inner in route.dependant.dependencies]
    if asked.path_params or asked.query_params or asked.header_params or asked.cookie_params or asked.body_params:
        return None
    if calls == [guards.public_guard] and iscoroutinefunction(route.endpoint):
        return cast("Answer", route.endpoint)
    is_page = guards.learner_guard in calls and set(calls) <= {guards.learner_guard, *_GIVEN}
    if not is_page or iscoroutinefunction(route.endpoint) or not (route.methods or set()) <= deps.READING_METHODS:
        return None
    return partial(_show_page, route.endpoint, asked.request_param_name, _list_named(asked))


# What a reading page may ask for beside the request and the visitor.
_GIVEN: dict[Any, Callable[[House, Direct], Any]] = {
    deps.open_db: lambda _house, db: db.session,
    deps.open_directly: lambda _house, db: db,
    deps.give_now: lambda house, _db: house.clock(),
    deps.give_library: lambda house, _db: house.library,
    deps.give_house: lambda house, _db: house,
}


def _list_named(asked: Dependant) -> tuple[tuple[str, Any], ...]:
    return tuple((inner.name, inner.call) for inner in asked.dependencies if inner.name is not None)


async def _show_page(
    show: Callable[..., Response], request_name: str | None, named: tuple[tuple[str, Any], ...], request: Request
) -> Response:
    house = house_of(request)

    def work(db: Direct) -> Response:
        here = guards.admit(request, db, house)
        values = {name: here if call is guards.learner_guard else _GIVEN[call](house, db) for name, call in named}
        if request_name is not None:
            values[request_name] = request
        return show(**values)

    try:
        return await deps.read_in_thread(house, work)
    finally:
        await guards.stay(request, house)
