"""Drives launches through a running tool with a few browsers at once, and reads what that cost its processes."""

import asyncio
import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from platform_double import BenchPlatform

# Between two launches of one browser ten minutes pass, by what its cookies say of their age.
PAUSE_SECONDS = 600
MAX_AGE = re.compile(r"; *max-age=(\d+)", re.IGNORECASE)
TICK = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    cookies: list[str]


@dataclass
class Browser:
    """One kept-alive connection and its cookies."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _short_lived: set[str] = field(default_factory=set)
    _pipe: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: str = "") -> Answer:
        for attempt in (1, 2):  # a server without keep-alive closes: connect anew, once
            try:
                return await self._ask(method, path, body)
            except (ConnectionError, asyncio.IncompleteReadError):
                self._pipe = None
                if attempt == 2:
                    raise
        raise AssertionError

    async def _ask(self, method: str, path: str, body: str) -> Answer:
        if self._pipe is None:
            self._pipe = await asyncio.open_connection(self.host, self.port)
        reader, writer = self._pipe
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nCookie: {jar}\r\n"
        if method == "POST":
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}\r\n{body}".encode())
        answer, close = await self._read(reader)
        if close:
            writer.close()
            self._pipe = None
        for cookie in answer.cookies:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
            age = MAX_AGE.search(cookie)
            if age is not None and int(age[1]) <= PAUSE_SECONDS:
                self._short_lived.add(name)
        return answer

    def rest(self) -> None:
        """Lets the pause between two launches pass: what lives shorter is gone."""
        for name in self._short_lived:
            del self.cookies[name]
        self._short_lived.clear()

    async def _read(self, reader: asyncio.StreamReader) -> tuple[Answer, bool]:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers: dict[str, str] = {}
        cookies: list[str] = []
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                cookies.append(value)
            elif name:
                headers[name.lower()] = value
        if "content-length" in headers:
            await reader.readexactly(int(headers["content-length"]))
        return Answer(int(lines[0].split()[1]), headers, cookies), headers.get("connection", "").lower() == "close"


async def launch_once(browser: Browser, platform: BenchPlatform, person: int, *, opens: bool) -> None:
    """Login, fresh token, launch and, if it `opens` it, the page that follows. Raises AssertionError when refused."""
    base = f"http://{browser.host}:{browser.port}"
    login = {
        "iss": platform.issuer, "client_id": platform.client_id, "login_hint": str(person), "lti_message_hint": "hint",
        "target_link_uri": f"{base}/lti/launch", "lti_deployment_id": "1",
    }  # fmt: skip
    answer = await browser.ask("GET", f"/lti/login?{urlencode(login)}")
    for _ in range(2):  # a new browser is sent round once, to see whether it keeps cookies
        if not answer.headers.get("location", "").startswith(platform.url):
            path = urlsplit(answer.headers["location"])
            answer = await browser.ask("GET", f"{path.path}?{path.query}")
    assert answer.status in {302, 303}, answer.status
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    token = platform.sign(person=person, nonce=asked["nonce"][0], target=login["target_link_uri"])
    answer = await browser.ask("POST", "/lti/launch", urlencode({"id_token": token, "state": asked["state"][0]}))
    if opens and answer.status == 303:
        answer = await browser.ask("GET", answer.headers["location"])
    assert answer.status == 200 or (not opens and answer.status == 303), answer.status


async def drive(
    port: int, platform: BenchPlatform, *, launches: int, browsers: int, opens: bool = True
) -> float:  # fmt: skip
    """Launches a second, over that many launches by that many returning browsers at once."""
    numbers = iter(range(launches))

    async def work(browser: Browser, first: int) -> None:
        await launch_once(browser, platform, first, opens=opens)
        started.append(time.perf_counter())
        await ready.wait()
        for number in numbers:
            await launch_once(browser, platform, number % 200, opens=opens)
            browser.rest()

    ready, started = asyncio.Event(), []
    tasks = [asyncio.create_task(work(Browser("127.0.0.1", port), number)) for number in range(browsers)]
    while len(started) < browsers and not any(task.done() for task in tasks):
        await asyncio.sleep(0.01)
    began = time.perf_counter()
    ready.set()
    await asyncio.gather(*tasks)
    return launches / (time.perf_counter() - began)


def list_tree(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            found += list_tree(int(child))
    return found


def cpu_seconds(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def resident_mib(pids: list[int]) -> float:
    return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids) * PAGE_BYTES / 2**20
