"""Sounds are listened to as the server does it: what was really spoken is written down, what has no voice says nothing,
hostile sounds end in a clear state."""

import asyncio
import json
import math
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import speaking
from reelmill.core.model import JobSpec, Outcome
from reelmill.infer import speech
from reelmill.media.tools import Tools
from reelmill.nodes import censor
from reelmill.testkit import LocalIO

Array = Any


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


def reviewed(film: Path, folder: Path, save: str = "abnormal") -> Outcome:
    """What a review for speech alone comes to."""
    io = LocalIO(film, folder / "work", folder / "out", tools=Tools(ai=True, speech=True))
    job = JobSpec("j", None, censor.spec({"Scenes": ["audio"], "SaveType": save}, {}, words={}))
    return asyncio.run(censor.run([job], io))["j"]


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e30])
def test_numbers_that_are_none_are_no_words(value: float, tmp_path: Path) -> None:
    samples = np.full(8 * 8000, value, np.float32)
    samples[::7] = 0.1
    (tmp_path / "odd.wav").write_bytes(float_wav(samples))
    told = reviewed(tmp_path / "odd.wav", tmp_path)
    assert told.failure is None and told.result["scenes"] == {"audio": ["normal", 100.0, "pass"]}


def test_words_that_were_really_spoken_are_written_down(tmp_path: Path) -> None:
    (tmp_path / "sound.raw").write_bytes(speaking.raw(speaking.READ))
    assert speaking.program(tmp_path, "sound.raw", "said.json") == (0, "")
    said = json.loads((tmp_path / "said.json").read_text())
    assert "prudently in his power to do for them" in " ".join(text for _, _, text in said).lower()
    assert "rather cold-hearted and rather selfish" in " ".join(text for _, _, text in said).lower()
    assert all(0 <= begin < end <= 17.5 for begin, end, _ in said)


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda good: good[: len(good) // 2],
    "flipped": lambda good: bytes(
        one ^ 0x55 if place > 4000 and place % 97 == 0 else one for place, one in enumerate(good)
    ),
    "zeroed": lambda good: good[:2000] + bytes(len(good) - 2000),
    "tail": lambda good: good[len(good) // 2 :],
}


@pytest.mark.parametrize("kind", sorted(SPOILT))
def test_a_damaged_file_is_heard_in_part_or_not_at_all(kind: str, tmp_path: Path) -> None:
    (tmp_path / "song.ogg").write_bytes(SPOILT[kind](speaking.READ.read_bytes()))
    told = reviewed(tmp_path / "song.ogg", tmp_path, "all")
    if told.failure:
        assert told.failure.code.startswith("InvalidParameter") and told.failure.message
    else:
        assert told.result["scenes"]["audio"][2] in ("pass", "unavailable")
        assert (told.result["scenes"]["audio"][2] == "pass") or told.result["said"] == []
    if kind == "cut":
        assert told.failure is None and "leisure" in str(told.result["said"]), "what is there is heard"
