"""The page's files: what is served under `/-/console/`, with which headers, and what stands there when nothing was
built."""

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from reelmill.console import bundle
from running import Running


def _client(folder: Path) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(Starlette(routes=bundle.routes(folder))), base_url="http://console.test"
    )


@pytest.fixture
def built(tmp_path: Path) -> httpx.AsyncClient:
    (tmp_path / "secret.txt").write_text("outside")
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>page</title>")
    (folder / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "assets" / "index-1a2b.js").write_text("export const answer = 42;\n" * 200)
    return _client(folder)


@pytest.mark.parametrize("path", ["/", "/media/0123", "/runs/a?activity=b", "/workflows/x.y"])
async def test_every_place_of_the_page_is_answered_with_the_page(built: httpx.AsyncClient, path: str) -> None:
    answer = await built.get(f"/-/console{path}")
    assert (
        answer.status_code == 200
        and "<title>page</title>" in answer.text
        and answer.headers["cache-control"] == "no-cache"
    )
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy and "frame-ancestors 'none'" in policy and "unsafe-eval" not in policy


async def test_assets_are_kept_for_ever_and_compressed(built: httpx.AsyncClient) -> None:
    answer = await built.get("/-/console/assets/index-1a2b.js")
    assert (
        "immutable" in answer.headers["cache-control"]
        and answer.headers["content-encoding"] == "gzip"
        and "javascript" in answer.headers["content-type"]
    )
    assert (await built.get("/-/console/favicon.svg")).headers["content-type"].startswith("image/svg")


async def test_only_the_worker_that_hashes_may_compile_webassembly(built: httpx.AsyncClient, tmp_path: Path) -> None:
    (tmp_path / "dist" / "assets" / "hash.worker-1a2b.js").write_text("postMessage(1)")
    policies = {
        path: (await built.get(f"/-/console/{path}")).headers["content-security-policy"]
        for path in ("assets/hash.worker-1a2b.js", "assets/index-1a2b.js", "")
    }
    assert "script-src 'self' 'wasm-unsafe-eval';" in policies.pop("assets/hash.worker-1a2b.js")
    assert not [path for path, policy in policies.items() if "unsafe-eval" in policy]


async def test_an_asset_that_is_gone_is_not_answered_with_the_page(built: httpx.AsyncClient) -> None:
    assert (await built.get("/-/console/assets/index-old.js")).status_code == 404


async def test_nothing_outside_the_folder_is_served(built: httpx.AsyncClient) -> None:
    for path in ("/..%2fsecret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"):
        assert "outside" not in (await built.get(f"/-/console{path}")).text


async def test_without_a_build_the_page_says_what_to_do(tmp_path: Path) -> None:
    answer = await _client(tmp_path / "none").get("/-/console/")
    assert answer.status_code == 503 and "not built" in answer.text and "Node 20.19" in answer.text


def test_a_browser_is_led_to_the_console_and_a_program_is_not(server: Running) -> None:
    visitor = httpx.get(server.url, headers={"Accept": "text/html,application/xhtml+xml"})
    assert visitor.status_code == 302 and visitor.headers["location"] == "/-/console/"
    assert httpx.get(server.url).status_code == 400
    assert httpx.get(f"{server.url}/?Action=SearchPipeline", headers={"Accept": "text/html"}).status_code == 400
    assert httpx.get(f"{server.url}/-/console").headers["location"] == "/-/console/"


def test_the_api_describes_itself_without_a_session(server: Running) -> None:
    assert (
        httpx.get(f"{server.url}/-/openapi.json").json()["paths"]["/-/rpc/AddMedia"]["post"]["operationId"]
        == "AddMedia"
    )
