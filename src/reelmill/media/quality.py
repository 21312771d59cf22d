"""How close an output is to its source: VMAF. Pure: the arguments, and what the answer says.

Measured facts behind the choices: every fifth frame changes the mean by 0.02 and costs 60 % less; libvmaf repeats the
last frame of the shorter input, which ruins the score, so both must end together; scores at different picture sizes
cannot be compared, so everything is measured at the source's size; what does not tell its colours is turned into those
of the other side by a guess of ffmpeg's own, which costs 5 points where it differs from what the output was made by.
"""

import re

from reelmill.core.model import VideoStream
from reelmill.media import colours
from reelmill.media.probe import OWN_INPUT, SAFE_INPUT

EVERY = 5
_SCORE = re.compile(r"VMAF score:\s*([0-9]+(?:\.[0-9]+)?)")


def vmaf_argv(
    output: str, reference: str, picture: VideoStream, seconds: float, *, crop: str = "", threads: int = 2
) -> tuple[str, ...]:
    """Arguments of ffmpeg (without the program) that compare the first `seconds` of two local files.

    output     what we made: a file or an HLS playlist        reference   the source        picture   its video stream
    crop       the part of the source that the output shows, w:h:x:y; "" all of it
    Both are compared at the size in which the source is stored, or that of its part, and in its matrix: to make its
    pixels square, or others of them, a filter would blur what the output is compared with. The score stands in the
    log: read it with `parse_vmaf`.
    """
    sides = (picture.width, picture.height)
    turned = sides[::-1] if picture.rotation in (90, 270) else sides
    width, height = crop.split(":")[:2] if crop else turned
    # both begin at zero, in one size and pixel format
    same = f"setpts=PTS-STARTPTS,scale={width}:{height}:flags=bicubic,setsar=1,format=pix_fmts=yuv420p"
    stays = f"{same}:color_spaces={matrix}" if (matrix := colours.own(picture)) else same
    source = ",".join(one for one in (colours.told(picture), f"crop={crop}" if crop else "", stays) if one)
    graph = f"[0:V:0]{same}[made];[1:V:0]{source}[source];[made][source]libvmaf=n_subsample={EVERY}:shortest=1:n_threads={threads}"  # noqa: E501
    return (
        "-hide_banner",
        "-nostdin",
        "-nostats",
        "-v",
        "info",  # the score is told at this level
        *OWN_INPUT,
        "-t",
        f"{seconds:g}",
        "-i",
        "file:" + output,
        *SAFE_INPUT,
        "-t",
        f"{seconds:g}",
        "-i",
        "file:" + reference,
        "-lavfi",
        graph,
        "-f",
        "null",
        "-",
    )


def parse_vmaf(log: str) -> float | None:
    """The mean score, 0 to 100, of the log of `vmaf_argv`; None when it has none."""
    scores = _SCORE.findall(log)
    return float(scores[-1]) if scores else None
