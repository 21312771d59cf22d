"""Sound filters: how many channels become two or one at the right level, and how a stream stays in step with its
picture. Pure.

Coefficients: ITU-R BS.775 (centre and surround 3 dB down). They are named by channel, so that they fit when the layout
changes in the middle of a broadcast.
"""

from reelmill.core.model import AudioStream
from reelmill.media import codecs
from reelmill.media.plans import AudioPlan

_DOWN = 0.7071  # 3 dB
# ffmpeg's names of the layouts whose loudspeakers BS.775 knows; others have some between, above or below these
_ORDINARY = frozenset(
    "mono stereo 2.1 3.0 3.0(back) 3.1 4.0 4.1 quad quad(side) 5.0 5.0(side) 5.1 5.1(side) 6.0 6.1 6.1(back) hexagonal"
    " 7.0 7.1 octagonal".split()
) | {""}
_SIDES, _MIDDLES = ("FxC", "Wx", "SDx", "TFx", "TSx", "TBx", "BFx"), ("TFC", "TC", "TBC", "BFC")
_MIXED = "downmix"  # two channels that were mixed before (Lt/Rt of QuickTime); beside others they are there twice
_FLOAT = "aformat=sample_fmts=fltp"
_NAMED = 8  # channels that ffmpeg gives names to when the file tells none
# swresample lets a drift grow to a tenth of a second before it does something; ears notice a fifth of that
_IN_STEP = "aresample=async=1:min_hard_comp=0.012"
_LATE = 0.03  # seconds; sound that begins later is preceded by silence where its part has to begin with the film


def mix(source: AudioStream, channels: int) -> tuple[str, ...]:
    """Filters that make so many channels, in floating point: whole numbers would be cut off before they can be limited.
    Loud sound of many channels is limited where it would clip, not made quiet as a whole."""
    if channels > 2:
        return ()
    if (
        "ambisonic" in source.layout
        or (source.channels == 1 and source.layout not in ("", "mono"))
        or (not source.layout and source.channels > _NAMED)
    ):
        return (
            f"pan={'stereo' if channels == 2 else 'mono'}|c0=c0"
            + (f"|c1=c{min(1, source.channels - 1)}" if channels == 2 else ""),
        )
    # "<" divides by what is really there: mono stays as loud as it is, stereo untouched, and if a broadcast goes on in
    # 5.1 nothing can clip. A film that begins with many channels keeps its loudness, centre and surround 3 dB down;
    # what is too loud then is limited.
    few = source.channels <= 2
    sign, limit = ("<", ()) if few else ("=", ("alimiter=limit=0.9:level=0:latency=1",))
    sides, middles = _others(source)
    half, centre = _DOWN / 2, 1.0 if few else _DOWN
    if channels == 2:
        both = "+0.5*BC" + "".join(f"+0.5*{name}" for name in middles)
        each = f"Fx{sign}Fx+{_DOWN}*FC+{_DOWN}*Sx+{_DOWN}*Bx" + "".join(f"+{_DOWN}*{name}" for name in sides) + both
        return (_FLOAT, "|".join(("pan=stereo", *(each.replace("x", x) for x in "LR"))), *limit)
    around = [name.replace("x", x) for name in ("Sx", "Bx", *sides) for x in "LR"]
    parts = ["0.5*FL", "0.5*FR", f"{centre:g}*FC", *(f"{half:.4f}*{name}" for name in around)]
    parts += [f"0.5*{name}" for name in ("BC", *middles)]
    return (_FLOAT, f"pan=mono|FC{sign}{'+'.join(parts)}", *limit)


def _others(source: AudioStream) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(left and right, middle) of the loudspeakers that BS.775 does not name, of layouts that may have them."""
    if source.layout in _ORDINARY:
        return (), ()
    return (*_SIDES, *(("Dx",) if source.layout == _MIXED else ())), _MIDDLES


def counted(source: AudioStream) -> tuple[str, ...]:
    """The filter that counts the samples of a sound whose times are wrong, or silence and cuts would bring it to
    them."""
    return ("asetpts=STARTPTS+N/SR/TB",) if source.strays else ()


def may_change(source: AudioStream, format_name: str) -> bool:
    """Whether layout or rate may change in the middle: where each packet tells them, and the container does not hold
    them fixed."""
    told = codecs.of(source.codec).told or (source.codec == "aac" and "matroska" not in format_name)
    return told and "mov" not in format_name


def even_file(number: int) -> str:
    """Where the sound of a film lies that was made even before it is joined."""
    return f"even-film-{number}.nut"


def in_step(late: float) -> str:
    """The filter that keeps a stream in step with the pictures: gaps become silence, or all that follows one would come
    too early in formats without time stamps. Before sound that begins `late` seconds late there is silence."""
    return _IN_STEP + (":first_pts=0" if late > _LATE else "")


def filters(plan: AudioPlan) -> str:
    """The filters of an audio stream: its channels (made before where they may change, see ladder.even), in step with
    its video, as long as the other parts of a package."""
    filled = (f"apad=whole_dur={plan.whole:.3f}",) if plan.whole else ()
    return ",".join((*(() if plan.changes else plan.mix), in_step(plan.late), *filled, *plan.level))
