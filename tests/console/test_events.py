"""The stream of changes: everything first, then what changed, and nothing while nothing happens."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

import databases
from clips import clip
from console.conftest import Page
from reelmill.services import accounts
from running import Running, little_ladder, running, until


class Heard:
    """The events of one stream, read by a thread of its own."""

    def __init__(self, page: Page, query: str = ""):
        self.events: list[tuple[str, Any]] = []
        self.ended, self.status = threading.Event(), 0
        self._page, self._query, self._stop = page, query, False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        name = ""
        try:
            with self._page.http.stream("GET", f"/-/events{self._query}", timeout=30) as answer:
                self.status = answer.status_code
                for line in answer.iter_lines():
                    if self._stop:
                        return
                    if line.startswith("event: "):
                        name = line[7:]
                    elif line.startswith("data: "):
                        self.events.append((name, json.loads(line[6:])))
        except httpx.HTTPError:
            pass
        finally:
            self.ended.set()

    def stop(self) -> None:
        self._stop = True

    def of(self, name: str) -> list[Any]:
        return [value for kind, value in list(self.events) if kind == name]

    def topics(self) -> set[str]:
        return {topic for value in self.of("changed") for topic in value["Topics"]}


@contextmanager
def heard(server: Running, query: str = "") -> Iterator[Heard]:
    page = Page(server.url)
    page.sign_in()
    one = Heard(page, query)
    until(lambda: one.events, 10, "the snapshot")
    yield one
    one.stop()


def test_the_snapshot_comes_first_and_changes_follow_by_topic(server: Running, page: Page) -> None:
    with heard(server) as stream:
        assert stream.events[0][0] == "snapshot" and stream.events[0][1]["Run"] is None
        before = stream.events[0][1]["Overview"]["Pipelines"]
        page.call("AddPipeline", Name="news")
        until(lambda: stream.of("overview"), 20, "the overview")
        assert stream.of("overview")[-1]["Pipelines"] == before + 1 and until(
            lambda: "pipelines" in stream.topics(), 5, "the topic"
        )
        page.call("BindInputBucket", Bucket="news-in")
        until(lambda: "buckets" in stream.topics(), 20, "the bucket")


def test_nothing_is_told_while_nothing_happens(server: Running) -> None:
    """Whoever only looks causes no news: what is heard next is the first thing that happens, however long that
    takes."""
    page = Page(server.url)
    page.sign_in()
    with heard(server) as stream:
        for _ in range(3):
            page.call("GetOverview")
            page.call("SearchPipeline")
        before = len(stream.events)
        page.call("AddPipeline", Name="after-silence")
        until(lambda: "pipelines" in stream.topics(), 20, "the first news")
        until(lambda: stream.of("overview"), 20, "the overview")
        assert before == 1 and stream.topics() == {"pipelines"} and len(stream.events) == 3, stream.events


def test_a_stream_needs_a_session(server: Running) -> None:
    assert httpx.get(f"{server.url}/-/events").json()["Code"] == "SessionEnded"


def test_many_changes_are_told_together(server: Running, page: Page) -> None:
    with heard(server) as stream:
        for number in range(30):
            page.call("AddPipeline", Name=f"many-{number}")
        until(
            lambda: (
                stream.of("overview")
                and stream.of("overview")[-1]["Pipelines"] == page.call("GetOverview")["Pipelines"]
            ),
            5,
            "the last of them",
        )
        assert len(stream.of("changed")) < 20


def test_a_run_is_followed_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    with running(tmp_path / "home") as server:
        flow = little_ladder(server)
        queue = server.client.call("SearchPipeline")["PipelineList"]["Pipeline"][0]["Id"]
        server.client.call(
            "UpdatePipeline", PipelineId=queue, Name="tests", State="Paused"
        )  # until somebody listens: the run is short
        page = Page(server.url)
        page.sign_in()
        with heard(server) as everything:
            server.put("cin", "up/film.mp4", clip("ten.mp4"))
            until(lambda: "executions" in everything.topics(), 20, "the run was told")
            run_id = server.executions(flow)[0]["RunId"]
            with heard(server, f"?run={run_id}") as stream:
                snapshot = stream.events[0][1]["Run"]
                assert snapshot["RunId"] == run_id
                server.client.call("UpdatePipeline", PipelineId=queue, Name="tests", State="Active")
                until(lambda: stream.of("run") and stream.of("run")[-1]["State"] == "Completed", 60, "its end")
                states = [[a["State"] for a in run["Activities"]] for run in (snapshot, *stream.of("run"))]
                assert "Success" not in states[0] and set(states[-1]) == {
                    "Success"
                }  # how many steps lie between is a matter of speed
                assert stream.of("run")[-1] == page.call("DescribeExecution", RunId=run_id)["Execution"]
            until(lambda: {"executions", "media", "jobs"} <= everything.topics(), 5, "all topics")
            until(lambda: everything.of("overview")[-1]["Executions"]["Completed"] == 1, 20, "the overview")


def test_an_unknown_run_is_nothing_and_not_an_error(server: Running) -> None:
    with heard(server, f"?run={'0' * 32}") as stream:
        assert stream.events[0][1]["Run"] is None


def test_streams_end_at_once_when_the_server_stops(tmp_path: Path) -> None:
    with running(tmp_path / "home") as server, heard(server) as stream:
        assert server.stop() == 0 and stream.ended.wait(5)


@pytest.mark.parametrize("tables", [frozenset({"pipelines"}), frozenset({"jobs", "tasks"})])
async def test_a_slow_reader_costs_a_set_of_names_and_no_queue(tables: frozenset[str]) -> None:
    import asyncio

    from reelmill.console.events import Feed

    feed = Feed(asyncio.get_running_loop())
    with feed.listener() as here:
        for _ in range(10_000):
            feed.changed(tables)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert here.take() == set(tables) and here.take() == set()


def test_a_tab_that_is_gone_leaves_no_stream_behind(server: Running, page: Page) -> None:
    """More tabs than a session may have open, one after the other, all at once noticed as closed."""
    for number in range(40):
        with page.http.stream("GET", "/-/events") as answer:
            assert answer.status_code == 200, number
            assert next(answer.iter_lines()) == "retry: 1000"


@pytest.mark.parametrize("how", ["by the API", "by ./mill"])
def test_a_stream_ends_soon_after_its_key(server: Running, page: Page, how: str) -> None:
    pair = server.client.call("AddAccessKey", Role="viewer")["AccessKey"]
    other = Page(server.url)
    other.sign_in(AccessKeyId=pair["AccessKeyId"], AccessKeySecret=pair["AccessKeySecret"])
    one = Heard(other)
    until(lambda: one.of("snapshot"), 10, "the stream")
    if how == "by the API":
        server.client.call("UpdateAccessKey", UserAccessKeyId=pair["AccessKeyId"], State="Inactive")
    else:  # another process: no notice of its commit comes here
        database = databases.opened(server.home)
        accounts.change_key(database, pair["AccessKeyId"], state="Inactive")
        database.close()
    assert one.ended.wait(5)


def test_a_stream_ends_when_its_session_is_signed_out(server: Running) -> None:
    page = Page(server.url)
    page.sign_in()
    one = Heard(page)
    until(lambda: one.of("snapshot"), 10, "the stream")
    assert (
        httpx.delete(
            f"{server.url}/-/session",
            headers={"Cookie": page.cookie, "X-ReelMill-Csrf": page.http.headers["X-ReelMill-Csrf"]},
        ).status_code
        == 204
    )
    assert one.ended.wait(5)
