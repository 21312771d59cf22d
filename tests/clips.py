"""Small good and nasty clips, made by ffmpeg when first asked for and kept until the test process ends.

    from clips import clip
    path = clip("rotated90.mp4")

`NAMES` lists all. Every clip comes from lavfi's test pictures and tones: nothing is read from outside. Most last 4 s at
24 frames a second (96 frames).
"""

import atexit
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from reelmill.media.tools import Tools

FPS, SECONDS = 24, 4
_X264 = "-c:v libx264 -preset ultrafast -crf 30 -g 24 -bf 2 -pix_fmt yuv420p"
_AAC = "-c:a aac -b:a 64k"
_VIDEO = f"-f lavfi -i testsrc2=s=320x180:r={FPS}:d={SECONDS}"
_AUDIO = f"-f lavfi -i sine=f=440:r=44100:d={SECONDS}"


@cache
def folder() -> Path:
    """Where the clips of this test process lie."""
    made = Path(tempfile.mkdtemp(prefix="reelmill-clips-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


@cache
def tools() -> Tools:
    """The tools as they are found without any setting."""
    return Tools()


def ffmpeg(arguments: str, *more: str) -> None:
    """Run ffmpeg in the clips' folder; words are split at blanks, `more` are not split."""
    words = [tools().path("ffmpeg"), "-hide_banner", "-v", "error", "-nostdin", "-y", *arguments.split(), *more]
    subprocess.run(words, check=True, cwd=folder(), stdin=subprocess.DEVNULL)


def _lavfi(
    filters: str = "",
    codec: str = _X264,
    audio: str = _AAC,
    size: str = "320x180",
    rate: str = str(FPS),
    seconds: float = SECONDS,
    extra: str = "",
) -> Callable[[Path], object]:
    """A clip of test picture and tone."""

    def make(path: Path) -> None:
        chain = f"-vf {filters}" if filters else ""
        sound = f"-f lavfi -i sine=f=440:r=44100:d={seconds}" if audio else ""
        ffmpeg(
            f"-f lavfi -i testsrc2=s={size}:r={rate}:d={seconds} {sound} {chain} {codec} {audio} {extra}",
            "file:" + str(path),
        )

    return make


def _from(source: str, arguments: str, before: str = "") -> Callable[[Path], object]:
    """A clip made of another one."""
    return lambda path: ffmpeg(f"{before} -i {clip(source)} {arguments}", "file:" + str(path))


def _head(source: str, share: float) -> Callable[[Path], object]:
    def make(path: Path) -> None:
        data = clip(source).read_bytes()
        path.write_bytes(data[: int(len(data) * share)])

    return make


def _copy(path: Path) -> None:
    shutil.copyfile(clip("base.mp4"), path)


def _text(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text, encoding="utf-8")


def _flip(path: Path) -> None:
    data = bytearray(clip("base.ts").read_bytes())
    dice = random.Random(1)
    for _ in range(200):
        data[dice.randrange(2000, len(data))] ^= dice.randrange(1, 255)
    path.write_bytes(bytes(data))


def _cover(path: Path) -> None:
    ffmpeg("-f lavfi -i color=red:s=64x64:d=1 -frames:v 1 cover.png")
    ffmpeg(
        f"{_AUDIO} -i cover.png -map 0 -map 1 -c:a libmp3lame -c:v png -disposition:v attached_pic", "file:" + str(path)
    )


def _languages(path: Path) -> None:
    tone = "".join(f"-f lavfi -i sine=f={f}:d={SECONDS} " for f in (300, 500))
    ffmpeg(
        f"{_VIDEO} {tone} -map 0 -map 1 -map 2 {_X264} {_AAC} -metadata:s:a:0 language=eng -metadata:s:a:1 "
        f"language=fra",
        "file:" + str(path),
    )


def _hdr(path: Path) -> None:
    params = "log-level=none:hdr10=1:repeat-headers=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
    ffmpeg(
        f"{_VIDEO} {_AUDIO} -c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -x265-params {params} "
        f"-color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -tag:v hvc1 {_AAC}",
        "file:" + str(path),
    )


def _attack_segment(address: str) -> Callable[[Path], object]:
    return _text(f"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\n{address}\n#EXT-X-ENDLIST\n")


def dash(address: str) -> str:
    """A DASH manifest whose only media lies at the address."""
    return (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT4S" '
        'profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet '
        'mimeType="video/mp4"><Representation id="1" bandwidth="1">'
        f"<BaseURL>{address}</BaseURL></Representation></AdaptationSet></Period></MPD>"
    )


def svg(address: str) -> str:
    """A picture that shows another one."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="10" '
        f'height="10"><image xlink:href="{address}"/></svg>'
    )


def _offset(path: Path) -> None:
    base = clip("base.mp4")
    ffmpeg(f"-itsoffset 1.5 -i {base} -i {base} -map 0:v -map 1:a -c copy", "file:" + str(path))


def _attack_local(path: Path) -> None:
    _attack_segment(clip("base.ts").name)(path)


_MAKERS: dict[str, Callable[[Path], object]] = {
    # good ones
    "base.mp4": _lavfi(),
    "base.ts": _from("base.mp4", "-c copy -f mpegts"),
    "base.mkv": _from("base.mp4", "-c copy"),
    "ten.mp4": _lavfi(seconds=10),  # 240 frames, a key frame every second
    "faststart.mp4": _from("base.mp4", "-c copy -movflags +faststart"),
    # odd pictures
    "rotated90.mp4": _from("base.mp4", "-c copy", before="-display_rotation 90"),
    "odd_641x361_444.mp4": _lavfi(
        filters="scale=641:361,setsar=1,format=yuv444p", codec="-c:v libx264 -preset ultrafast -crf 30 -pix_fmt yuv444p"
    ),
    "vfr.mp4": _lavfi(filters="select='not(mod(n\\,7))+gt(random(1)\\,0.5)'", codec=_X264 + " -fps_mode vfr"),
    "hdr10_hevc.mp4": _hdr,
    "interlaced_tff.ts": _lavfi(
        size="352x288",
        rate="50",
        filters="tinterlace=interleave_top,fieldorder=tff",
        codec="-c:v mpeg2video -flags +ilme+ildct -b:v 1M",
        audio="-c:a mp2",
    ),
    "sar_64_45.mp4": _lavfi(size="360x288", filters="setsar=64/45"),
    "tiny2x2.mp4": _lavfi(filters="scale=2:2,setsar=1", audio="", seconds=1),
    "tall16x8192.mp4": _lavfi(filters="scale=16:8192,setsar=1", audio="", seconds=0.25),
    "fps1000.mp4": _lavfi(rate="1000", audio="", seconds=1),
    "long_gop.mp4": _lavfi(
        codec="-c:v libx264 -preset ultrafast -crf 30 -g 9999 -sc_threshold 0 -pix_fmt yuv420p", seconds=8
    ),
    "drop2997_tc.mov": _lavfi(rate="30000/1001", extra="-timecode 01:00:00;00"),
    # odd sound
    "no_audio.mp4": _lavfi(audio=""),
    "audio_only.m4a": lambda path: ffmpeg(f"{_AUDIO} {_AAC}", "file:" + str(path)),
    "audio_cover.mp3": _cover,
    "audio51.mkv": _lavfi(audio="-af pan=5.1|FL=c0|FR=c0|FC=c0|LFE=c0|BL=c0|BR=c0 -c:a ac3"),
    "multi_audio.mkv": _languages,
    "av_offset.mp4": _offset,
    "a_short.mp4": lambda path: ffmpeg(f"{_VIDEO} -f lavfi -i sine=d=1 {_X264} {_AAC}", "file:" + str(path)),
    "audio_first.mp4": _from("base.mp4", "-map 0:a -map 0:v -c copy"),
    # odd clocks
    "ts_wrap.ts": _from("base.mp4", "-c copy -output_ts_offset 95441 -f mpegts"),
    # broken ones
    "truncated_nomoov.mp4": _head("base.mp4", 0.6),
    "truncated_faststart.mp4": _head("faststart.mp4", 0.5),
    "bitflips.ts": _flip,
    "zero.mp4": lambda path: path.touch(),
    "text.mp4": _text("hello, this is text not video\n" * 200),
    "random.mp4": lambda path: path.write_bytes(random.Random(2).randbytes(300_000)),
    # names that break careless programs
    "-dash.mp4": _copy,
    "a:b,c[0].mp4": _copy,
    "img%03d.mp4": _copy,
    "ünï – 视频 'q\"uote & $x; 100%.mp4": _copy,
    # attacks that read local files; those that call other hosts are made by the tests with the address of their trap
    "attack_concat.m3u8": _attack_segment("concat:file:///etc/hostname|file:///etc/passwd"),
    "attack_file.mp4": _attack_segment("file:///etc/passwd"),
    "attack_localfile.m3u8": _attack_local,
    "attack_ffconcat.mp4": _text("ffconcat version 1.0\nfile '/etc/passwd'\n"),
    "attack.svg": _text(svg("file:///etc/passwd")),
}

NAMES = tuple(_MAKERS)


@cache
def clip(name: str) -> Path:
    """The path of a clip of `NAMES`; it is made at the first call."""
    path = folder() / name
    _MAKERS[name](path)
    return path
