"""The preset templates that every account can read, by their MPS ids. Pure. Source of ids and values: MPS reference,
templates 9.

An id tells what a preset is: after the hyphen 0 = flv, 1 = m3u8, 2 = mp4, 3 = mp3, 4 = resolution doubling; before it
the family.
"""

from typing import Any

from reelmill.core.errors import UserText

SMART, STATIC, NARROW1, NARROW2 = "S00000000", "S00000001", "S00000002", "S00000003"
_CONTAINERS = {"0": "flv", "1": "m3u8", "2": "mp4"}

# (serial, name, video Kbit/s, audio Kbit/s, width); serials differ between the families, hence a table each
_STATIC = (
    ("00070", "4K", 6000, 160, 3840),
    ("00060", "2K", 3500, 160, 2048),
    ("00040", "FHD", 3000, 160, 1920),
    ("00030", "HD", 1800, 128, 1280),
    ("00020", "SD", 800, 80, 848),
    ("00010", "LD", 400, 64, 640),
    ("00050", "XLD", 300, 32, 320),
)
_NARROW = (
    ("00070", "4K", 8000, 3840),
    ("00060", "2K", 4000, 2048),
    ("00050", "FHD", 3000, 1920),
    ("00040", "HD", 1500, 1280),
    ("00030", "SD", 800, 848),
    ("00020", "LD", 400, 640),
)
_SHARE = 0.79  # of the static preset's rate: what a narrow one spends at most (benchmarks/narrowband)
_SMART = (("00050", "FHD"), ("00040", "HD"), ("00030", "SD"), ("00020", "LD"), ("00010", "XLD"))
_MP3 = (("00050", 320), ("00040", 192), ("00030", 160), ("00020", 128), ("00010", 64))
_DOUBLING = (
    (STATIC, "00070", "MP4-2KTo4K", 20000, 3840),
    (STATIC, "00040", "MP4-SDToHD", 6000, 1280),
    (NARROW2, "00070", "MP4-2KTo4K-NarrowBandHDV2", 20000, 3840),
    (NARROW2, "00040", "MP4-SDToHD-NarrowBandHDV2", 6000, 1280),
)


def _body(identity: str, name: str, form: str, video: dict[str, Any] | None, audio: dict[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {"Id": identity, "Name": name, "State": "Normal", "Container": {"Format": form}}
    if video is not None:
        body["Video"] = video
    body["Audio"] = audio
    body["TransConfig"] = {"TransMode": "onepass"}
    if form == "m3u8":
        body["MuxConfig"] = {"Segment": {"Duration": "10"}}
    return body


def _h264(bitrate: int, width: int) -> dict[str, str]:
    return {"Codec": "H.264", "Profile": "high", "Bitrate": str(bitrate), "Width": str(width)}


def _narrow(version: str, bitrate: int, width: int) -> dict[str, Any]:
    narrow = {"Version": version, "Abrmax": str(bitrate)}
    static = next(rate for _, _, rate, _, across in _STATIC if across == width)
    peak = str(round(_SHARE * static))
    return {"Codec": "H.264", "Profile": "high", "Width": str(width), "Maxrate": peak, "NarrowBand": narrow}


def _doubled(family: str, bitrate: int) -> dict[str, Any]:
    if family == NARROW2:
        return {"Codec": "H.264", "Profile": "high", "NarrowBand": {"Version": "2.0", "Abrmax": str(bitrate)}}
    return {"Codec": "H.264", "Profile": "high", "Crf": "21", "Maxrate": str(bitrate), "Bufsize": str(bitrate)}


def doubled(template_id: str) -> int:
    """The widest picture that a preset of twice the size makes, 0 for all others."""
    return next((width for family, serial, _, _, width in _DOUBLING if template_id == f"{family}-4{serial}"), 0)


def _aac(bitrate: int) -> dict[str, str]:
    return {"Codec": "AAC", "Profile": "aac_low", "Samplerate": "44100", "Bitrate": str(bitrate), "Channels": "2"}


def _presets() -> dict[str, dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for digit, form in _CONTAINERS.items():
        label = form.upper()
        for serial, name, video, audio, width in _STATIC:
            if (digit, name) != ("2", "XLD"):  # MPS lists no such mp4 preset
                made.append(
                    _body(f"{STATIC}-{digit}{serial}", f"{label}-{name}", form, _h264(video, width), _aac(audio))
                )
        made.append(_body(f"{STATIC}-{digit}00000", f"{label}-COPY", form, {"Codec": "copy"}, {"Codec": "copy"}))
        for serial, name, video, width in _NARROW:
            made.append(
                _body(
                    f"{NARROW1}-{digit}{serial}",
                    f"{label}-{name}-NarrowBandHDV1",
                    form,
                    _narrow("1.0", video, width),
                    _aac(128),
                )
            )
        for serial, name in _SMART:
            if (digit, name) != ("0", "XLD"):  # MPS lists no such flv preset
                made.append(
                    _body(f"{SMART}-{digit}{serial}", f"{label}-{name}", form, {"Codec": "H.264"}, {"Codec": "AAC"})
                )
    for serial, name, video, width in _NARROW[2:]:
        made.append(
            _body(f"{NARROW2}-2{serial}", f"MP4-{name}-NarrowBandHDV2", "mp4", _narrow("2.0", video, width), _aac(128))
        )
    for serial, bitrate in _MP3:
        audio_only = {"Codec": "MP3", "Samplerate": "44100", "Bitrate": str(bitrate), "Channels": "2"}
        made.append(_body(f"{STATIC}-3{serial}", f"MP3-{bitrate}", "mp3", None, audio_only))
    for family, serial, name, video, _ in _DOUBLING:
        made.append(_body(f"{family}-4{serial}", name, "mp4", _doubled(family, video), _aac(128)))
    return {body["Id"]: body for body in made}


PRESETS: dict[str, dict[str, Any]] = _presets()


def needs(template_id: str) -> UserText:
    """What must come before a preset can be used, as a sentence; "" for most, and for ids that are no presets."""
    if not template_id.startswith(SMART) or template_id not in PRESETS:
        return ""
    return "It gets its size and rate for each film: an Analysis of the input comes before it."
