"""What the failures of `program` mean. Pure."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import replace

from reelmill.core.errors import Failure, UserText
from reelmill.media import diagnose as tools

_WORD = re.compile(r"^subtitles: (.+)$", re.MULTILINE)


def diagnose(
    argv: Sequence[str], returncode: int, log: str, *, subject: str = "InputFile", stopped: UserText = ""
) -> Failure:
    """As `media.diagnose.diagnose`; everything that the program does not say itself is a file that made it fall."""
    if stopped or returncode < 0:
        return tools.diagnose(argv, returncode, log, subject=subject, stopped=stopped)
    found = _WORD.findall(log)
    word, _, letters = (found[-1] if found else "").partition(" ")
    why, advice = _said(word, letters)
    code = "InvalidParameter.ResourceNotSupported" if word == "letters" else "InvalidParameter.ResourceContentBad"
    return Failure(code, why, advice, shlex.join(argv), tools.tail_of(log))


def _said(word: str, letters: str) -> tuple[UserText, UserText]:
    if word == "letters":
        return (
            f"The font of this server lacks letters of the subtitles: {letters}.",
            "Its administrator can set REELMILL_FONT_FILE to a font that has them.",
        )
    if word == "charset":
        return ("The subtitles cannot be read in this charset.", "Give the right CharEnc, or save the file as UTF-8.")
    if word == "empty":
        return ("There is no text with a time in the subtitles.", "Check the file.")
    if word == "outside":
        return ("None of its texts is in what is left of the film.", "Change Clip, or leave the file out.")
    if word in ("too-large", "too-many"):
        return ("The subtitles are longer than 8 MiB or 50,000 texts.", "Check the file, or split it.")
    return (
        "The file is no subtitle file that can be read.",
        "Use SubRip (srt), SubStation Alpha (ass, ssa), WebVTT (vtt), TTML or EBU STL.",
    )


def named(failure: Failure, name: str) -> Failure:
    """The failure with the name of the file that it is about."""
    if failure.retry or failure.code == "JobCancelled":
        return failure
    if failure.code == "InvalidParameter.ResourceNotFound":
        return replace(failure, message=f'The subtitles "{name}" cannot be found.', advice="Upload them again.")
    return replace(failure, message=f'The subtitles "{name}" cannot be used. {failure.message}', source_ok=True)
