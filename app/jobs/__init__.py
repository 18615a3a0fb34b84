"""The port to the job engine: rooms say that a lane has work, an engine drains it. The tables stay the truth."""

from app.jobs.port import Job, JobHouse, Lane, wake
from app.jobs.schema import apply_engine_schema

__all__ = ["Job", "JobHouse", "Lane", "apply_engine_schema", "wake"]
