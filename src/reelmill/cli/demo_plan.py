"""What the demo makes: renditions that fit the source, their templates and the workflow's topology. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from reelmill.core.errors import SettingError
from reelmill.core.matching import extension_allowed
from reelmill.core.model import MediaInfo
from reelmill.nodes import presets

IN, OUT, NAME = "demo-in", "demo-out", "demo"
PREFIX = "films/"
MASTER = "{RunId}/master.m3u8"
_CEILING = {360: 900, 480: 1600, 720: 3200, 1080: 6000}  # Kbit/s that a rendition may peak at; CRF decides below that
_AUDIO_KBIT = 128
_SMALLEST = 128  # MPS takes no side below this


@dataclass(frozen=True, slots=True)
class Rendition:
    """One picture size. `side` names the template field that sets it (the short side of the picture), `kbit` is the
    peak rate."""

    name: str
    pixels: int
    side: str
    kbit: int

    @property
    def template(self) -> dict[str, Any]:
        """Parameters of AddTemplate."""
        return {
            "Name": f"{NAME} {self.name}",
            "Container": {"Format": "m3u8"},
            "Video": {
                "Codec": "H.264",
                "Profile": "high",
                "Preset": "fast",
                "Crf": "23",
                "Maxrate": str(self.kbit),
                "Bufsize": str(max(1000, 2 * self.kbit)),
                self.side: str(self.pixels),
            },
            "Audio": {"Codec": "AAC", "Bitrate": str(_AUDIO_KBIT), "Samplerate": "48000", "Channels": "2"},
            "MuxConfig": {"Segment": {"Duration": "4"}},
        }


def renditions(info: MediaInfo) -> list[Rendition]:
    """Those of 360, 480, 720 and 1080 that need no enlarging; for a smaller source one of its own size. SettingError
    without a picture."""
    if not info.video:
        raise SettingError("The demo makes pictures of several sizes, but this file has no video. Choose another file.")
    width, height = info.video[0].shown_width, info.video[0].shown_height
    short, side = (height, "Height") if height <= width else (width, "Width")
    fitting = [pixels for pixels in _CEILING if pixels <= short] or [max(_SMALLEST, short - short % 2)]
    return [Rendition(f"{pixels}p", pixels, side, _CEILING.get(pixels, _CEILING[360])) for pixels in fitting]


def topology(pipeline: str, location: str, chosen: Sequence[tuple[Rendition, str]], sound: bool) -> dict[str, Any]:
    """Start -> package of all renditions (with their template ids) and the sound, and a cover -> Report, which
    publishes."""
    places = presets.Places(pipeline, IN, PREFIX, OUT, location)
    streams = [presets.Stream(r.name, template, 1000 * (r.kbit + _AUDIO_KBIT)) for r, template in chosen]
    return presets.hls_package(places, streams, sound=chosen[0][1] if sound else "", master=MASTER)


def object_name(file_name: str, taken: Sequence[str], allowed: Collection[str]) -> str:
    """A new key under PREFIX for a file of this name. SettingError when its extension is not one of those that start
    workflows."""
    if not extension_allowed(file_name, allowed):
        raise SettingError(
            f"{file_name}: a file with this extension starts no workflow. Give it the usual extension of its "
            f"format, such as .mp4, or add it to trigger_extensions."
        )
    stem, dot, extension = file_name.lstrip(".").rpartition(".")
    stem = stem if dot else extension
    tail = f".{extension}" if dot else ""
    keys = (f"{PREFIX}{stem}{'' if n == 1 else f'-{n}'}{tail}" for n in range(1, len(taken) + 2))
    return next(key for key in keys if key not in taken)
