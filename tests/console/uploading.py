"""The steps of a resumable upload."""

import base64
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from console.conftest import Page
from running import Running, little_ladder, running

TUS = {"Tus-Resumable": "1.0.0"}


def meta(**values: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in values.items())


def begin(page: Page, size: int, object: str, bucket: str = "ups", **more: str) -> httpx.Response:
    return page.http.post(
        "/-/upload",
        headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": meta(bucket=bucket, object=object, **more)},
    )


def send(page: Page, where: str, offset: int, data: bytes, **headers: str) -> httpx.Response:
    return page.http.patch(
        where,
        content=data,
        headers={**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset), **headers},
    )


def offset(page: Page, where: str) -> int:
    answer = page.http.head(where, headers=TUS)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    return int(answer.headers["upload-offset"])


@pytest.fixture(scope="module")
def bound(server: Running) -> Running:
    server.client.call("BindInputBucket", Bucket="ups")
    return server


def object_file(server: Running, key: str) -> Path:
    return server.home / "buckets" / "ups" / key


def unfinished_parts(server: Running) -> list[str]:
    return [p.name for p in (server.home / "uploads").glob("*")] + [
        str(p) for p in (server.home / "buckets").rglob(".*")
    ]


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, str]]:
    with running(tmp_path_factory.mktemp("uploads") / "home") as server:
        yield server, little_ladder(server)
