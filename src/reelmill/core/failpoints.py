"""Named places where a test may kill this process: `REELMILL_FAILPOINT=name[:nth]` sends SIGKILL the nth time it passes
there.

They stay in the product, one line each: what is not killed in tests is not known to survive.
"""

import itertools
import os
import signal

POINTS = (
    "fact committed",  # an execution was started or moved; nobody has been told yet
    "before admission",
    "admitted",  # our row says Admitted; the engine does not know the work yet
    "batch began",
    "in fetch",  # the source is half in the cache
    "probed",
    "command spawned",  # ffmpeg runs
    "task made",  # the folder of a piece is there; its checkpoint is not
    "between pieces",
    "before stitch",
    "in stitch",
    "reused",  # what was made before is linked beside; it is not published yet
    "before publishing",
    "parts published",  # segments are there, the playlist is not
    "published",  # all objects are there; the rows do not say so
    "prints appended",  # a film's prints are in the files of a library; no row tells of them
    "before final fact",
    "final fact committed",
    "cancel committed",  # our row says Cancelling; the engine has not heard of it
    "decided",  # somebody decided about an activity that waits; nobody has been told yet
    "reopened",  # a run that had ended goes on; nobody has been told yet
    "tried again",  # the next attempt of what had failed stands in the rows; nobody has been told yet
    "message sent",  # the receiver has it; the outbox does not know
    "delivery sent",  # a webhook or a subscriber has it; our row does not say so
    "version saved",  # a workflow has a new version; nobody has been told yet
    "backfill listed",  # a part of the files of a backfill is noted
    "backfill cursor",  # a run of a backfill has begun and the cursor stands behind it; nobody has been told yet
    "upload noticed",  # a file was seen in an input bucket; nothing is written yet
)

_armed, _, _nth = os.environ.get("REELMILL_FAILPOINT", "").partition(":")
if _armed and _armed not in POINTS:
    raise SystemExit(f"REELMILL_FAILPOINT: there is no point named {_armed!r}; choose one of: {', '.join(POINTS)}")
_passes = itertools.count(1)


def failpoint(name: str) -> None:
    """Die here if a test has armed this point. `name` must be listed in POINTS."""
    if name == _armed and next(_passes) == int(_nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)
