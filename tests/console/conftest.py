"""One real server for all console tests that need no home of their own, and a signed-in client of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from running import KEY, SECRET, Running, running


class Page:
    """A browser's tab as far as HTTP goes: it keeps the cookie and sends the CSRF header."""

    def __init__(self, url: str):
        self.http = httpx.Client(base_url=url, timeout=30, trust_env=False)

    def sign_in(self, **credentials: str) -> dict[str, Any]:
        answer = self.http.post("/-/session", json=credentials or {"AccessKeyId": KEY, "AccessKeySecret": SECRET})
        answer.raise_for_status()
        self.http.headers["X-ReelMill-Csrf"] = answer.json()["Csrf"]
        return dict(answer.json())

    @property
    def cookie(self) -> str:
        """NAME=VALUE of the session's cookie; the name is the server's own."""
        return next(
            f"{one.name}={one.value}" for one in self.http.cookies.jar if one.name.startswith("reelmill_session_")
        )

    def call(self, action: str, **parameters: Any) -> dict[str, Any]:
        answer = self.http.post(f"/-/rpc/{action}", json=parameters)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def refused(self, action: str, **parameters: Any) -> tuple[int, str]:
        answer = self.http.post(f"/-/rpc/{action}", json=parameters)
        return answer.status_code, answer.json()["Code"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("console") / "home") as one:
        yield one


@pytest.fixture
def page(server: Running) -> Iterator[Page]:
    one = Page(server.url)
    one.sign_in()
    yield one
    one.http.close()


@pytest.fixture
def clip() -> Path:
    from clips import clip

    return clip("base.mp4")
