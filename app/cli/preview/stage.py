"""Cairn itself over one module and a database that is thrown away, with its author signed in on every request."""

from dataclasses import replace
from itertools import count
from pathlib import Path

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from app.cli.migrating import bring_up_to_date
from app.cli.preview.repinning import follow
from app.config import Settings
from app.main import create_app, hooks_before_commit
from app.membership.models import Institution, Platform, User
from app.web.cookies import SESSION
from app.web.house import House
from app.web.session import open_session
from modules import Library, Module

NAME = "Preview"


class Stage:
    """One running Cairn for one author, over a library that holds the one module."""

    def __init__(self, folder: Path, base_url: str, library: Library) -> None:
        database = f"sqlite:///{folder / 'preview.sqlite3'}"
        settings = Settings(env="development", base_url=base_url, data_dir=folder, database_url=database)
        bring_up_to_date(settings)
        self.app: FastAPI = create_app(settings, library=library)
        self._numbers = count(1)
        self._user = self._make_author()

    @property
    def house(self) -> House:
        house: House = self.app.state.house
        return house

    def show(self, library: Library, module: Module) -> None:
        """Takes the module as it is now; the author's attempts follow."""
        self.app.state.house = replace(self.house, library=library, before_commit=hooks_before_commit(library))
        with self.house.database.writing() as db:
            follow(db, module, now=self.house.clock())

    def forget(self) -> None:
        """Somebody new sits at the desk, who has done nothing yet."""
        self._user = self._make_author()

    def close(self) -> None:
        self.house.database.close()

    def open_session(self) -> str:
        """A session for one request, so that none ever ends under the author's hands."""
        with self.house.database.writing() as db:
            return open_session(db, user=self._user, now=self.house.clock())

    def _make_author(self) -> User:
        now = self.house.clock()
        with self.house.database.writing() as db:
            number = next(self._numbers)
            institution = Institution(name=f"{NAME} {number}", created_at=now)
            db.add(institution)
            db.flush()
            platform = Platform(institution_id=institution.id, name=NAME, created_at=now)
            db.add(platform)
            db.flush()
            user = User(
                institution_id=institution.id, platform_id=platform.id, sub=str(number), name=NAME, created_at=now
            )
            db.add(user)
            db.flush()
            db.expunge_all()
        return user


class SignedIn:
    """Puts the author's session into each request, in the place of any cookie of that name."""

    def __init__(self, app: ASGIApp, stage: Stage) -> None:
        self._app = app
        self._stage = stage

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/static/"):
            # In a thread: the write lock may be held by a request that needs the loop to finish.
            scope = {**scope, "headers": await run_in_threadpool(self._with_session, scope["headers"])}
        await self._app(scope, receive, send)

    def _with_session(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        given = b"; ".join(value for name, value in headers if name == b"cookie")
        others = [one for one in given.split(b"; ") if one and not one.startswith(f"{SESSION}=".encode())]
        cookies = b"; ".join([*others, f"{SESSION}={self._stage.open_session()}".encode()])
        return [*((name, value) for name, value in headers if name != b"cookie"), (b"cookie", cookies)]
