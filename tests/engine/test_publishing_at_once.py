"""Outputs of a batch are published at the same time, but never two of them the same object: a try prepares an object
under a name of its own, which both would have."""

import asyncio
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from weakref import WeakValueDictionary

import pytest

from reelmill.core.errors import Failure, TryAgain
from reelmill.core.model import Part, Publication
from reelmill.engine import context, publishing


class _Bucket:
    """Notes which keys are put at the same time as themselves."""

    def __init__(self) -> None:
        self.now: list[str] = []
        self.twice: set[str] = set()
        self.most = 0
        self.order: list[str] = []
        self.troubles: list[Exception] = []
        self._lock = threading.Lock()

    def put(self, files: Sequence[tuple[Path, str]], _attempt: str) -> None:
        keys = [key for _, key in files]
        if self.troubles and keys == ["film.mp4"]:
            raise self.troubles.pop()
        with self._lock:
            self.twice |= {key for key in keys if key in self.now}
            self.now += keys
            self.most = max(self.most, len(self.now))
            self.order += [local.name for local, _ in files]
        time.sleep(0.05)  # long enough that others would come between
        with self._lock:
            for key in keys:
                self.now.remove(key)


def _output(number: int, key: str, beside: str) -> Publication:
    text = Part("t", f"text-{number}", beside, "text/plain")
    return Publication(f"job-{number}", "b", Part("t", f"film-{number}", key, "video/mp4"), (text,))


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Bucket:
    made = _Bucket()
    process = SimpleNamespace(publishing=WeakValueDictionary())
    host = SimpleNamespace(process=process, work=tmp_path, buckets={"b": made})
    monkeypatch.setattr(context, "get", lambda: host)
    monkeypatch.setattr(publishing, "_newer", lambda *_: None)
    monkeypatch.setattr(publishing, "_note", lambda *_: None)
    return made


async def _published(*wanted: Publication) -> dict[str, object]:
    answer: dict[str, object] = {}
    async with asyncio.timeout(30):
        assert await publishing._publish_all("batch", 1, list(wanted), answer, False) == ([], None)
    return answer


async def test_a_file_that_two_outputs_name_beside_them_is_put_by_one_at_a_time(bucket: _Bucket) -> None:
    """A ladder whose outputs all take the subtitles out into {FileName}.srt."""
    wanted = [_output(number, f"film-{number}.mp4", "film.srt") for number in range(4)]
    assert await _published(*wanted) == dict.fromkeys(("job-0", "job-1", "job-2", "job-3"))
    assert not bucket.twice
    assert [name for name in bucket.order if name.startswith("text")] == [f"text-{number}" for number in range(4)]


async def test_the_output_of_one_is_a_file_beside_another(bucket: _Bucket) -> None:
    await _published(_output(0, "a", "b"), _output(1, "b", "a"), _output(2, "a", "a"))
    assert not bucket.twice


async def test_others_are_put_at_the_same_time(bucket: _Bucket) -> None:
    await _published(*(_output(number, f"film-{number}.mp4", f"film-{number}.srt") for number in range(4)))
    assert bucket.most > 1


async def test_the_order_of_one_object_stays_when_the_first_has_to_be_tried_again(bucket: _Bucket) -> None:
    full = TryAgain(Failure("ServiceUnavailable", "The disk is full.", "Make room.", retry=True, hold=True))
    bucket.troubles = [full]
    wanted = [_output(0, "film.mp4", "a.srt"), _output(1, "film.mp4", "b.srt"), _output(2, "other.mp4", "c.srt")]
    answer: dict[str, object] = {}
    rest = await publishing._publish_all("batch", 1, wanted, answer, False)
    assert rest == (wanted[:2], full.failure) and answer == {"job-2": None}
    await _published(*rest[0])
    assert [name for name in bucket.order if name in ("film-0", "film-1")] == ["film-0", "film-1"]
