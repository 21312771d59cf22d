"""Coded pictures and sounds of a film, without its container: NUT files that ffmpeg makes, kept as long as the process
lives.

Many films share them (the same pictures in another container, at other times), so each is made once.
"""

import atexit
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from films import scene
from films.film import Film
from films.pictures import pixel_format, placed_size, rows
from films.plan import LOUDNESS, full_range, halves, matrix_of, plan
from reelmill.media.tools import Tools

GOP = 12
RATES = {"amr": 8000, "nellymoser": 22050}
PRIMING = {
    "aac": 1024,
    "mp3": 1105,
    "mp2": 481,
    "ac3": 256,
    "opus": 312,
    "vorbis": 128,
    "wmav2": 2048,
    "amr": 50,
    "nellymoser": 128,
}  # samples before the first one
_FORMS = {"qtrle": "mov", "alac": "mov", "nellymoser": "flv", "wmav2": "asf"}  # NUT has no name for these
_LAYOUTS = {"mono": ("mono", 1), "stereo": ("stereo", 2), "5.1": ("5.1", 6)}
_SOUNDS = {
    "aac": "-c:a aac -b:a 192k",
    "mp3": "-c:a libmp3lame -b:a 192k",
    "mp2": "-c:a mp2 -b:a 256k",
    "ac3": "-c:a ac3 -b:a 448k",
    "opus": "-c:a libopus -b:a 192k -mapping_family 1",
    "vorbis": "-c:a libvorbis -q:a 8",
    "flac": "-c:a flac",
    "pcm": "-c:a pcm_s16le",
    "alac": "-c:a alac",
    "nellymoser": "-c:a nellymoser",
    "wmav2": "-c:a wmav2 -b:a 256k",
    "amr": "-c:a libopencore_amrnb -b:a 12.2k",
}
_RAW = {
    "aac": "adts",
    "mp2": "mp2",
    "ac3": "ac3",
    "mp3": "mp3",
}  # formats whose packets say themselves what they are: a change in the middle needs them
_TAGS = {
    "601": "smpte170m smpte170m smpte170m",
    "709": "bt709 bt709 bt709",
    "2020": "unknown unknown bt2020nc",
    "rgb": "",
}
_HDR = {
    "pq": "bt2020 smpte2084 bt2020nc",
    "hlg": "bt2020 arib-std-b67 bt2020nc",
    "pq partly": "unknown smpte2084 unknown",
}


@cache
def folder() -> Path:
    made = Path(tempfile.mkdtemp(prefix="reelmill-films-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


@cache
def program() -> str:
    return Tools().path("ffmpeg")


def ffmpeg(words: Iterable[str], given: Iterable[bytes] = ()) -> None:
    """Run ffmpeg with `given` as its standard input; RuntimeError with its last words."""
    argv = [program(), "-hide_banner", "-v", "error", "-y", "-threads", "1", *words]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(argv, stdin=subprocess.PIPE, stderr=log)
        assert process.stdin is not None
        try:
            for part in given:
                process.stdin.write(part)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it says why
        if process.wait():
            log.seek(0)
            raise RuntimeError(f"ffmpeg {' '.join(argv[6:])}\n{log.read().decode(errors='replace')[-800:]}")


# ---- pictures ------------------------------------------------------------------------------------


def picture_file(film: Film, first: int, last: int) -> Path:
    """The coded pictures with the numbers `first` to `last`; the n-th has the time n / rate."""
    same = replace(
        film,
        container=_kind(film),
        sound="none",
        layout="stereo",
        change="none",
        tracks="0",
        loud="usual",
        keys="true",
        extra="none",
        cut="none",
        pieces="whole",
        edit=film.edit if film.edit == "delay" else "none",
        end="together",
        start=film.start if film.start == "sound first" else "0",
        crop="clap" if film.crop != "none" else "none",
        seam="joined" if film.seam != "none" else "none",
    )
    return _pictures(
        same, first, last, film.video in ("h264", "hevc") and (film.container in ("ps", "ts") or len(halves(film)) > 1)
    )


def _kind(film: Film) -> str:
    """Containers whose coded pictures are alike."""
    return film.container if film.container in ("ts", "ps") else "mp4"


@cache
def _pictures(film: Film, first: int, last: int, inside: bool) -> Path:
    """`inside`: each key frame tells by itself how it is coded."""
    form = _FORMS.get(film.video, "nut")
    path = folder() / f"v{abs(hash((film, first, last)))}.{form}"
    width, height = placed_size(film, first > 0)
    fields = film.scan in ("tff", "bff") or (film.scan == "late" and first > 0)
    raw = ["-f", "rawvideo", "-pix_fmt", pixel_format(film), "-s", f"{width}x{height}", "-r", film.rate, "-i", "pipe:"]
    chain = [f"setfield={'bff' if film.scan == 'bff' else 'tff'}"] if fields else []
    wide, high = film.sar.split(":")
    chain += [f"setsar={high}/{wide}" if film.turn[:2] in ("90", "27") else f"setsar={wide}/{high}"]
    chain += [_coloured(film)]
    if film.video == "gif":
        chain += ["split[a][b];[a]palettegen=stats_mode=full[p];[b][p]paletteuse=dither=none"]
    coder = _video_args(film, fields)
    ffmpeg(
        [
            *raw,
            "-vf",
            ",".join(filter(None, chain)),
            *coder,
            *(["-bsf:v", "dump_extra=freq=keyframe"] if inside else []),
            "-f",
            form,
            str(path),
        ],
        rows(film, first, last),
    )
    return path


def _coloured(film: Film) -> str:
    """What the frames say of their colours; encoders and containers hand it on."""
    pair = "pc" if full_range(film) else "tv"
    if matrix_of(film) == "rgb":
        return ""
    if film.hdr == "none" and film.matrix == "untold":
        return "setparams=range=pc" if full_range(film) else ""
    primaries, transfer, matrix = (_HDR[film.hdr] if film.hdr != "none" else _TAGS[matrix_of(film)]).split()
    return f"setparams=range={pair}:color_primaries={primaries}:color_trc={transfer}:colorspace={matrix}"


def _video_args(film: Film, fields: bool) -> list[str]:
    gop = 9999 if film.gop in ("long", "refresh") else GOP
    if film.rate == "2":
        gop = min(gop, 4)
    return _VIDEO[film.video](film, gop, fields).split()


def _h264(film: Film, gop: int, fields: bool) -> str:
    more = (
        f"scenecut=0:open-gop={int(film.gop == 'open')}"
        + (f":{'bff' if film.scan == 'bff' else 'tff'}=1" if fields else "")
        + (":intra-refresh=1" if film.gop == "refresh" else "")
    )
    gop = GOP if film.gop == "refresh" else gop
    coder = "libx264rgb -crf 4" if film.video == "rgb264" else "libx264 -crf 10"
    return f"-c:v {coder} -preset veryfast -bf {film.bframes} -g {gop} -keyint_min {gop} -x264-params {more}" + (
        " -flags:v +ildct+ilme" if fields else ""
    )


def _hevc(film: Film, gop: int, fields: bool) -> str:
    more = f"log-level=none:pools=1:frame-threads=1:keyint={gop}:min-keyint={min(gop, GOP)}:scenecut=0:bframes={film.bframes}:open-gop={int(film.gop == 'open')}"  # noqa: E501
    return f"-c:v libx265 -preset ultrafast -crf 8 -x265-params {more}"


def _mpeg(film: Film, gop: int, fields: bool) -> str:
    coder = {"mpeg2": "mpeg2video", "h263": "h263", "wmv2": "wmv2", "flv1": "flv", "mpeg4": "mpeg4"}[film.video]
    # a station's stream allows fields from the beginning, or decoders would lose a picture at the change
    woven = fields or film.scan == "late"
    more = " -flags:v +ildct+ilme" if woven else ""
    closed = (
        " -flags:v +cgop -sc_threshold 1000000000"
        if film.video == "mpeg2" and film.gop != "open" and not woven
        else " -sc_threshold 1000000000"
        if film.video == "mpeg2"
        else ""
    )
    return f"-c:v {coder} -q:v 2 -g {min(gop, 600)} -bf {film.bframes}{more}{closed}"


def _vpx(film: Film, gop: int, fields: bool) -> str:
    if film.video == "vp8":
        return (
            f"-c:v libvpx -deadline realtime -cpu-used 8 -b:v 3M -crf 4 -qmin 1 -qmax 12 -g {gop} "
            f"-lag-in-frames 0 -auto-alt-ref 0"
        )
    return f"-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 0 -crf 8 -g {gop} -lag-in-frames 0 -auto-alt-ref 0"


_VIDEO = {
    "h264": _h264,
    "rgb264": _h264,
    "hevc": _hevc,
    "vp8": _vpx,
    "vp9": _vpx,
    "mpeg2": _mpeg,
    "mpeg4": _mpeg,
    "h263": _mpeg,
    "wmv2": _mpeg,
    "flv1": _mpeg,
    "av1": lambda film, gop, fields: (
        f"-c:v libaom-av1 -usage realtime -cpu-used 8 -crf 8 -b:v 0 -g {gop} -lag-in-frames 0"
    ),
    "mjpeg": lambda film, gop, fields: "-c:v mjpeg -q:v 2",
    "theora": lambda film, gop, fields: f"-c:v libtheora -q:v 9 -g {gop}",
    "prores": lambda film, gop, fields: (
        "-c:v prores_ks " + ("-profile:v 4444 -alpha_bits 16" if film.alpha == "yes" else "-profile:v hq")
    ),
    "qtrle": lambda film, gop, fields: f"-c:v qtrle -g {gop} -pix_fmt {'argb' if film.alpha == 'yes' else 'rgb24'}",
    "ffv1": lambda film, gop, fields: "-c:v ffv1 -level 3 -g 1" + (" -pix_fmt bgra" if film.alpha == "yes" else ""),
    "gif": lambda film, gop, fields: "-c:v gif",
    "dv": lambda film, gop, fields: "-c:v dvvideo -pix_fmt yuv420p",
}


# ---- sounds --------------------------------------------------------------------------------------


def sound_files(film: Film, track: int = 0) -> list[tuple[Path, float]]:
    """The coded sound and when it begins; two files when it changes, or two recordings are joined. `track` 0 has the
    beeps, others other ones."""
    times = plan(film)
    assert times.sound is not None
    begin, end = times.sound
    spans = (
        [(begin, times.turn), (times.turn, end)]
        if film.change != "none" or film.seam in ("joined", "back")
        else [(begin, end)]
    )
    first, _, second = film.change.partition(" to ")
    made = []
    for number, (a, b) in enumerate(spans):
        kind = second if number and second else first
        layout = kind if kind in _LAYOUTS else film.layout
        rate = int(kind) if kind.isdigit() else RATES.get(film.sound, 48_000)
        container = "change" if film.change != "none" else ""
        made.append(
            (
                _sound(
                    film.sound, layout, rate, a, b, times.events, LOUDNESS[film.loud], track * scene.OTHERS, container
                ),
                a,
            )
        )
    return made


@cache
def _sound(
    codec: str,
    layout: str,
    rate: int,
    begin: float,
    end: float,
    events: tuple[tuple[int, float], ...],
    loud: float,
    shift: int,
    change: str,
) -> Path:
    form = _RAW[codec] if change else _FORMS.get(codec, "nut")
    path = folder() / f"s{abs(hash((codec, layout, rate, begin, end, events, loud, shift, change)))}.{form}"
    name, channels = _LAYOUTS[layout]
    loud = loud * 0.6 if layout == "5.1" and loud < 0.5 else loud
    one = scene.beeps(list(events), begin, end, rate, loud, shift)
    sound = np.repeat(one[:, None], channels, 1)
    if channels == 6:
        sound[:, 3] = 0  # the low frequencies
    ffmpeg(
        [
            "-f",
            "f32le",
            "-ar",
            str(rate),
            "-ch_layout",
            name,
            "-i",
            "pipe:",
            *_SOUNDS[codec].split(),
            "-f",
            form,
            str(path),
        ],
        [sound.tobytes()],
    )
    return path
