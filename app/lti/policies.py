"""What happens to a deployment that is seen for the first time."""

from enum import StrEnum


class DeploymentPolicy(StrEnum):
    """Kept for each registration."""

    AUTOMATIC = "automatic"  # it belongs to the registration's platform at once
    APPROVAL = "approval"  # it waits, without a platform, until somebody gives it one
    CLOSED = "closed"  # it is refused; those that are known go on
