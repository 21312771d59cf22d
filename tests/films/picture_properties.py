"""What may be chosen of a film: its container, and its pictures."""

from films.film import (
    ALPHA,
    CLOCKED,
    COLOURED,
    CONTAINERS,
    PLAIN_RGB,
    REORDERED,
    SIZED,
    TALL,
    Film,
    Property,
    by,
    needs,
)

_PLAIN_PICTURE = {"h264", "hevc", "mpeg2", "vp9", "vp8", "av1", "mpeg4"}


def _size(film: Film, value: str | int) -> bool:
    if film.video in SIZED:
        return value == SIZED[film.video]
    if value in SIZED.values():
        return False
    if value == "1280x720":
        return film.video in TALL | {"mpeg2", "qtrle", "rgb264", "mjpeg"} and film.container not in ("3gp", "flv")
    if value == "255x143":
        return film.video in ("vp8", "vp9", "qtrle", "gif", "theora", "mjpeg", "rgb264") and film.container != "avi"
    return True


def _steady(film: Film) -> bool:
    return film.container in ("avi", "mxf", "ps", "ogg", "3gp") or film.video == "dv"


PICTURE: tuple[Property, ...] = (
    Property("container", tuple(CONTAINERS)),
    Property(
        "video",
        tuple(dict.fromkeys(" ".join(v for v, _ in CONTAINERS.values()).split())),
        lambda f, v: v in CONTAINERS[f.container][0].split(),
    ),
    Property(
        "sound",
        tuple(dict.fromkeys(" ".join(s for _, s in CONTAINERS.values()).split())),
        lambda f, v: v in CONTAINERS[f.container][1].split(),
    ),
    Property("size", ("256x144", "192x144", "144x256", "255x143", "1280x720", "720x576", "352x288"), _size),
    # pictures a second
    Property(
        "rate",
        ("25", "15", "50", "30000/1001", "2"),
        by(
            {
                "15": lambda f: f.video not in ("dv", "mpeg2") and f.container != "mxf",
                "50": lambda f: f.video != "dv" and f.container != "gif",
                "30000/1001": lambda f: f.video != "dv" and f.container not in ("gif", "3gp"),
                "2": lambda f: (
                    f.video not in ("dv", "mpeg2", "h263") and f.container not in ("mxf", "avi") and not f.hd
                ),
            }
        ),
    ),
    # jitter: by up to a third of a picture; gap: one picture stands for 2.6 s, hole: for 0.6 s; still: one picture for
    # all the sound
    Property(
        "timing",
        ("constant", "jitter", "gap", "hole", "still"),
        by(
            {
                "jitter": lambda f: f.container in CLOCKED and f.rate != "2" and not _steady(f),
                "gap": lambda f: (f.container in CLOCKED or f.container == "gif") and not f.hd and not _steady(f),
                "hole": lambda f: f.container in CLOCKED and not _steady(f),
                "still": lambda f: f.container in ("mp4", "mov", "mkv") and not f.hd and f.video in _PLAIN_PICTURE,
            }
        ),
    ),
    Property(
        "bframes",
        (0, 2),
        lambda f, v: v == 0 or (f.video in REORDERED and f.timing != "still" and f.container not in ("3gp", "avi")),
    ),
    # long: one key frame; refresh: intra refresh instead of key frames
    Property(
        "gop",
        ("closed", "open", "long", "refresh"),
        by(
            {
                "open": lambda f: f.bframes > 0 and f.video in ("h264", "hevc", "mpeg2"),
                "long": lambda f: (
                    f.video in _PLAIN_PICTURE | {"theora", "flv1", "wmv2", "h263"} and f.container != "mxf"
                ),
                "refresh": lambda f: f.video == "h264" and f.bframes == 0,
            }
        ),
    ),
    # tff, bff: fields; late: progressive first, fields in the second half
    Property(
        "scan",
        ("progressive", "tff", "bff", "late"),
        lambda f, v: (
            (v == "bff")
            if f.video == "dv"
            else v == "progressive"
            or (
                f.video in ("h264", "mpeg2", "mpeg4")
                and f.rate in ("25", "30000/1001")
                and f.timing == "constant"
                and f.gop in ("closed", "long")
                and f.container not in ("3gp", "flv")
                and (v != "late" or (f.container in ("ts", "mkv", "ps") and f.video != "mpeg4"))
            )
        ),
    ),
    Property(
        "sar",
        ("1:1", "4:3", "64:45"),
        lambda f, v: (
            (v == "64:45")
            if f.video == "dv"
            else v == "1:1"
            or (
                v == "4:3"
                and f.video in ("h264", "hevc", "mpeg4", "mjpeg")
                and (
                    f.container in ("mp4", "fmp4", "mov")
                    or (f.video in ("h264", "hevc") and f.container in ("mkv", "ts", "flv"))
                )
            )
        ),
    ),
    # degrees by which players turn the coded picture, and whether they mirror it
    Property(
        "turn",
        ("0", "90", "180", "270", "mirror", "90 mirror"),
        lambda f, v: (
            v == "0"
            or (
                f.container in ("mp4", "fmp4", "mov", "3gp")
                and f.scan == "progressive"
                and f.video not in ("dv", "h263")
            )
        ),
    ),
    Property(
        "crop",
        ("none", "clap", "pixels"),
        needs(
            clap=lambda f: (
                f.container in ("mp4", "mov")
                and f.video in ("h264", "hevc", "prores")
                and f.turn == "0"
                and f.sar == "1:1"
                and f.scan == "progressive"
            ),
            pixels=lambda f: (
                f.container == "mkv"
                and f.video in ("h264", "hevc")
                and f.turn == "0"
                and f.sar == "1:1"
                and f.scan == "progressive"
            ),
        ),
    ),
    # another size in the second half
    Property(
        "resize",
        ("none", "larger", "turned"),
        lambda f, v: (
            v == "none"
            or (
                f.container in ("ts", "webm", "mkv")
                and f.video in ("vp8", "vp9", "h264")
                and f.gop == "closed"
                and f.scan == "progressive"
                and f.turn == "0"
                and f.crop == "none"
                and f.sar == "1:1"
                and f.timing != "still"
                and not (f.container == "mkv" and f.video == "h264")
                and f.size in ("256x144", "192x144", "144x256")
                and f.rate != "2"
            )
        ),
    ),
    Property(
        "alpha",
        ("none", "yes"),
        lambda f, v: (
            v == "none"
            or (
                f.video in ALPHA
                and f.container in ("mov", "mkv", "webm", "gif", "avi")
                and f.resize == "none"
                and f.crop == "none"
                and f.scan == "progressive"
                and f.timing != "still"
                and f.size != "255x143"
                and not (f.container == "avi" and f.video != "ffv1")
            )
        ),
    ),
    Property(
        "depth",
        (8, 10),
        lambda f, v: (
            (v == 10)
            if f.video == "prores"
            else v == 8
            or (
                f.video in TALL - {"prores"}
                and f.alpha == "none"
                and f.resize == "none"
                and f.scan == "progressive"
                and f.container not in ("3gp", "avi", "asf", "flv")
            )
        ),
    ),
    # told: the usual one of the size; untold: the same, not told; others: told
    Property(
        "matrix",
        ("told", "untold", "other", "2020", "rgb"),
        lambda f, v: (
            (v == "rgb") == (f.video in PLAIN_RGB or (f.video == "ffv1" and f.alpha == "yes"))
            and by(
                {
                    "untold": lambda f: f.crop != "pixels",
                    "told": lambda f: f.video in COLOURED,
                    "other": lambda f: (
                        f.video in ("h264", "hevc", "prores", "mpeg2") and f.resize == "none" and f.container != "3gp"
                    ),
                    "2020": lambda f: f.video in ("h264", "hevc", "vp9", "av1") and f.depth == 10,
                }
            )(f, v)
            if f.video not in SIZED
            else v == "untold"
        ),
    ),
    Property(
        "range",
        ("tv", "pc"),
        lambda f, v: (
            (v == "pc")
            if f.video == "mjpeg"
            else v == "tv" or (f.video in ("h264", "hevc", "vp9", "av1") and f.matrix != "untold" and f.alpha == "none")
        ),
    ),
    # not VP9: its stream tells the matrix alone, and the muxers used here hand on no more
    Property(
        "hdr",
        ("none", "pq", "hlg", "pq partly"),
        lambda f, v: (
            v == "none"
            or (
                f.video in ("hevc", "av1")
                and f.depth == 10
                and f.matrix == "2020"
                and f.range == "tv"
                and f.container in ("mp4", "mkv", "mov", "ts", "webm")
            )
        ),
    ),
)
