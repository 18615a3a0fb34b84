"""Chromium, a running Cairn and a running practice LMS on another site."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app.config import Settings
from app.main import create_app

INSTALL = "no Chromium here; install it with: apt-get install chromium"
# The shell is the same Chromium without windows around its pages, at half the CPU.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip)(INSTALL)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def new_context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers of their own: no cookie is shared between two of them."""
    made: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        made.append(chromium.new_context(**options))  # type: ignore[arg-type]
        made[-1].set_default_timeout(30_000)
        return made[-1]

    yield make
    for context in made:
        context.close()


@dataclass
class LiveCairn:
    """A Cairn that answers on a loopback port."""

    app: FastAPI
    url: str


@contextmanager
def serve_in_thread(app: Any, listener: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)


@contextmanager
def run_cairn(database_url: str, folder: Path) -> Iterator[LiveCairn]:
    """Cairn in development settings on http://127.0.0.1, as `./dev run` starts it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = create_app(Settings(env="development", base_url=url, database_url=database_url, data_dir=folder))
        with serve_in_thread(app, listener):
            yield LiveCairn(app, url)
        app.state.house.database.close()


@pytest.fixture
def live(database_url: str, tmp_path: Path) -> Iterator[LiveCairn]:
    with run_cairn(database_url, tmp_path) as running:
        yield running


def watch_console(page: Page) -> list[str]:
    """Collects what a page complains of: script errors and refusals by its own policy."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints
