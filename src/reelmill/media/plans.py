"""What an output will be, in plain numbers: its picture, its sound, its file. media.encode settles them, codecs and
containers make arguments of them. Pure."""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from reelmill.core.model import VideoStream
from reelmill.media.shaping import Blur
from reelmill.media.subtitles.burning import Text
from reelmill.media.watermark_drawing import Placed


class Canvas(NamedTuple):
    """Size that all pictures of a source get first; `limited`: and the limited range."""

    width: int
    height: int
    limited: bool = False


@dataclass(frozen=True, slots=True)
class VideoPlan:
    """The video stream of an output.

    index    stream of the source      copy  taken over as it is; then all else is meaningless
    width, height  even, square pixels      shape  width / height of the source as shown; pictures of another shape get
    bars
    canvas   what all pictures become first (media.source.canvas)      fills   so all have one shape, the output's
    shapes   of the source's pictures (Timeline.shapes)
    leaps    the clock of the source does, and was mended      first   when the first picture comes, where decoders do
             not know it (Timeline.counted)
    fps      frames per second to convert to, None: the source's own times
    rate     frames per second that are expected, for GOP lengths; 0 when unknown      steady   all of them at equal
             distances
    deinterlace   filters, where some frames may be interlaced
    colours  what the source leaves out (media.colours.told)      black  filters that put it on black      sdr  ... and
             that bring it into BT.709
    matrix, tags  of the output, as it is told to players      convert  the pixels have another matrix before
    stands   where pictures are repeated (media.standing.spans)      origin   as of the rendition: repeated ones stand
             where segments begin
    crf      "" or the constant quality; else bitrate. bitrate, maxrate in Kbit/s, bufsize in Kbit, 0: not set
    gop      most frames between key frames     end, last   when the last one ends and begins, seconds of the file; 0:
             not known
    tick     seconds to which the source rounds its times
    codec    as templates call it (media.codecs)
    pixels   format of the samples for the encoder
    mode     onepass, twopass or CBR      number   of the pass, 0: there is only one       log   its file of statistics,
             with the folder
    interlaced   lines are kept as fields: "" none, "tff" or "bff"
    stored   width / height of the source's pictures, before they are shaped      shaping   filters that cut, border and
             turn them      blurs   regions that are blurred before      degrain   0 to 10     sharp   they are doubled
    plain    no bits are spent on what only looks like detail
    palette  how colours between those of a palette are drawn, "" without a palette      held  the last picture of an
             animation is held to the end (media.animation)
    """

    index: int
    copy: bool = False
    width: int = 0
    height: int = 0
    shape: float = 0.0
    canvas: Canvas | None = None
    fills: bool = False
    shapes: tuple[tuple[float, float], ...] = ()
    leaps: bool = False
    first: float | None = None
    fps: Fraction | None = None
    rate: Fraction = Fraction(0)
    steady: bool = True
    deinterlace: tuple[str, ...] = ()
    colours: str = ""
    black: tuple[str, ...] = ()
    sdr: VideoStream | None = None
    matrix: str = "bt709"
    convert: bool = False
    tags: str = ""
    stands: tuple[tuple[float, float], ...] = ()
    origin: float = 0.0
    profile: str = "high"
    preset: str = "medium"
    crf: str = ""
    bitrate: int = 0
    maxrate: int = 0
    bufsize: int = 0
    gop: int = 250
    end: float = 0.0
    last: float = 0.0
    tick: float = 0.0
    codec: str = "H.264"
    pixels: str = "yuv420p"
    mode: str = "onepass"
    number: int = 0
    log: str = ""
    interlaced: str = ""
    palette: str = ""
    held: bool = False
    stored: float = 0.0
    shaping: tuple[str, ...] = ()
    blurs: tuple[Blur, ...] = ()
    degrain: int = 0
    sharp: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Loudness:
    """What a sound is to have by EBU R128: LUFS, dB of full scale, LU."""

    level: float
    peak: float
    range: float


@dataclass(frozen=True, slots=True)
class AudioPlan:
    """The audio stream of an output. bitrate in Kbit/s; `mix` are the filters that make its channels; `whole` seconds
    are filled with silence around it from the start of the file, 0: it begins and ends as it comes; then it is `late`
    seconds late. `changes`: its layout or rate may change in the middle; `source_rate` is the one it begins with.
    `quality`: of the encoder's own scale instead of the bit rate, "" by rate. `level`: filters that make it as loud as
    `loudness` asks; `measured`: it is only listened to."""

    index: int
    copy: bool = False
    codec: str = "AAC"
    samplerate: int = 44100
    bitrate: int = 128
    channels: int = 2
    mix: tuple[str, ...] = ()
    whole: float = 0.0
    late: float = 0.0
    changes: bool = False
    source_rate: int = 48000
    quality: str = ""
    level: tuple[str, ...] = ()
    loudness: Loudness | None = None
    measured: bool = False


@dataclass(frozen=True, slots=True)
class Animation:
    """An animated picture: how often it is shown (0: for ever), how long the last picture stands (hundredths of a
    second, None: as the others), whether its palette is made of its own colours, and how colours between are drawn."""

    loop: int = 0
    final_delay: int | None = None
    palette: bool = True
    dither: str = "sierra"


@dataclass(frozen=True, slots=True)
class Rendition:
    """One output file. `segment` is the length of HLS segments in seconds; `origin` the time of the first picture or
    sound in the output; `texts` are subtitles that are drawn onto its picture,
    `watermarks` what is drawn onto both; `apart` is how many seconds later than its sound a picture may leave the
    encoder, 0: not worth telling; `animation` how an animated picture is shown; `cuts` are moments where segments begin
    beside those of `segment`, seconds after the first picture."""

    format: str
    video: VideoPlan | None
    audio: AudioPlan | None
    segment: int = 10
    origin: float = 0.0
    watermarks: tuple[Placed, ...] = ()
    apart: float = 0.0
    animation: Animation = Animation()
    texts: tuple[Text, ...] = ()
    cuts: tuple[float, ...] = ()
