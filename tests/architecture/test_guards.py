"""Each route names exactly one guard, and only the protocol's own edge is public."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from app.web.guards import Guard, PublicGuard

PUBLIC_PREFIXES = ("lti.", "web.live", "web.ready", "web.redeem", "operator.enter")


def list_calls(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from list_calls(inner)


def read_guards(app: FastAPI) -> dict[str, list[Guard]]:
    contexts = [found for found in iter_route_contexts(app.routes) if getattr(found, "dependant", None)]
    return {c.name: [call for call in list_calls(c.dependant) if isinstance(call, Guard)] for c in contexts}


def test_every_route_names_exactly_one_guard(parts):
    guards = read_guards(parts)
    assert {"learning.home", "lti.launch", "dashboard.course", "web.leave"} <= set(guards)
    assert {name: found for name, found in guards.items() if len(found) != 1} == {}


def test_only_the_protocol_and_health_are_public(parts):
    public = {name for name, found in read_guards(parts).items() if isinstance(found[0], PublicGuard)}
    assert {name for name in public if not name.startswith(PUBLIC_PREFIXES)} == set()


def test_route_names_are_unique(parts):
    names = [c.name for c in iter_route_contexts(parts.routes) if getattr(c, "dependant", None)]
    methods = [
        (c.name, tuple(sorted(c.methods))) for c in iter_route_contexts(parts.routes) if getattr(c, "dependant", None)
    ]
    assert len(set(methods)) == len(names)
