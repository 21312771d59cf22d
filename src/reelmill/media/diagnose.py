"""The only reader of stderr: how a tool ended -> a `Failure` with an MPS code, the command, the log's last lines and
advice. Pure.

ffmpeg's exit codes are the low byte of negative error numbers (183 invalid data, 234 invalid argument, 228 no space,
244 no memory); ffprobe says 1 to all. The texts below are libavutil's and the C library's own, seen with FFmpeg 8.1 and
9.0.
"""

import re
import shlex
import signal
from collections.abc import Sequence
from dataclasses import dataclass

from reelmill.core.errors import Failure, Pattern, UserText

_LOG_LINES = 30
_LINE_BYTES = 600


@dataclass(frozen=True, slots=True)
class _Rule:
    """When one of the patterns is in the log (or, failing that, the exit code fits): what it means."""

    pattern: re.Pattern[str]
    code: str
    sentence: Pattern
    advice: UserText
    retry: bool = False
    source_ok: bool = True
    exits: frozenset[int] = frozenset()


def _words(*texts: str) -> re.Pattern[str]:
    return re.compile("|".join(texts), re.IGNORECASE)


# The first that fits wins: the machine's own troubles stand first, since a full disk also looks like a broken file.
_RULES = (
    _Rule(
        _words(r"No space left on device", r"Disk quota exceeded"),
        "ServiceUnavailable",
        "There is no space left on the disk{said}.",
        "Free some space where the work folder and the buckets lie; the work is tried again.",
        retry=True,
        exits=frozenset({228}),
    ),
    _Rule(
        _words(r"Permission denied", r"Read-only file system"),
        "PermissionDenied.ResourceAccess",
        'Access to "{subject}" or to the folder of the output is denied{said}.',
        "Give the user that runs the server the right to read the source and to write the output.",
    ),
    _Rule(
        _words(r"Too many open files"),
        "ServiceUnavailable",
        "Too many files are open{said}.",
        "The work is tried again; run fewer jobs at once if it stays.",
        retry=True,
    ),
    _Rule(
        _words(r"No such file or directory"),
        "InvalidParameter.ResourceNotFound",
        'The resource operated "{subject}" cannot be found{said}.',
        "Check that the file is still where it was; it may have been removed meanwhile.",
        exits=frozenset({254}),
    ),
    _Rule(
        _words(r"Cannot allocate memory", r"Error allocating", r"malloc.* failed"),
        "InvalidParameter.ResourceNotSupported",
        'The resource operated "{subject}" is not supported: more memory is needed than one process may use{said}.',
        "Use smaller pictures or fewer renditions.",
        exits=frozenset({244}),
    ),
    _Rule(
        _words(r"Format not on whitelist", r"Not detecting m3u8/hls", r"Protocol .* not on whitelist"),
        "InvalidParameter.ResourceNotSupported",
        'The resource operated "{subject}" is not supported: it is a playlist, a picture or a script that may name '
        "other files, not a media file{said}.",
        "Upload the media file itself, for example as MP4, MOV, MKV, TS, MP3 or WAV.",
        source_ok=False,
    ),
    _Rule(
        _words(r"Picture size \d+x\d+ is invalid", r"exceeds specified max pixel count"),
        "InvalidParameter.ResourceNotSupported",
        'The resource operated "{subject}" is not supported: its picture is larger than 67 million pixels{said}.',
        "Scale the source down before it is uploaded.",
        source_ok=False,
    ),
    _Rule(
        _words(r"Decoder .* not found", r"no decoder found", r"Decoding requested, but no decoder", r"unknown codec"),
        "InvalidParameter.ResourceNotSupported",
        'The resource operated "{subject}" is not supported: there is no decoder for it{said}.',
        "Convert the source into a common format first.",
        source_ok=False,
    ),
    _Rule(
        _words(r"Error while opening encoder"),
        "InvalidParameter.ResourceNotSupported",
        'The resource operated "{subject}" is not supported: the encoder refuses this picture, sound or setting, or '
        "it gets too little memory{said}.",
        "Choose a smaller size or a more usual setting; the log says more.",
    ),
    _Rule(
        _words(
            r"moov atom not found",
            r"Invalid data found when processing input",
            r"Could not find codec parameters",
            r"EBML header parsing failed",
            r"does not contain any stream",
            r"Failed to read frame",
            r"End of file",
        ),
        "InvalidParameter.ResourceContentBad",
        'The resource operated "{subject}" is bad: it is broken, cut short or no media file{said}.',
        "Check that the file plays and was uploaded completely, then upload it again.",
        source_ok=False,
        exits=frozenset({183, 69}),
    ),  # 69: more decoding errors than ffmpeg bears
)

_NOISE = re.compile(  # what ffmpeg adds after the line that matters
    r"^(\[[^\]]*\]\s*)*(Conversion failed!|Exiting .*|Error opening (input|output) files?\b.*|Last message "
    r"repeated.*|Task finished with.*|Terminating thread.*"
    r"|Could not open encoder before EOF|Nothing was written into output file.*|Error sending frames to consumers.*)$"
)


def diagnose(
    argv: Sequence[str], returncode: int, log: str, *, subject: str = "InputFile", stopped: UserText = ""
) -> Failure:
    """Why a tool failed.

    argv        the whole command with the program      returncode   of the process, negative: the signal that ended it
    log         end of what it wrote to stderr          subject      what the MPS message calls the source
    stopped     why the runner ended it, "" when it did not; what took far too long is not tried again
    """
    command, tail = shlex.join(argv), tail_of(log)
    if stopped:
        again = not stopped.startswith("longer than")
        advice = (
            "The work is tried again; when it stays so, check the file and the load of the machine."
            if again
            else "Check the file and the load of the machine."
        )
        return Failure("ServiceUnavailable", f"The tool was stopped: {stopped}.", advice, command, tail, retry=again)
    if returncode < 0:
        return Failure(
            "ServiceUnavailable",
            f"The tool was ended by {_signal(-returncode)}.",
            "The work is tried again; when it stays so, the machine may lack memory, or the file makes the decoder "
            "crash.",
            command,
            tail,
            retry=True,
        )
    rule = next((r for r in _RULES if r.pattern.search(log)), None) or next(
        (r for r in _RULES if returncode in r.exits), None
    )
    if rule is None:
        return Failure(
            "InvalidParameter.ResourceNotSupported",
            f"The tool gave up with exit code {returncode}: {telling_line(log) or 'it said nothing'}.",
            "The source and these parameters do not go together; the log says more.",
            command,
            tail,
        )
    line = telling_line(log, rule.pattern)
    said = f" ({line})" if line else ""
    # A damaged source that ffmpeg could read (it says so in the log) is not to blame when the command ends with another
    # error.
    source_ok = rule.source_ok or (rule is _RULES[-1] and returncode not in (1, *rule.exits))
    message: UserText = rule.sentence.format(subject=subject, said=said)
    return Failure(rule.code, message, rule.advice, command, tail, rule.retry, source_ok)


def bad_content(
    subject: str, why: UserText, advice: UserText = "Check that the file plays, then upload it again."
) -> Failure:
    """A source that tools accept although it is of no use."""
    return Failure(
        "InvalidParameter.ResourceContentBad",
        f'The resource operated "{subject}" is bad: {why}.',
        advice,
        source_ok=False,
    )


def tail_of(log: str) -> str:
    """The last lines of a log, each of bearable length."""
    return "\n".join(line[:_LINE_BYTES] for line in log.strip().splitlines()[-_LOG_LINES:])


def telling_line(log: str, pattern: re.Pattern[str] | None = None) -> str:
    """The first line that fits the pattern, else the last that says something; without paths of this machine and
    addresses of ffmpeg's objects."""
    lines = [line.strip() for line in log.strip().splitlines()]
    telling = [line for line in lines if line and not _NOISE.match(line)] or lines
    line = next((line for line in telling if pattern and pattern.search(line)), telling[-1] if telling else "")
    line = re.sub(r"^\[(\w+) @ [^\]]*\] (?=Format not on)", r"\1: ", line)  # what it is
    line = re.sub(r"^(\[[^\]]*\]\s*)+", "", line)
    line = re.sub(r" '[^']{80,}'", "", line)  # the white-list itself tells a reader nothing
    return re.sub(r"(file:)?/\S.*/", "", line)[:_LINE_BYTES].rstrip(".")


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
