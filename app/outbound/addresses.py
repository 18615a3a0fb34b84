"""Which network addresses a call may go to: public ones, and those that the operator named."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from app.outbound.errors import Reason

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Sequence[str]]

HTTPS_PORT = 443
# What some Python calls global, and yet leads to somewhere else: translators, tunnels, relays, test networks.
_DETOURS = tuple(
    ip_network(name)
    for name in (
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
        "fec0::/10",
        "100.64.0.0/10",
        "192.88.99.0/24",
        "192.0.0.0/24",
        "198.18.0.0/15",
        "2001:db8::/32",
    )
)


class CallStopped(Exception):  # noqa: N818  says what happened; never leaves this package
    """A call was stopped before anything was sent. Not an OSError, so that urllib3 lets it through untouched."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def resolve_name(host: str, port: int) -> Sequence[str]:
    """All addresses of a name, in the system's order. Raises CallStopped where there are none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise CallStopped(Reason.NO_SUCH_NAME) from error
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def read_address(text: str) -> Address:
    """An address without its zone; IPv4 inside IPv6 is read as IPv4."""
    address = ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_public(address: Address) -> bool:
    """Whether an address is a machine somewhere on the internet, and nothing nearer or stranger."""
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address in network for network in _DETOURS)


@dataclass(frozen=True)
class AddressRules:
    """What the operator allows beside https on port 443 of public addresses.

    In `allowed_networks` any port may be called. Development adds the loopback, and http to both.
    """

    is_development: bool = False
    allowed_networks: tuple[Network, ...] = ()
    resolve: Resolve = resolve_name

    def check_url(self, url: str) -> None:
        """Raises CallStopped for an address that can be refused by its looks."""
        try:
            parts = urlsplit(url)
            has_host, _port = bool(parts.hostname), parts.port
        except ValueError as error:
            raise CallStopped(Reason.BAD_URL) from error
        if not has_host or "@" in parts.netloc or "\\" in url:
            raise CallStopped(Reason.BAD_URL)
        if parts.scheme != "https" and not (self.is_development and parts.scheme == "http"):
            raise CallStopped(Reason.NOT_ALLOWED)

    def refuses(self, url: str) -> bool:
        """Whether it would be refused by its looks: by `check_url`, or because its host is written as an address."""
        try:
            self.check_url(url)
        except CallStopped:
            return True
        host = (urlsplit(url).hostname or "").rstrip(".")
        if host == "localhost" or not host.rpartition(".")[2][:1].isalpha():
            return not self._may_be_named(host)
        return False

    def _may_be_named(self, host: str) -> bool:
        """Whether a host that is no name is an address in whole, and one that may be called."""
        try:
            address = read_address("127.0.0.1" if host == "localhost" else host)
        except ValueError:
            return False
        return self._is_named(address) or is_public(address)

    def find_addresses(self, host: str, port: int, *, is_secure: bool) -> Sequence[str]:
        """The addresses to connect to, looked up once; raises CallStopped unless every one of them is allowed."""
        found = tuple(self.resolve(host, port))
        if not found:
            raise CallStopped(Reason.NO_SUCH_NAME)
        if not all(self._may_connect(read_address(text), port, is_secure=is_secure) for text in found):
            raise CallStopped(Reason.NOT_ALLOWED)
        return found

    def _may_connect(self, address: Address, port: int, *, is_secure: bool) -> bool:
        if self._is_named(address):
            return is_secure or self.is_development
        return is_secure and port == HTTPS_PORT and is_public(address)

    def _is_named(self, address: Address) -> bool:
        if self.is_development and address.is_loopback:
            return True
        return any(address in network for network in self.allowed_networks)
