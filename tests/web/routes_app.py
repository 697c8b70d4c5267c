"""The stateless routes in this process, as the story serves them."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from lib.web.routes.routes import ROUTES
from lib.web.shell.security_headers import Headers

ROOT = "http://story.test/"
APP = Starlette(routes=ROUTES, middleware=[Middleware(Headers)])


def client() -> TestClient:
    """A client whose requests reach the routes without a socket; an unexpected error is raised."""
    return TestClient(APP, base_url=ROOT.rstrip("/"))
