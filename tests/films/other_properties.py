"""What may be chosen of a film: its sound, its tracks, its clock and its file."""

from films.film import BOXED, CODED, MORE, STREAMED, Property, by, needs

OTHER: tuple[Property, ...] = (
    Property(
        "layout",
        ("stereo", "mono", "5.1"),
        by(
            {
                "stereo": lambda f: f.sound not in ("amr", "nellymoser"),
                "5.1": lambda f: (
                    f.sound in ("aac", "ac3", "flac", "pcm", "opus", "vorbis")
                    and f.container not in ("3gp", "flv", "mxf", "avi")
                ),
            }
        ),
    ),
    Property(
        "change",
        ("none", *MORE),
        lambda f, v: (
            v == "none"
            or (
                not f.hd
                and (f.container, f.sound) in MORE[str(v)]
                and f.layout == ("mono" if v == "mono to stereo" else "stereo")
            )
        ),
    ),
    # sound tracks; second: of two the second is the default one; empty: declared, holds nothing; empty first: before a
    # good one
    Property(
        "tracks",
        ("1", "0", "2", "3", "second", "empty", "empty first"),
        by(
            {
                "1": lambda f: f.sound != "none",
                "2": lambda f: f.sound != "none" and f.container not in ("flv", "3gp", "asf", "ogg"),
                "3": lambda f: f.container in ("mp4", "mov", "mkv", "ts"),
                "second": lambda f: f.container in ("mp4", "mov", "mkv"),
                "0": lambda f: f.change == "none" and f.layout in ("stereo", "mono") and f.timing != "still",
                "empty": lambda f: (
                    f.container in ("mp4", "mkv", "webm", "ts", "mov")
                    and f.change == "none"
                    and f.layout == "stereo"
                    and f.timing != "still"
                ),
                "empty first": lambda f: f.container in ("mkv", "ts", "mp4") and f.change == "none",
            }
        ),
    ),
    # loud: nearly full scale in all channels
    Property(
        "loud",
        ("usual", "loud"),
        lambda f, v: (
            v == "usual" or (f.tracks == "1" and f.sound not in ("amr", "nellymoser", "wmav2") and f.change == "none")
        ),
    ),
    # when the first stream begins, and which one does
    Property(
        "start",
        ("0", "sound first", "picture first", "5h", "wrap"),
        by(
            {
                "sound first": lambda f: (
                    f.container in ("mp4", "mov", "mkv", "webm", "ts", "ps", "flv")
                    and f.tracks != "0"
                    and f.timing != "still"
                    and "empty" not in f.tracks
                ),
                "picture first": lambda f: (
                    f.container in ("mp4", "mov", "mkv", "webm", "ts", "ps", "flv")
                    and f.tracks != "0"
                    and f.timing != "still"
                    and "empty" not in f.tracks
                ),
                "5h": lambda f: f.container in ("mkv", "webm", "ts", "ps", "fmp4", "flv") and f.timing != "still",
                "wrap": lambda f: f.container in ("ts", "ps") and f.timing != "still",
            }
        ),
    ),
    Property(
        "end",
        ("together", "sound short", "picture short"),
        lambda f, v: (
            v == "together"
            or (
                f.tracks not in ("0", "empty")
                and f.timing != "still"
                and f.sound != "none"
                and not f.hd
                and f.container != "mxf"
            )
        ),
    ),
    # trim: players begin in the middle of the first group; delay: an empty edit before the pictures
    Property(
        "edit",
        ("none", "trim", "delay"),
        needs(
            trim=lambda f: (
                f.container in ("mp4", "mov")
                and not f.hd
                and f.timing != "still"
                and f.start == "0"
                and f.rate != "2"
                and f.tracks != "empty first"
                and f.tracks != "empty"
                and f.sound != "alac"
            ),  # FFmpeg itself trims that twice
            delay=lambda f: (
                f.container in ("mp4", "mov")
                and f.timing != "still"
                and f.start == "0"
                and f.tracks not in ("0", "empty", "empty first")
            ),
        ),
    ),
    # joined: two recordings behind each other; ahead, back: the clock leaps in the middle
    Property(
        "seam",
        ("none", "joined", "ahead", "back"),
        lambda f, v: (
            v == "none"
            or (
                f.start in ("0", "5h")
                and f.timing in ("constant", "jitter")
                and f.end == "together"
                and f.scan != "late"
                and f.resize == "none"
                and f.change == "none"
                and f.gop != "refresh"
                and not f.hd
                and f.rate != "2"
                and f.gop != "long"
                and f.container in (("ts", "ps") if v == "joined" else ("flv", "ts", "mkv"))
            )
        ),
    ),
    # a share of the bytes that is missing at the beginning
    Property(
        "cut",
        ("none", "0.15", "0.4"),
        lambda f, v: (
            v == "none"
            or (
                f.container in STREAMED
                and f.gop in ("closed", "open")
                and f.start == "0"
                and f.seam == "none"
                and f.change == "none"
                and f.scan != "late"
                and f.resize == "none"
                and not f.hd
                and f.timing == "constant"
                and f.rate != "2"
                and "empty" not in f.tracks
                and f.tracks != "0"
                and f.end == "together"
            )
        ),
    ),
    # lie: every picture is marked as a key frame
    Property(
        "keys",
        ("true", "lie"),
        lambda f, v: (
            v == "true"
            or (
                f.container in BOXED
                and f.video in CODED
                and f.timing not in ("still", "gap", "hole")
                and f.edit == "none"
            )
        ),
    ),  # FFmpeg's reader itself loses pictures there
    # apac: a sound track before the others that nobody can decode; ghost: an empty video stream before the film; cover:
    # an attached picture
    Property(
        "extra",
        ("none", "apac", "ghost", "cover", "locked"),
        needs(
            apac=lambda f: f.container in ("mp4", "mov") and f.sound == "aac" and f.tracks in ("1", "2"),
            ghost=lambda f: f.container == "ts" and f.tracks in ("1", "0") and f.cut == "none" and f.seam == "none",
            cover=lambda f: f.container in ("mp4", "mkv") and f.crop == "none" and f.tracks == "1",
            locked=lambda f: (
                f.container == "mp4"
                and f.video in ("h264", "hevc")
                and f.sound == "aac"
                and f.edit == "none"
                and f.crop == "none"
                and f.turn == "0"
                and f.keys == "true"
                and f.start == "0"
                and f.tracks == "1"
                and f.timing != "still"
            ),
        ),
    ),
    # short: the product is told to encode in short pieces
    Property("pieces", ("whole", "short")),
)
