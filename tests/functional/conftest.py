"""What functional tests share: a tool with a platform."""

from tests.lti_kit import tool as tool
