"""For whom a token request may be meant: what we sign for one LMS must be worth nothing at another.

Whoever gets a signed request can hand it on. A platform that chose its audience freely could name a neighbour's token
address, and our client id there, and fetch tokens for the neighbour's gradebook with our signature.
"""

from urllib.parse import urlsplit

from app.lti.addresses import find_origin
from app.lti.platform_profiles import Profile


def fits(audience: str, *, token_url: str, profile: Profile) -> bool:
    """Whether requests to that address may name that audience: on the same origin, or as this LMS is known for."""
    if find_origin(audience, allow_http=True) == find_origin(token_url, allow_http=True):
        return True
    return audience == profile.services.token_audience and _is_hosted(token_url, profile)


def choose(named: object, *, token_url: str, profile: Profile) -> str | None:
    """The audience that the LMS names, or is known to want, if it fits; None means the token address itself."""
    for one in (named, profile.services.token_audience):
        if (
            isinstance(one, str)
            and find_origin(one, allow_http=False)
            and fits(one, token_url=token_url, profile=profile)
        ):
            return one
    return None


def _is_hosted(url: str, profile: Profile) -> bool:
    """Whether an address lies at the LMS's own company."""
    host = urlsplit(url).hostname or ""
    return any(host == domain or host.endswith(f".{domain}") for domain in profile.recognized_by.hosts)
