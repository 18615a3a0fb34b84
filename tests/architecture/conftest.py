"""One app in development settings, only to be looked at."""

import pytest
from fastapi import FastAPI

from app.config import Settings
from app.main import create_app


@pytest.fixture(scope="session")
def parts(tmp_path_factory) -> FastAPI:
    return create_app(Settings(env="development", data_dir=tmp_path_factory.mktemp("data")))
