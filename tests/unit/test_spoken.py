"""What is said in a film without a server: sentences become suggestions, a long sound is listened to in windows,
hostile sounds end in a clear state."""

import asyncio
import json
import math
import struct
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import speaking
from reelmill.core.model import JobSpec
from reelmill.infer import judging, speech
from reelmill.infer.program import Unusable
from reelmill.media import reviews
from reelmill.media.tools import Tools
from reelmill.nodes import censor
from reelmill.testkit import LocalIO
from unit.test_reviews import lists, seen

Array = Any
ORDER = {"scenes": ["audio"], "save": "abnormal", "texts": {}}


def judged(said: Any, *words: str, **more: Any) -> dict[str, Any]:
    return judging.judged(seen([], film=False), lists(*words), ORDER | {"said": said} | more)


def test_a_listed_word_is_told_with_its_time() -> None:
    told = judged([[1.0, 2.5, "Good evening."], [3.0, 6.5, "Come to the Lucky Spin, today!"]], "lucky spin", "today")
    assert told["scenes"] == {"audio": ["ad", 100.0, "block"]} and reviews.suggestion(told) == "block"
    assert told["said"] == [[3.0, 6.5, "Come to the Lucky Spin, today!", "ad", "block", ["lucky spin"]]]


def test_chinese_words_are_found_whatever_stands_between_them() -> None:
    assert judged([[0.0, 2.0, "快来加，微信 领奖吧。"]], "加微信领奖")["scenes"]["audio"][2] == "block"


def test_a_phrase_may_go_across_two_sentences() -> None:
    near, far = [[0.0, 2.0, "Try the lucky"], [2.5, 4.0, "spin tonight"]], [[0.0, 2.0, "lucky"], [9.0, 9.5, "spin"]]
    assert judged(near, "lucky spin")["said"] == [
        [0.0, 4.0, "Try the lucky spin tonight", "ad", "block", ["lucky spin"]]
    ]
    assert judged(far, "lucky spin") == judged([], "lucky spin")


def test_all_that_is_said_is_told_when_that_is_asked_for() -> None:
    told = judged([[1.0, 2.5, "Good evening."]], "lucky spin", save="all")
    assert told["said"] == [[1.0, 2.5, "Good evening.", "normal", "pass", []]]
    assert told["scenes"] == {"audio": ["normal", 100.0, "pass"]}


def test_a_film_without_sound_says_nothing_and_one_that_nobody_heard_is_not_passed() -> None:
    assert judged([])["scenes"] == {"audio": ["normal", 100.0, "pass"]}
    assert judged(None)["scenes"] == {"audio": ["", 0.0, "unavailable"]}
    untold = judging.judged(seen([], film=True), [], ORDER)
    assert untold["scenes"] == {"audio": ["", 0.0, "unavailable"]}
    assert judging.judged(seen([], film=False), [], ORDER)["scenes"] == {}, "only texts and cover images were asked for"


def test_a_window_ends_where_it_is_quietest() -> None:
    noise = np.random.default_rng(1).integers(-9000, 9000, 700 * speech.RATE).astype(np.int16)
    for second in (290, 570):
        noise[second * speech.RATE : (second + 1) * speech.RATE] = 3
    found = list(speech.windows(noise))
    assert [begin for begin, _ in found] == [0, *(end for _, end in found[:-1])] and found[-1][1] == len(noise)
    assert [round(end / speech.RATE) for _, end in found[:-1]] == [291, 571]
    assert list(speech.windows(noise[:5])) == [(0, 5)] and list(speech.windows(noise[:0])) == []


def test_times_are_those_of_the_film_and_every_window_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    silence = np.zeros(650 * speech.RATE, np.int16)

    def listener(window: Array) -> Any:
        assert abs(float(window[0])) <= 1 and window.dtype == np.float32
        return iter([(1.0, 2.0, "x" * 5000)])

    said = list(speech.heard(silence, listener))
    assert [one[0] - 1 for one in said] == [begin / speech.RATE for begin, _ in speech.windows(silence)]
    assert {len(one[2]) for one in said} == {1000}
    reached = [
        int(line.partition("=")[2]) for line in capsys.readouterr().out.split() if line.startswith("out_time_us")
    ]
    assert reached == sorted(reached) and reached[-1] == 650_000_000


def _segment(text: str, sure: float = -0.2, shorter: float = 1.2) -> SimpleNamespace:
    return SimpleNamespace(start=0.0, end=1.0, text=text, avg_logprob=sure, compression_ratio=shorter)


def test_what_whisper_itself_does_not_believe_is_left_out() -> None:
    given = [
        _segment(" Good evening. "),
        _segment("mumble", sure=-1.4),
        _segment("you " * 60, shorter=9.0),
        _segment(" "),
    ]
    assert list(speech.believed(given)) == [(0.0, 1.0, "Good evening.")]


@pytest.mark.parametrize("kind", ["sine", "noise", "silence", "clicks", "full scale"])
def test_what_has_no_voice_says_nothing(kind: str, tmp_path: Path) -> None:
    seconds, chance = 20, np.random.default_rng(3)
    at = np.arange(seconds * speech.RATE) / speech.RATE
    made: dict[str, Array] = {
        "sine": 12_000 * np.sin(2 * np.pi * 440 * at),
        "noise": chance.normal(0, 6000, len(at)),
        "silence": np.zeros(len(at)),
        "clicks": 30_000.0 * (np.arange(len(at)) % 4000 == 0),
        "full scale": 32_767 * np.sign(np.sin(2 * np.pi * 90 * at)),
    }
    (tmp_path / "sound.raw").write_bytes(np.clip(made[kind], -32_768, 32_767).astype("<i2").tobytes())
    assert speaking.program(tmp_path, "sound.raw", "said.json") == (0, "")
    assert json.loads((tmp_path / "said.json").read_text()) == []


@pytest.mark.parametrize(
    ("data", "ends"), [(b"", (2, "infer: silent")), (b"\x01", (2, "infer: silent")), (b"\x01\x02\x03", (0, ""))]
)
def test_a_sound_that_is_hardly_there_ends_in_a_clear_state(data: bytes, ends: tuple[int, str], tmp_path: Path) -> None:
    (tmp_path / "sound.raw").write_bytes(data)
    assert speaking.program(tmp_path, "sound.raw", "said.json") == ends


def float_wav(samples: Array) -> bytes:
    """A WAV file of 32-bit floating point numbers, 8,000 a second."""
    data = samples.astype("<f4").tobytes()
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, 3, 1, 8000, 32_000, 4, 32)
    return (
        b"RIFF"
        + struct.pack("<I", 4 + len(head) + 8 + len(data))
        + b"WAVE"
        + head
        + b"data"
        + struct.pack("<I", len(data))
        + data
    )


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e30])
def test_numbers_that_are_none_are_no_words(value: float, tmp_path: Path) -> None:
    samples = np.full(8 * 8000, value, np.float32)
    samples[::7] = 0.1
    (tmp_path / "odd.wav").write_bytes(float_wav(samples))
    io = LocalIO(tmp_path / "odd.wav", tmp_path / "work", tmp_path / "out", tools=Tools(ai=True, speech=True))
    job = JobSpec("j", None, censor.spec({"Scenes": ["audio"]}, {}, words={}))
    told = asyncio.run(censor.run([job], io))["j"]
    assert told.failure is None and told.result["scenes"] == {"audio": ["normal", 100.0, "pass"]}


def test_damaged_weights_are_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "SHA256", "0" * 64)
    with pytest.raises(Unusable, match="weights"):
        speech.weights()


def test_words_that_were_really_spoken_are_written_down(tmp_path: Path) -> None:
    (tmp_path / "sound.raw").write_bytes(speaking.raw(speaking.READ))
    assert speaking.program(tmp_path, "sound.raw", "said.json") == (0, "")
    said = json.loads((tmp_path / "said.json").read_text())
    assert "prudently in his power to do for them" in " ".join(text for _, _, text in said).lower()
    assert "rather cold-hearted and rather selfish" in " ".join(text for _, _, text in said).lower()
    assert all(0 <= begin < end <= 17.5 for begin, end, _ in said)
