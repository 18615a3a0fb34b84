"""The preview as one ASGI app over Cairn: it reads the folder anew when a file was saved, and adds the bar."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

import typer
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from app.cli.preview.bar import (
    ANEW_PATH,
    SCRIPT,
    SCRIPT_PATH,
    VERSION_PATH,
    make_bar,
    make_broken_page,
    put_bar,
)
from app.cli.preview.stage import SignedIn, Stage
from app.cli.preview.workshop import Bench, Reading, find_bench, read_bench, take_print
from app.web.logs import set_up_logs
from modules.loader import list_folders

HOST = "127.0.0.1"
# Any of these alone means that this machine serves people.
OF_A_SERVER = ("CAIRN_SECRET_KEY", "CAIRN_DATABASE_URL", "CAIRN_BASE_URL")


def is_a_server(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this machine runs Cairn for people. CAIRN_ENV decides; unset, it does where production is set up."""
    named = environ.get("CAIRN_ENV")
    return named == "production" if named else any(environ.get(name) for name in OF_A_SERVER)


class Preview:
    """The newest reading of the folder, and the app that shows it."""

    def __init__(self, bench: Bench, folder: Path, base_url: str) -> None:
        self.bench = bench
        self._lock = Lock()
        self._print = take_print(bench)
        self._reading = read_bench(bench)
        self.stage = Stage(folder, base_url, self._reading.library)
        self.app = self._make_app()

    def look(self) -> tuple[Reading, str]:
        """The folder as it is now, read again only where a file changed."""
        with self._lock:
            now = take_print(self.bench)
            if now != self._print:
                self._print, self._reading = now, read_bench(self.bench)
                if self._reading.module:
                    self.stage.show(self._reading.library, self._reading.module)
            return self._reading, self._print

    def _make_app(self) -> Starlette:
        routes = [
            Route(VERSION_PATH, self._tell_version),
            Route(SCRIPT_PATH, _give_script),
            Route(ANEW_PATH, self._forget, methods=["POST"]),
            Route("/", self._go_to_module),
            Mount("/", BaseHTTPMiddleware(SignedIn(self.stage.app, self.stage), dispatch=self._add_bar)),
        ]
        return Starlette(routes=routes)

    def _tell_version(self, _request: Request) -> Response:
        return PlainTextResponse(take_print(self.bench), headers={"cache-control": "no-store"})

    def _forget(self, _request: Request) -> Response:
        self.stage.forget()
        return RedirectResponse("/", status_code=303)

    def _go_to_module(self, _request: Request) -> Response:
        reading, version = self.look()
        return _redirect(reading) if reading.module else self._show_broken(reading, version)

    async def _add_bar(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.url.path.startswith("/static/"):
            return await call_next(request)
        reading, version = await run_in_threadpool(self.look)
        if reading.module is None:
            return self._show_broken(reading, version)
        return await self._dress(await call_next(request), reading, version)

    async def _dress(self, response: Response, reading: Reading, version: str) -> Response:
        if not response.headers.get("content-type", "").startswith("text/html"):
            return response
        body = b"".join([part async for part in response.body_iterator])  # type: ignore[attr-defined]
        page = put_bar(body.decode(), make_bar(self.bench.name, reading.problems, version))
        kept = [(name, value) for name, value in response.headers.raw if name != b"content-length"]
        dressed = HTMLResponse(page, status_code=response.status_code)
        length = (b"content-length", dressed.headers["content-length"].encode())
        dressed.raw_headers = [*kept, length]
        return dressed

    def _show_broken(self, reading: Reading, version: str) -> Response:
        bar = make_bar(self.bench.name, reading.problems, version)
        return HTMLResponse(put_bar(make_broken_page(self.bench.name), bar), headers={"cache-control": "no-store"})


def _give_script(_request: Request) -> Response:
    return Response(SCRIPT, media_type="text/javascript")


def _redirect(reading: Reading) -> Response:
    assert reading.module is not None
    return RedirectResponse(f"/modules/{reading.module.slug}", status_code=303)


def serve(wanted: str, roots: Sequence[Path], *, port: int) -> None:
    """Until Ctrl+C, on loopback only. Leaves with a sentence when there is no such module."""
    bench = find_bench(wanted, roots)
    if bench is None:
        known = ", ".join(name for root in roots if root.is_dir() for name in list_folders(root)[0])
        print(f"cairn: there is no module `{wanted}`; there are {known}. Or name its folder's path.", file=sys.stderr)
        raise typer.Exit(2)
    set_up_logs()
    address = f"http://{HOST}:{port}"
    with TemporaryDirectory(prefix="cairn-preview-") as folder:
        preview = Preview(bench, Path(folder), address)
        print(f"Preview of {bench.folder} at {address}/ (Ctrl+C stops it)", flush=True)
        uvicorn.run(preview.app, host=HOST, port=port, access_log=False, log_config=None, server_header=False)
        preview.stage.close()
