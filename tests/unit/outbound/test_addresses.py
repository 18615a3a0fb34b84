"""Which addresses may be called: decided on what a name resolves to, never on how it looks."""

from ipaddress import ip_network
from typing import Any

import pytest

from app.outbound.addresses import AddressRules, CallStopped, is_public, read_address
from app.outbound.errors import Reason

INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.127.255.255", "192.0.0.8", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1",
    "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "2001:db8::1",
    "2002:7f00:1::1", "2001:0:4136:e378::1", "::127.0.0.1",
]  # fmt: skip
OUTSIDE = ["8.8.8.8", "192.0.78.24", "2606:4700::1111", "::ffff:8.8.8.8", "172.32.0.1", "100.128.0.1", "11.0.0.1"]


def rules(*answers: str, **more: Any):
    return AddressRules(resolve=lambda _host, _port: answers, **more)


def refused(rules, host="lms.example", port=443, *, is_secure=True):
    with pytest.raises(CallStopped) as stop:
        rules.find_addresses(host, port, is_secure=is_secure)
    return stop.value.reason


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_that_lead_inside_are_not_public(address):
    """S45."""
    assert not is_public(read_address(address))
    assert refused(rules(address)) == Reason.NOT_ALLOWED


@pytest.mark.parametrize("address", OUTSIDE)
def test_addresses_on_the_internet_are_public(address):
    assert is_public(read_address(address))
    assert rules(address).find_addresses("lms.example", 443, is_secure=True) == (address,)


def test_one_private_address_among_several_refuses_all():
    """S46."""
    assert refused(rules("8.8.8.8", "127.0.0.1")) == Reason.NOT_ALLOWED
    assert refused(rules("8.8.8.8", "::ffff:10.0.0.1")) == Reason.NOT_ALLOWED


def test_a_name_without_addresses_is_refused():
    assert refused(rules()) == Reason.NO_SUCH_NAME


def test_other_ports_and_http_are_for_named_networks_only():
    """S44."""
    allowed = {"allowed_networks": (ip_network("10.0.0.0/8"),)}
    assert refused(rules("8.8.8.8"), port=8443) == Reason.NOT_ALLOWED
    assert refused(rules("8.8.8.8"), is_secure=False) == Reason.NOT_ALLOWED
    assert rules("10.1.1.1", **allowed).find_addresses("lms", 8443, is_secure=True) == ("10.1.1.1",)
    assert refused(rules("10.1.1.1", **allowed), is_secure=False) == Reason.NOT_ALLOWED
    assert refused(rules("192.168.0.1", **allowed)) == Reason.NOT_ALLOWED


def test_development_adds_the_loopback_and_nothing_else():
    development = {"is_development": True}
    assert rules("127.0.0.1", **development).find_addresses("localhost", 8001, is_secure=False) == ("127.0.0.1",)
    assert rules("::1", **development).find_addresses("localhost", 8001, is_secure=False) == ("::1",)
    assert refused(rules("10.0.0.1", **development)) == Reason.NOT_ALLOWED
    assert refused(rules("8.8.8.8", **development), port=80, is_secure=False) == Reason.NOT_ALLOWED


@pytest.mark.parametrize(
    "url",
    ["https://user@lms.example/", "https://user:word@lms.example/", "https:///x", "https://", "", "lms.example/x",
     "https://lms.example:99999/", "https://[::1/", "https://lms.example\\@evil.example/"],
)  # fmt: skip
def test_a_url_with_a_trick_in_it_is_refused(url):
    """S44."""
    with pytest.raises(CallStopped):
        AddressRules().check_url(url)


@pytest.mark.parametrize("scheme", ["http", "file", "gopher", "ftp", "javascript", "HTTP"])
def test_only_https_is_called_in_production(scheme):
    """S44."""
    with pytest.raises(CallStopped):
        AddressRules().check_url(f"{scheme}://lms.example/")
