"""Every state and every allowed move, in one table."""

# A batch and its jobs. Live = holds a slot of its pipeline; final = will not change any more.
MOVES: dict[str, frozenset[str]] = {
    "Submitted": frozenset({"Admitted", "Cancelled"}),
    "Admitted": frozenset({"Running", "Cancelling", "Fail"}),
    "Running": frozenset({"Publishing", "Cancelling", "Fail", "Admitted"}),  # Admitted: the next attempt
    "Publishing": frozenset(
        {"Success", "Fail", "Admitted", "Running"}
    ),  # a cancel loses once publishing has begun; Running: it could not begin yet
    "Cancelling": frozenset({"Cancelled"}),  # Fail never overwrites Cancelling
    "Success": frozenset(),
    "Fail": frozenset(),
    "Cancelled": frozenset(),
}
LIVE = ("Admitted", "Running", "Publishing", "Cancelling")
FINAL = ("Success", "Fail", "Cancelled")

# Activities of an execution. "Init" has not started: MPS leaves it out of ActivityList.
ACTIVITY_FINAL = ("Success", "Fail", "Skipped")

# MPS's words for the state of a job, by kind (api.md, QueryJobList and siblings). Admitted still reads as Submitted:
# ffmpeg has not started.
SHOWN: dict[str, dict[str, str]] = {
    "Transcode": {
        "Submitted": "Submitted",
        "Admitted": "Submitted",
        "Running": "Transcoding",
        "Publishing": "Transcoding",
        "Cancelling": "Transcoding",
        "Success": "TranscodeSuccess",
        "Fail": "TranscodeFail",
        "Cancelled": "TranscodeCancelled",
    },
    "Snapshot": {
        "Submitted": "Submitted",
        "Admitted": "Submitted",
        "Running": "Snapshoting",
        "Publishing": "Snapshoting",
        "Cancelling": "Snapshoting",
        "Success": "Success",
        "Fail": "Fail",
        "Cancelled": "Fail",
    },
    "MediaInfo": {
        "Submitted": "Submitted",
        "Admitted": "Submitted",
        "Running": "Analyzing",
        "Publishing": "Analyzing",
        "Cancelling": "Analyzing",
        "Success": "Success",
        "Fail": "Fail",
        "Cancelled": "Fail",
    },
}


def may_move(before: str, after: str) -> bool:
    """Whether a batch or job may go from one state to the other."""
    return after in MOVES[before]
