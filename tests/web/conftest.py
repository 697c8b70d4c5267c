"""A client for the real server."""

from collections.abc import Iterator

import pytest
import requests


@pytest.fixture(scope="session")
def http() -> Iterator[requests.Session]:
    """Sends requests, each over a connection of its own.

    Streamlit's server leaves Nagle's algorithm on: on a connection that is kept, every answer takes 40 ms.
    """
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Connection"] = "close"
        yield session
