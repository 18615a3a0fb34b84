"""Which of Canvas's three hosts an address answers on."""

from app.practice_lms.dependencies import only_on
from app.practice_lms.platform import Platform
from app.practice_lms.rendering import origin_of


def _issuer(platform: Platform) -> str:
    return platform.urls.issuer


def _token_host(platform: Platform) -> str:
    return origin_of(platform.urls.token)


def _course_host(platform: Platform) -> str:
    return platform.settings.base_url


ON_ISSUER = only_on(_issuer)
ON_TOKEN_HOST = only_on(_token_host)
ON_COURSE_HOST = only_on(_course_host)
