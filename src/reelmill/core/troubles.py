"""The machine in trouble, as the rest of the house hears of it: nobody's work is to blame, and it waits until somebody
has mended what is named here."""

from reelmill.core.errors import Failure, TryAgain, UserText

# What may be wrong with a database.
_DATABASE: dict[str, UserText] = {
    "full": "the disk is full",
    "unreadable": "the disk cannot be read or written",
    "busy": "it is busy",
    "closed": "its file cannot be opened",
    "read-only": "it is read-only",
    "memory": "there is no memory",
    "damaged": "its file is damaged",
    "gone": "it cannot be reached",
}


def trouble(message: UserText, advice: UserText) -> TryAgain:
    """The machine cannot do what it should."""
    return TryAgain(Failure("ServiceUnavailable", message, advice, retry=True, hold=True))


def database(what: str) -> TryAgain:
    """A database that does not work; `what` is a key of the table above."""
    return trouble(
        f"The server's database does not work now: {_DATABASE[what]}.",
        "Make room on the disk of the server's home, or mend what its log names.",
    )
