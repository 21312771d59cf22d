"""The program `infer`: its words are a command and what that needs (file names relative to the folder of its task).
`--version` tells of numpy, `speech --version` of what writes down what is said. What it cannot use it says in one word,
which `media.looking` makes a sentence of."""

import errno
import itertools
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module, metadata

# command -> the module that does it: each loads what it needs, and nothing else
COMMANDS = {
    "prints": "reelmill.infer.prints",
    "match": "reelmill.infer.matching",
    "index": "reelmill.infer.indexing",
    "covers": "reelmill.infer.covers",
    "review": "reelmill.infer.reviews",
    "models": "reelmill.infer.models",
    "logos": "reelmill.infer.logos",
    "texts": "reelmill.infer.texts",
    "speech": "reelmill.infer.speech",
}
REFUSED = 2  # exit code: the last line says why
WORD = "infer: "


_parts = itertools.count(1)


class Unusable(Exception):
    """What was given cannot be looked at; the message is one word."""


def moved() -> None:
    """Say that a part is done, as ffmpeg says it. How long all takes follows the film and the library; whoever is
    silent for minutes is taken for a program that hangs."""
    sys.stdout.write(f"frame={next(_parts)}\n")
    sys.stdout.flush()


def start() -> int:
    """The process."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "2")  # each thread of BLAS reserves memory that nothing here uses
    return main(sys.argv[2:])


def main(words: Sequence[str]) -> int:
    """Do one command; the exit code."""
    if words[-1] == "--version":
        name, package = ("infer", "numpy") if len(words) == 1 else ("speech", "faster-whisper")
        sys.stdout.write(f"{name} version {metadata.version(package)}\n")
        return 0
    work: Callable[..., None] = import_module(COMMANDS[words[0]]).main
    try:
        work(*words[1:])
    except Unusable as error:
        return _refuse(str(error))
    except MemoryError:
        return _refuse("memory")
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        return _refuse("disk")
    return 0


def _refuse(word: str) -> int:
    sys.stderr.write(f"{WORD}{word}\n")
    return REFUSED
