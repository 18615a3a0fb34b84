"""The way back to the course: the address that the LMS named at the launch, with a word for it to show."""

from app.outbound.urls import add_query


def write_course_url(return_url: str | None, **told: str) -> str | None:
    """The way back, telling the LMS a message (`lti_msg`) or an error (`lti_errormsg`); None where none is known."""
    return add_query(return_url, told) if return_url and told else return_url
