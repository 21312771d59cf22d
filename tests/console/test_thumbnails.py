"""Small pictures over HTTP: who may see the object may see it small, and nobody else; browsers keep it."""

import re
import subprocess

import httpx
import pytest

from console.conftest import Page
from reelmill.media.tools import Tools
from running import Running

SMALL = "?x-oss-process=image/resize,w_160"


@pytest.fixture
def cover(server: Running, page: Page) -> str:
    """The signed address of a real picture."""
    page.call("BindInputBucket", Bucket="pics")
    file = server.home / "buckets" / "pics" / "a" / "cover.jpg"
    if not file.exists():
        file.parent.mkdir(parents=True)
        subprocess.run(
            [
                Tools().path("ffmpeg"),
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=s=1920x1080",
                "-frames:v",
                "1",
                str(file),
            ],
            check=True,
        )
        (file.parent / "text.jpg").write_text("no picture")
    return signed(page, "cover.jpg")


def signed(page: Page, name: str) -> str:
    return str(page.call("ListObjects", Bucket="pics", Prefix=f"a/{name}")["Objects"][0]["URL"])


def test_a_signed_address_gives_it_small_and_a_second_look_costs_nothing(cover: str, server: Running) -> None:
    large, small = httpx.get(cover), httpx.get(cover + SMALL)
    assert (
        small.status_code == 200
        and small.headers["content-type"] == "image/jpeg"
        and len(small.content) < len(large.content) / 10
    )
    assert (
        small.headers["x-content-type-options"] == "nosniff" and "sandbox" in small.headers["content-security-policy"]
    )
    assert re.search(r"private, max-age=[1-9]\d+", small.headers["cache-control"])
    again = httpx.get(cover + SMALL, headers={"If-None-Match": small.headers["etag"]})
    assert again.status_code == 304 and again.content == b"" and small.headers["etag"] != large.headers["etag"]
    assert httpx.head(cover + SMALL).headers["content-length"] == str(len(small.content))
    assert len(list((server.home / "thumbnails").glob("??/*"))) == 1


def test_who_may_not_see_the_object_learns_nothing(cover: str, server: Running) -> None:
    closed = [
        f"{server.url}/pics/a/cover.jpg",
        cover.replace("/pics/a/", "/cin/a/"),
        re.sub(r"/-/s/\d+", "/-/s/9999999999", cover),
        cover.replace("cover.jpg", "none.jpg"),
    ]
    for url in closed:
        for process in ("", SMALL, "?x-oss-process=image/nonsense"):
            answer = httpx.get(url + process)
            assert answer.status_code == 404 and "There is no such object, or it is not published." in answer.text


@pytest.mark.parametrize(
    ("name", "process", "code"),
    [
        ("text.jpg", "image/resize,w_160", "InvalidParameter.ResourceNotSupported"),
        ("cover.jpg", "image/resize,w_161", "InvalidParameter.OutOfRange"),
        ("cover.jpg", "image/rotate,90", "InvalidParameter.NotSupported"),
        ("cover.jpg", "", "InvalidParameter.NotSupported"),
    ],
)
def test_what_cannot_be_done_is_said(cover: str, page: Page, name: str, process: str, code: str) -> None:
    answer = httpx.get(signed(page, name), params={"x-oss-process": process}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["Code"]) == (400, code)
