"""Where a service's Link header leads: read byte for byte, followed only on the origin that was asked. Pure."""

import re
from urllib.parse import urljoin

from app.lti.addresses import as_https, find_origin

# `<address>; name=value; …`: values bare or in quotes. Commas and semicolons may stand inside the address.
_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[!#$%&\'*+.^`|~\w-]+\s*(?:=\s*(?:"[^"]*"|[^\s;,"]*))?)*)')
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]*))', re.IGNORECASE)


def find_link(header: str | None, relation: str) -> str | None:
    """The address of that relation in a Link header, exactly as it was written; of several the first."""
    for address, parameters in _LINK.findall(header or ""):
        rel = _REL.search(parameters)
        if rel and address and relation in (rel[1] or rel[2]).lower().split():
            return str(address)
    return None


def follow(target: str, url: str, *, allow_http: bool) -> str | None:
    """Where a link that was found at `url` leads. None for another origin: our token goes with the request.

    A proxy may hide from the LMS that it is reached by https: then the link is taken as https.
    """
    try:
        whole = str(as_https(target if "://" in target else urljoin(url, target), url))
    except ValueError:
        return None
    origin = find_origin(whole, allow_http=allow_http)
    return whole if origin is not None and origin == find_origin(url, allow_http=allow_http) else None
