"""Smart presets: templates whose size and rate are found for each source. Which definitions there are, which sizes are
tried, and the whole template that a result means. Pure. Source of ids and ranges: MPS reference, templates 9.7.

A definition is named after the lines of its picture; of a picture that is wider than 16:9 those that it would have with
its black bars.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reelmill.media.picture import even
from reelmill.media.presets import PRESETS, SMART

QUALITY = 25  # RateQuality where none is told
_STEP = 0.6  # VMAF for each step of RateQuality
_QUALITIES = (40.0, 98.0)  # VMAF that can be aimed at: above, rates rise without end
_WIDE = 16 / 9
_PEAK, _BUFFER = 2, 4  # times the rate: the highest rate that players meet, and what they hold in Kbit


@dataclass(frozen=True, slots=True)
class Definition:
    """One of the presets' definitions, whatever the container.

    name, serial   as in the presets' names and ids       least, most   lines of its picture
    usual          its lines where the source has more than `most`
    floor, cap     Kbit/s between which its rates lie by name: one above the cap is never given, one below the floor is,
                   where it is enough
    sound          Kbit/s of its audio
    usually        Kbit/s of the static preset of this name
    """

    name: str
    serial: str
    least: int
    most: int
    usual: int
    floor: int
    cap: int
    sound: int
    usually: int


DEFINITIONS = (
    Definition("XLD", "00010", 1, 269, 240, 0, 500, 32, 300),
    Definition("LD", "00020", 270, 479, 360, 0, 500, 64, 400),
    Definition("SD", "00030", 480, 575, 480, 500, 1000, 80, 800),
    Definition("HD", "00040", 576, 720, 720, 1000, 2000, 128, 1800),
    Definition("FHD", "00050", 720, 1080, 1080, 2000, 4000, 160, 3000),
)
OF_SOUND = DEFINITIONS[3]  # the one for films without pictures: the largest that every family has
FORMS = {"0": "flv", "1": "m3u8", "2": "mp4"}


def identities(definition: Definition) -> tuple[str, ...]:
    """Ids of its presets, one for each container that has it."""
    named = (f"{SMART}-{digit}{definition.serial}" for digit in FORMS)
    return tuple(one for one in named if one in PRESETS)


def definition_of(template_id: str) -> Definition | None:
    """The definition of a smart preset, None for all other ids."""
    return next((one for one in DEFINITIONS if template_id in identities(one)), None)


def target(standard: float, quality: int) -> float:
    """VMAF that `RateQuality` asks for; `standard` is what QUALITY means. Lower is better."""
    return max(_QUALITIES[0], min(_QUALITIES[1], standard + _STEP * (QUALITY - quality)))


@dataclass(frozen=True, slots=True)
class Size:
    """A picture size that is tried: lines as definitions count them, and even sides."""

    lines: int
    width: int
    height: int


def lines_of(across: float, down: float) -> float:
    """How many lines a picture of these sides has, as definitions count them."""
    short, long = sorted((across, down))
    return max(short, long / _WIDE)


def offered(lines: float) -> tuple[Definition, ...]:
    """The definitions for which a picture has lines enough, the smallest first. The one for the smallest pictures is
    for those alone."""
    found = tuple(one for one in DEFINITIONS if one.least <= round(lines))
    return found[1:] or found


def sizes(across: float, down: float) -> dict[Definition, Size]:
    """The size of each definition that is offered for a picture of these sides; never a larger one."""
    own = lines_of(across, down)
    found = {}
    for definition in offered(own):
        lines = own if round(own) <= definition.most else definition.usual
        found[definition] = Size(round(lines), even(across * lines / own), even(down * lines / own))
    return found


def expanded(
    template_id: str, size: Size, rate: int, vmaf: float, *, network: bool, picture: Mapping[str, str], forced: bool
) -> dict[str, Any]:
    """The whole template of a smart preset, for one source. `vmaf`: 0 when nobody measured; `network`: with a peak rate
    for those who watch while it comes; `picture`: fields of Video that the source asks for; `forced`: it is
    deinterlaced, whatever its pictures tell."""
    body, definition = PRESETS[template_id], definition_of(template_id)
    assert definition is not None
    video = {"Codec": "H.264", "Profile": "high", "Preset": "medium", "Bitrate": str(rate)}
    video |= {"Width": str(size.width), "Height": str(size.height), "Gop": "10s", **picture}
    if network:
        video |= {"Maxrate": str(_PEAK * rate), "Bufsize": str(max(1000, _BUFFER * rate))}
    sound = {"Codec": "AAC", "Profile": "aac_low", "Samplerate": "44100", "Channels": "2"}
    return {
        **{name: body[name] for name in ("Id", "Name", "State", "Container")},
        "Video": video,
        "Audio": sound | {"Bitrate": str(definition.sound)},
        "TransConfig": {"TransMode": "twopass"},
        **({"MuxConfig": body["MuxConfig"]} if "MuxConfig" in body else {}),
        **({"Deinterlace": "Force"} if forced else {}),
        "Vmaf": f"{vmaf:.1f}" if vmaf else "",  # what says that this is no bare preset any more
    }
