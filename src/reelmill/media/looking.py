"""What the failures of the program `infer` mean. Pure; the program itself is nobody's import."""

import re
import shlex
from collections.abc import Sequence

from reelmill.core.errors import Failure, UserText
from reelmill.media import diagnose as tools

_WORD = re.compile(r"^infer: (.+)$", re.MULTILINE)


def diagnose(
    argv: Sequence[str], returncode: int, log: str, *, subject: str = "InputFile", stopped: UserText = ""
) -> Failure:
    """As `media.diagnose.diagnose`; of what it could not use it says one word."""
    if stopped or returncode < 0:
        return tools.diagnose(argv, returncode, log, subject=subject, stopped=stopped)
    found = _WORD.findall(log)
    why, advice, retry = _said(found[-1] if found else "")
    code = "ServiceUnavailable" if retry else "InvalidParameter.ResourceContentBad" if found else "InternalError"
    return Failure(code, why, advice, shlex.join(argv), tools.tail_of(log), retry=retry)


def _said(word: str) -> tuple[UserText, UserText, bool]:
    if word == "empty":
        return ("There is not one picture in the film, and no sound.", "Check the file.", False)
    if word == "silent":
        return ("There is nothing in its sound track that can be heard.", "Check the file.", False)
    if word == "weights":
        return ("The files of the recogniser of speech are damaged.", "Install reelmill[ai,speech] again.", False)
    if word == "disk":
        return ("There is no space left on the disk.", "Free some space; the work is tried again.", True)
    if word == "memory":
        return ("The film needs more memory than one look may take.", "Give a shorter film.", False)
    if word == "unreadable":
        return ("Not one of its pictures can be read.", "Check the file.", False)
    if word == "model":
        return ("A model has no answer to one of its pictures.", "Look at the film yourself.", False)
    if word == "no-model":
        return ("There is no model at this place that can be read.", "Mend the file of providers.", False)
    if word == "no-logo":
        return (
            "There is no logo at this place that can be read, or it is very small.",
            "Mend the file of providers.",
            False,
        )
    if word == "flat-logo":
        return ("The logo has nothing in it that could be known again.", "Give another picture of it.", False)
    if word == "model-bad":
        return ("The model cannot be loaded.", "Try it with ONNX Runtime by itself.", False)
    if word == "model-shape":
        return ("The model takes or answers something else than the file of providers says.", "Mend the file.", False)
    return ("The program that looks at pictures and sounds fell.", "Read its log; report it with the film.", False)
