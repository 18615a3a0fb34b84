"""Looks a name up no longer than the call may last: the system's resolver knows no time of ours."""

from collections.abc import Sequence
from concurrent.futures import Future
from threading import BoundedSemaphore, Thread

from app.outbound.addresses import AddressRules, CallStopped
from app.outbound.errors import Reason
from app.outbound.watch import seconds_left

# A resolver that hangs keeps a thread until it gives up by itself; a hostile platform may hold so many, and no more.
MOST_LOOKUPS = 32
_free = BoundedSemaphore(MOST_LOOKUPS)


def look_up(rules: AddressRules, host: str, port: int, *, is_secure: bool) -> Sequence[str]:
    """The checked addresses of that name. Raises CallStopped, also where the time of the call ends first."""
    if not _free.acquire(timeout=_bounded(seconds_left())):
        raise CallStopped(Reason.NO_SUCH_NAME)
    found: Future[Sequence[str]] = Future()

    def work() -> None:
        try:
            found.set_result(rules.find_addresses(host, port, is_secure=is_secure))
        except BaseException as error:  # noqa: BLE001  raised again by the one who waits
            found.set_exception(error)
        finally:
            _free.release()

    Thread(target=work, name="cairn-lookup", daemon=True).start()
    try:
        return found.result(_bounded(seconds_left()))
    except TimeoutError as error:
        raise CallStopped(Reason.NO_SUCH_NAME) from error


def _bounded(seconds: float) -> float | None:
    return None if seconds == float("inf") else max(0.0, seconds)
