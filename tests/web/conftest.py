"""A client for the real server."""

from collections.abc import Iterator

import pytest
import requests


@pytest.fixture(scope="session")
def http() -> Iterator[requests.Session]:
    """Sends requests to the server and to nobody's proxy."""
    with requests.Session() as session:
        session.trust_env = False
        yield session
