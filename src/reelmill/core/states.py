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

# Activities of an execution: Init, Running, Waiting, Retrying, Success, Fail, Skipped. "Init" has not started: MPS
# leaves it out of ActivityList. "Waiting" waits for somebody's decision, "Retrying" for its next attempt after a
# failure: MPS has no words for them.
ACTIVITY_FINAL = ("Success", "Fail", "Skipped")


def told_activity(state: str) -> str:
    """The state of an activity in a word that programs written for MPS know."""
    return "Running" if state in ("Waiting", "Retrying") else state


def may_move(before: str, after: str) -> bool:
    """Whether a batch or job may go from one state to the other."""
    return after in MOVES[before]
