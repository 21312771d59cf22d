"""RFC 6381 names of streams (`avc1.64001f`), as CODECS of playlists and manifests tell them. Pure.

They are read from what the encoder wrote: ffprobe's JSON carries the stream's `extradata` (parameter sets) for files
that we made. Where there is none, the name comes from what ffprobe understood. "" when a stream cannot be named truly:
a player believes what it is told. Layouts: ISO/IEC 14496-15 (AVC, HEVC), AV1-in-ISOBMFF, VP9-in-ISOBMFF.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

_BYTES = re.compile(r"^[0-9a-f]{8}: ((?:[0-9a-f]{4} ?)*[0-9a-f]{0,2})", re.MULTILINE)
_START = b"\x00\x00\x01"
_AVC_SPS, _HEVC_SPS = 7, 33
_FLAGS = {"Constrained Baseline": "42c0", "Baseline": "4200", "Main": "4d40", "High": "6400", "High 10": "6e00"}
# level of VP9 -> luma samples of a picture, luma samples a second (levels definition of its bitstream document)
_VP9_LEVELS = (
    (10, 36_864, 829_440),
    (11, 73_728, 2_764_800),
    (20, 122_880, 4_608_000),
    (21, 245_760, 9_216_000),
    (30, 552_960, 20_736_000),
    (31, 983_040, 36_864_000),
    (40, 2_228_224, 83_558_400),
    (41, 2_228_224, 160_432_128),
    (50, 8_912_896, 311_951_360),
    (51, 8_912_896, 588_251_136),
    (52, 8_912_896, 1_176_502_272),
    (60, 35_651_584, 1_176_502_272),
)


def extradata(stream: Mapping[str, Any]) -> bytes:
    """The bytes of ffprobe's hex dump."""
    return bytes.fromhex("".join(_BYTES.findall(str(stream.get("extradata", "")))).replace(" ", ""))


def avc(stream: Mapping[str, Any]) -> str:
    """H.264: profile, constraint flags and level as they stand in the parameter set."""
    data = extradata(stream)
    if data[:1] == b"\x01" and len(data) > 4:
        return f"avc1.{data[1:4].hex()}"
    for unit in _units(data):
        if unit[0] & 31 == _AVC_SPS and len(unit) > 4:
            return f"avc1.{unit[1:4].hex()}"
    kind = _FLAGS.get(str(stream.get("profile", "")))
    return f"avc1.{kind}{int(stream.get('level', 0)):02x}" if kind else ""


def hevc(stream: Mapping[str, Any]) -> str:
    """H.265: the twelve bytes of profile, tier and level."""
    data = extradata(stream)
    general = b""
    if data[:1] == b"\x01" and len(data) > 13:
        general = data[1:13]
    else:
        for unit in _units(data):
            if (unit[0] >> 1) & 63 == _HEVC_SPS and len(unit) > 15:
                general = unit[3:15]
                break
    if len(general) < 12:
        return ""
    space, tier, profile = general[0] >> 6, general[0] >> 5 & 1, general[0] & 31
    reverse = int(f"{int.from_bytes(general[1:5], 'big'):032b}"[::-1], 2)
    constraints = [f"{byte:X}" for byte in general[5:11].rstrip(b"\x00")]
    parts = [f"{['', 'A', 'B', 'C'][space]}{profile}", f"{reverse:X}", f"{'LH'[tier]}{general[11]}", *constraints]
    return "hvc1." + ".".join(parts)


def av1(stream: Mapping[str, Any]) -> str:
    """AV1: profile, level, tier and depth of the `av1C` box."""
    data = extradata(stream)
    if len(data) < 4 or data[0] != 0x81:
        return ""
    profile, level = data[1] >> 5, data[1] & 31
    tier, deep, twelve = data[2] >> 7, data[2] >> 6 & 1, data[2] >> 5 & 1
    return f"av01.{profile}.{level:02d}{'MH'[tier]}.{12 if twelve else 10 if deep else 8:02d}"


def vp9(stream: Mapping[str, Any]) -> str:
    """VP9 tells its profile; its level follows from size and pace."""
    found = re.fullmatch(r"Profile ([0-3])", str(stream.get("profile", "")))
    above, _, below = str(stream.get("avg_frame_rate", "0/0")).partition("/")
    pace = int(above) / int(below) if above.isdigit() and below.isdigit() and int(below) else 0.0
    size = int(stream.get("width", 0)) * int(stream.get("height", 0))
    level = next((name for name, most, rate in _VP9_LEVELS if size <= most and size * pace <= rate), 0)
    if not found or not size or not pace or not level:
        return ""
    depth = 10 if "10" in str(stream.get("pix_fmt", "")) else 12 if "12" in str(stream.get("pix_fmt", "")) else 8
    return f"vp09.{int(found[1]):02d}.{level:02d}.{depth:02d}"


def aac(stream: Mapping[str, Any]) -> str:
    """AAC: the object type of its configuration; transport streams carry none, and tell the profile."""
    data = extradata(stream)
    if len(data) >= 2 and data[0] >> 3 not in (0, 31):
        return f"mp4a.40.{data[0] >> 3}"
    return "mp4a.40." + {"HE-AAC": "5", "HE-AACv2": "29"}.get(str(stream.get("profile", "")), "2")


NAMED: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "h264": avc,
    "hevc": hevc,
    "av1": av1,
    "vp9": vp9,
    "vp8": lambda _: "vp8",
    "aac": aac,
    "mp3": lambda _: "mp4a.40.34",
    "opus": lambda _: "opus",
    "vorbis": lambda _: "vorbis",
    "flac": lambda _: "fLaC",
    "ac3": lambda _: "ac-3",
    "eac3": lambda _: "ec-3",
}
"""How streams are named, by ffprobe's name of the codec."""


def rfc6381(stream: Mapping[str, Any]) -> str:
    """The RFC 6381 name of a stream of ffprobe's JSON, as players ask for it; "" when it cannot be named truly."""
    if "rfc6381" in stream:  # made when its parameter sets were at hand (media.probe)
        return str(stream["rfc6381"])
    known = NAMED.get(str(stream.get("codec_name", "")))
    return known(stream) if known else ""


def _units(data: bytes) -> list[bytes]:
    """The NAL units of a byte stream, without what keeps start codes from appearing inside them."""
    parts = data.split(_START)[1:]
    return [part.replace(b"\x00\x00\x03", b"\x00\x00") for part in parts if part]
