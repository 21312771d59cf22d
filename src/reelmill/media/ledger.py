"""The page of what a transcode can be asked for: every container, codec, field and preset of MPS, done or refused
with the reason. Pure; tests hold that nothing of MPS is missing.

Source of the names: MPS reference, templates 1 to 3 and 9.
"""

from collections.abc import Iterable, Mapping

from reelmill.core.fields import Field, Record
from reelmill.media.codecs import AUDIO, VIDEO
from reelmill.media.containers import CONTAINERS
from reelmill.media.output import LATER, OUTPUT
from reelmill.media.presets import PRESETS, needs
from reelmill.media.template import SECTIONS, sections

VENDOR: dict[str, str] = {  # every field of MPS
    "Container": "Format",
    "Video": "Codec Profile Bitrate BitrateBnd Crf Width Height LongShortMode Fps MaxFps Gop Preset ScanMode "
    "Bufsize Maxrate PixFmt Remove Crop Pad Hdr2sdr NarrowBand Degrain Qscale ResoPriority",
    "Audio": "Codec Profile Samplerate Bitrate Channels Remove Qscale Volume",
    "TransConfig": "TransMode AdjDarMethod IsCheckReso IsCheckResoFail IsCheckVideoBitrate IsCheckVideoBitrateFail "
    "IsCheckAudioBitrate IsCheckAudioBitrateFail",
    "MuxConfig": "Segment Gif Webp",
    "Output": "OutputObject TemplateId Container Video Audio TransConfig MuxConfig WaterMarks WaterMarkConfigUrl Clip "
    "Rotate AudioStreamMap VideoStreamMap MergeList MergeConfigUrl OpeningList TailSlateList SubtitleConfig "
    "OutSubtitleList Encryption M3U8NonStandardSupport DeWatermark Amix SuperReso DigiWaterMark MultiSpeedInfo "
    "MultiSpeed Priority UserData ExtendData",
}
REFUSED: dict[str, str] = {
    "Video.Qscale": "MPS tells nowhere what its levels mean; `Crf` is the quality.",
    "Video.ResoPriority": "MPS tells nowhere what it does.",
    "Output.DigiWaterMark": "Not done: none of the tools draws invisible marks.",
    "Output.MultiSpeedInfo": "Films are encoded in pieces at the same time by themselves; there is nothing to choose.",
    "Output.MultiSpeed": "Films are encoded in pieces at the same time by themselves; there is nothing to choose.",
}
NOTES: dict[str, str] = {
    "Video.ScanMode": "Without it pictures become progressive, as with `progressive` and `auto`. Interlaced ones have "
    "a multiple of four lines.",
    "Video.Profile": "H.264 only, as in MPS.",
    "Video.Preset": "H.264 only, as in MPS; others have a preset of ours.",
    "Video.Degrain": "MPS tells no range; ours is 0 to 10.",
    "Video.NarrowBand": "Constant quality under `Abrmax` (and `Maxrate`), without bits for what only looks like "
    "detail; 2.0 with a slower preset.",
    "Video.PixFmt": "8 bits; 10 bits in H.265, AV1 and VP9; `bgr8` in GIF. Hardly any player shows others.",
    "Audio.Profile": "`aac_he`, `aac_he_v2`, `aac_ld`, `aac_eld` are refused: no encoder of the toolchain makes them.",
    "Audio.Volume": "`dynamic` and `auto` measure first (EBU R128).",
    "TransConfig.TransMode": "`CBR` is refused for AV1, GIF, WEBP; `twopass` for GIF, WEBP. Not cut into pieces: `CBR` "
    "and `twopass` of VP9; AV1 goes through the film once either way.",
    "TransConfig.CopyWhenFit": "Ours: a picture that already is what the template asks for (codec, size, rate, key "
    "frames where segments begin, nothing drawn, turned or cut) is copied; the run says so, or why not.",
    "Output.Encryption": "`KMS` is refused: there is none here. Workflows have a key of each media instead of `Key`, "
    "which answers never hold. Ours: the types `cenc` (DASH) and `cbcs` (DASH, HLS in fragments), by Shaka Packager.",
    "Output.Clip": "To a frame. The film is not cut into pieces.",
    "Output.MergeList": "Other sizes, rates and channels become those of the source, HDR becomes SDR. Each part lasts "
    "a whole number of pictures, its sound too. Not cut.",
    "Output.MergeConfigUrl": "The files that it names lie in its own bucket.",
    "Output.WaterMarks": "Texts are drawn in the font `FontName` where the server has it (the first one of a "
    "collection), else in its own, of which the answer to a saved workflow warns; a font that lacks letters of the "
    "text fails the job and names them.",
    "Output.WaterMarkConfigUrl": "Its watermarks are complete, and their pictures lie in its own bucket.",
    "Output.OpeningList": "Lies on the picture; length and sound stay the source's.",
    "Output.TailSlateList": "With a blend the last picture stands while the slate fades in.",
    "Output.SuperReso": "Belongs to the presets of twice the size (a good scaler, Lanczos, no neural network), and "
    "changes nothing with other templates; `IsHalfSample` `true` is refused.",
    "Output.SubtitleConfig": "In the font `FontName` where the server has it, else in its own, and the run says so; a "
    "font that lacks letters of the text fails the job and names them. Tracks of pictures (PGS, DVD, DVB) are "
    "laid onto the film: then it is not cut, clipped or put together.",
    "Output.OutSubtitleList": "Of a clipped or joined film the texts of what is left of the source, at their times "
    "there.",
    "Output.DeWatermark": "The region is filled from its edge. Its times count from the beginning of the output.",
    "Output.VideoStreamMap": "Cover pictures are not counted; without it the default picture.",
    "Output.M3U8NonStandardSupport": "As `#EXT-X-SEGMENT-MD5` and `#EXT-X-SEGMENT-SIZE`, which players overlook.",
    "Output.ExtendData": "Kept with the job.",
}


def known() -> dict[str, Mapping[str, Field]]:
    """Section -> the fields that are declared for it."""
    found: dict[str, Mapping[str, Field]] = {"Output": OUTPUT.members}
    for name, section in sections().items():
        assert isinstance(section, Record)
        found[name] = section.members
    return found


def state(section: str, name: str) -> tuple[str, str]:
    """(done or refused, why or how) of one field; ("", "") when nobody has said."""
    path = f"{section}.{name}"
    if path in REFUSED:
        return "refused", REFUSED[path]
    return ("done", NOTES.get(path, "")) if name in known()[section] else ("", "")


def page(note: str) -> str:
    """The page in Markdown."""
    return "\n".join(
        (
            f"# What a transcode can be asked for\n{note}",
            "Every field and preset of MPS, done or refused. [Activity types](nodes.md) tells types and ranges.\n",
            *_matrix(),
            *(line for section in (*SECTIONS, "Output") for line in _fields(section)),
            *_presets(),
        )
    )


def _matrix() -> Iterable[str]:
    yield "## Containers and codecs\n\n| container | video | audio | may be copied into it |\n|---|---|---|---|"
    for one in CONTAINERS.values():
        yield f"| {one.name} | {_list(one.video)} | {_list(one.audio)} | {_list(sorted(one.copies))} |"
    yield "\n| codec | encoder | pixel formats | modes | in pieces |\n|---|---|---|---|---|"
    for video in VIDEO.values():
        pieces = "yes" if video.in_pieces else "no: its colours or its frames belong together"
        yield f"| {video.name} | {video.tool} | {_list(video.pixels)} | {_list(video.modes)} | {pieces} |"
    for audio in AUDIO.values():
        yield f"| {audio.name} | {audio.tool} | | | sound is always encoded as a whole |"
    yield (
        "\nA film is encoded in pieces where the result is the same as in one go. Two passes, CBR, Clip, joined\n"
        "films, mixed sound and openings run as a whole: one set of statistics, one buffer and one clock go through\n"
        "all of it.\n"
    )


def _fields(section: str) -> Iterable[str]:
    yield f"## {section}\n\n| field | | how, or why not |\n|---|---|---|"
    names = VENDOR[section].split()
    for name in (*names, *(own for own in known()[section] if own not in names)):
        what, why = state(section, name)
        yield f"| `{name}` | {what} | {why} |"
    yield ""


def _presets() -> Iterable[str]:
    yield "## Presets\n\n| id | name | | needs |\n|---|---|---|---|"
    for identity, body in PRESETS.items():
        yield f"| `{identity}` | {body['Name']} | done | {needs(identity)} |"
    yield ""


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def unsaid() -> list[str]:
    """Fields of MPS of which nobody has said whether they are done."""
    paths = [(section, name) for section, names in VENDOR.items() for name in names.split()]
    silent = [f"{section}.{name}" for section, name in paths if not state(section, name)[0]]
    return silent + [f"Output.{name}" for name in LATER if f"Output.{name}" not in REFUSED]
