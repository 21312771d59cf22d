"""Uploads in the page: a lost connection and a closed tab cost nothing, and the file appears whole or not at all."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import shot, sign_in
from browser.drawing import simple
from browser.line import Line, line
from running import KEY, ROOT, SECRET, Running

BYTES = 24_000_000
RATE = 4_000_000.0  # so that there is time to cut the line and close the tab


@pytest.fixture
def slow(server: Running) -> Iterator[Line]:
    server.client.call("BindInputBucket", Bucket="films")
    with line(server.port, RATE) as it:
        yield it


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "holiday.bin"
    path.write_bytes(Random(7).randbytes(BYTES))
    return path


def open_upload(page: Page, slow: Line) -> None:
    page.goto(f"{slow.url}/-/console/upload")
    field = page.get_by_label("AccessKey ID")
    expect(field.or_(page.get_by_label("Folder in the bucket"))).to_be_visible()
    if field.is_visible():
        field.fill(KEY)
        page.get_by_label("AccessKey secret").fill(SECRET)
        page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Folder in the bucket").fill("2026")


def begin(page: Page, film: Path) -> None:
    page.get_by_test_id("upload-files").set_input_files(film)
    page.get_by_role("button", name="Upload 1 file").click()
    page.wait_for_function(
        "() => Number(document.querySelector('[role=progressbar][aria-label*=holiday]')?.getAttribute('aria-valuenow')) >= 20",  # noqa: E501
        timeout=60_000,
    )


def arrived(server: Running, film: Path) -> bool:
    target = server.home / "buckets" / "films" / "2026" / film.name
    return target.exists() and sha256(target.read_bytes()).digest() == sha256(film.read_bytes()).digest()


def test_an_upload_outlives_a_lost_connection_and_appears_whole(
    page: Page, server: Running, slow: Line, film: Path
) -> None:
    open_upload(page, slow)
    expect(page.get_by_text("No active workflow watches this place")).to_be_visible()
    begin(page, film)
    slow.cut()
    expect(page.get_by_text("Connection lost, trying again")).to_be_visible()
    shot(page, "6 upload cut")
    assert not (server.home / "buckets" / "films" / "2026").exists()
    slow.mend()
    expect(page.get_by_text("Uploaded", exact=True)).to_be_visible(timeout=60_000)
    assert arrived(server, film)


def test_an_upload_goes_on_after_its_tab_was_closed(page: Page, server: Running, slow: Line, film: Path) -> None:
    tab = page.context.new_page()
    open_upload(tab, slow)
    begin(tab, film)
    tab.close()
    open_upload(page, slow)
    expect(page.get_by_role("row", name="films/2026/holiday.bin")).to_be_visible()
    shot(page, "6 upload unfinished")
    page.get_by_test_id("upload-files").set_input_files(film)
    page.get_by_role("button", name="Upload 1 file").click()
    expect(page.get_by_text("goes on where it had stopped")).to_be_visible()
    expect(page.get_by_text("Uploaded", exact=True)).to_be_visible(timeout=60_000)
    assert arrived(server, film)
    expect(page.get_by_role("heading", name="Unfinished uploads")).to_have_count(0)


def test_the_page_says_what_an_upload_will_start(page: Page, server: Running, slow: Line, pipeline: str) -> None:
    server.client.call("AddMediaWorkflow", Name="trailers", Topology=simple(pipeline))
    open_upload(page, slow)
    page.get_by_role("combobox", name="Bucket", exact=True).click()
    page.locator(".ant-select-dropdown:visible .ant-select-item-option", has_text="vod-in").click()
    expect(page.get_by_text("What arrives here starts:")).to_be_visible()
    expect(page.get_by_role("link", name="trailers")).to_be_visible()


def test_the_checksum_of_a_file_that_is_too_large_for_the_memory_is_right(page: Page, server: Running) -> None:
    """Read in pieces, by the worker as it was built and under its own policy."""
    sign_in(page, server, "/upload")
    worker = next((ROOT / "src/reelmill/console/dist/assets").glob("hash.worker-*.js")).name
    mebibytes = 130
    digest = page.evaluate(
        """([name, count]) => new Promise((done, failed) => {
        const worker = new Worker(`/-/console/assets/${name}`, { type: "module" });
        worker.onmessage = ({ data }) => data.digest ? done(data.digest) : data.error && failed(new Error(data.error));
        worker.onerror = (event) => failed(new Error(event.message));
        worker.postMessage(new File(Array.from({ length: count }, (_, n) => new Uint8Array(1 << 20).fill(n)), "large.mp4"));
    })""",  # noqa: E501
        [worker, mebibytes],
    )
    assert digest == sha256(b"".join(bytes([n]) * (1 << 20) for n in range(mebibytes))).hexdigest()
