"""Five families of failure, named by who can act (ARCHITECTURE 8).

`CallerError`  the caller of the API: an MPS code, an HTTP status, a message that names the parameter.
`MediaError`   the owner of the file: the job fails now, with an MPS code and a sentence that helps.
`TryAgain`     time: retries with back-off, a few or (when the machine is in trouble that somebody has to mend) for
               hours, then the job fails.
`Cancelled`    nobody: somebody wanted it so.
Anything else is a bug: logged with an id, answered as `InternalError` with that id.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

# what people read: the console says it in Chinese too, and tests/house/test_sentences.py sees to it that it can
UserText = str
Pattern = str  # a sentence that is filled later, by % or format

# code -> (HTTP status, message pattern). Source: protocol.md 5.1 and 5.2 (statuses of business codes are inferred
# there).
CODES: dict[str, tuple[int, Pattern]] = {
    "MissingParameter": (
        400,
        'The input parameter "%s" that is mandatory for processing this request is not supplied.',
    ),
    "MissingAccessKeyId": (400, "The request names no AccessKeyId."),
    "InvalidAction.NotFound": (404, "Specified api is not found, please check your url and method."),
    "UnsupportedOperation": (400, "The specified action is not supported."),
    "InvalidVersion": (400, 'The specified version "%s" is not supported; use 2014-06-18.'),
    "InvalidAccessKeyId.NotFound": (404, "Specified access key is not found."),
    "InvalidAccessKeyId.Inactive": (403, "Specified access key is disabled."),
    "SignatureDoesNotMatch": (400, "Specified signature is not matched with our calculation."),
    "IncompleteSignature": (400, "The request signature does not conform to the standards: %s"),
    "InvalidTimeStamp.Expired": (400, "Specified time stamp or date value is expired."),
    "InvalidTimeStamp.Format": (400, "Specified time stamp or date value is not well formatted."),
    "SignatureNonceUsed": (400, "Specified signature nonce was used already."),
    "SignInFailed": (401, "The name and the secret do not belong together, or nobody has this name."),
    "SessionEnded": (401, "There is no session, or it has ended: sign in."),
    "Csrf": (403, "The header X-ReelMill-Csrf is missing or does not belong to this session."),
    "RevisionConflict": (
        409,
        "It was changed meanwhile and is at revision %s now: look at what stands there before you replace it.",
    ),
    "ChecksumMismatch": (460, "What arrived is not what was sent."),
    "StorageFull": (507, "The server has no room for it."),
    "Throttling": (429, "Request was denied due to request throttling."),
    "Throttling.User": (429, "Request was denied due to user flow control."),
    "NoPermission": (403, "You are not authorized to do this action: %s"),
    "ServiceUnavailable": (503, "The request has failed due to a temporary failure of the server."),
    "InternalError": (500, "The request processing has failed due to some unknown error, exception or failure."),
    "RequestTimeout": (408, "The request did not come whole: nothing, or too little, arrived within %s seconds."),
    "RequestEntityTooLarge": (413, "The request is larger than %s bytes."),
    "InvalidParameter": (400, 'The specified parameter "%s" is not valid.'),
    "InvalidParameter.NullValue": (400, 'The specified parameter "%s" cannot be null.'),
    "InvalidParameter.EmptyValue": (400, 'The specified parameter "%s" cannot be empty.'),
    "InvalidParameter.InvalidState": (400, 'The specified state of "%s" is not valid for this operation.'),
    "InvalidParameter.NotSupported": (400, 'The specified parameter "%s" is not supported.'),
    "InvalidParameter.OutOfRange": (400, 'The specified parameter "%s" is out of range.'),
    "InvalidParameter.Format": (400, 'The format of the specified parameter "%s" is not valid.'),
    "InvalidParameter.NumberFormatInvalid": (400, 'The number format of the specified parameter "%s" is not valid.'),
    "InvalidParameter.UUIDFormatInvalid": (400, 'The specified parameter "%s" must be 32 characters of [a-f0-9].'),
    "InvalidParameter.JsonObjectFormatInvalid": (400, 'The specified parameter "%s" is not a valid JSON object.'),
    "InvalidParameter.JsonArrayFormatInvalid": (400, 'The specified parameter "%s" is not a valid JSON array.'),
    "InvalidParameter.InvalidBase64Format": (400, 'The specified parameter "%s" is not valid Base64.'),
    "InvalidParameter.BucketNameInvalid": (400, 'The bucket name "%s" is not valid.'),
    "InvalidParameter.LocationInvalid": (400, 'The location "%s" is not valid.'),
    "InvalidParameter.ObjectKeyInvalid": (400, 'The object key "%s" is not valid.'),
    "InvalidParameter.ResourceNotFound": (400, 'The resource operated "%s" cannot be found.'),
    "InvalidParameter.ResourceDeleted": (400, 'The resource operated "%s" has been deleted.'),
    "InvalidParameter.ResourceContentBad": (400, 'The resource operated "%s" is bad.'),
    "InvalidParameter.ResourceNotSupported": (400, 'The resource operated "%s" is not supported.'),
    "InvalidParameter.NoAudioStream": (400, 'The resource operated "%s" has no audio stream.'),
    "InvalidParameter.TemplateNotFound": (400, 'The template "%s" cannot be found.'),
    "InvalidParameter.TemplateNotSupported": (400, 'The template "%s" is not supported.'),
    "AnalysisResultNotFound": (400, 'The result of the analysis "%s" is older than two weeks; analyse the file again.'),
    "InvalidParameter.ListSizeExceed": (400, 'The list "%s" has too many elements.'),
    "InvalidParameter.DBNotExist": (400, 'The fingerprint library "%s" does not exist.'),
    "InvalidParameter.TimeArray": (400, "TimeArray greater than video duration."),
    "PermissionDenied.ResourceAccess": (403, 'Access to the resource "%s" is denied.'),
    "PermissionDenied.ResourceQuotaExceed": (403, 'The quota of "%s" is used up.'),
    "PermissionDenied.JobInComplete": (403, 'The job "%s" is complete.'),
    "PermissionDenied.JobInFailure": (403, 'The job "%s" has failed.'),
    "PermissionDenied.JobInRunning": (403, 'The job "%s" is running.'),
    "SnapshotTimeOut": (
        400,
        "The snapshot took longer than the synchronous limit; use Interval or Num to have it made asynchronously.",
    ),
    "JobCancelled": (400, "The work was cancelled by a user."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One complaint about a document that a caller sent. `path` is where it stands, e.g.
    `Activities.hd.Parameters.Outputs[0].Video.Crf`."""

    path: str
    code: str
    message: UserText

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class ReelMillError(Exception):
    """Root of what we raise on purpose."""


class CallerError(ReelMillError):
    """The caller can mend it. `name` fills the pattern of `code`; `detail` is added as a sentence."""

    def __init__(
        self,
        code: str,
        name: str = "",
        detail: UserText = "",
        *,
        message: UserText = "",
        problems: Sequence[Problem] = (),
    ):
        status, pattern = CODES[code]
        text = message or (pattern % name if "%s" in pattern else pattern)
        super().__init__(f"{code}: {text}")
        self.code, self.status, self.problems = code, status, tuple(problems)
        self.message = f"{text} {detail}".strip()

    def body(self, request_id: str, host: str) -> dict[str, Any]:
        """MPS's error body, with every problem of a document in `Problems`."""
        problems = [{"Path": p.path, "Code": p.code, "Message": p.message} for p in self.problems]
        return {
            "RequestId": request_id,
            "HostId": host,
            "Code": self.code,
            "Message": self.message,
            **({"Problems": problems} if problems else {}),
        }


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a piece of work failed, as a value: it crosses processes, databases and recoveries (exceptions change class
    on the way).

    code     an MPS code          message  one sentence: what is wrong
    advice   one sentence: what the user can do      command  the exact command line, quoted for a shell
    log      last lines that the tool wrote          retry    True: the machine's fault; another try may succeed
    source_ok  True: the source is not to blame, siblings of the job may be tried alone
    hold     True: nobody's work is to blame but the machine (a full disk, a storage that is away): what was made is
             kept and waits until it is mended
    """

    code: str
    message: UserText
    advice: UserText = ""
    command: str = ""
    log: str = ""
    retry: bool = False
    source_ok: bool = True
    hold: bool = False

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Failure":
        """Of `to_json`, also of a version that called source_ok `sound`: work in flight outlives an upgrade."""
        value = {"source_ok": value.get("sound", True), **value}
        return cls(**{name: value[name] for name in cls.__slots__ if name in value})


class MediaError(ReelMillError):
    """The owner of the file can mend it. Carries the `Failure` that ends up on the job."""

    def __init__(self, failure: Failure):
        super().__init__(f"{failure.code}: {failure.message}")
        self.failure = failure


class NotWanted(MediaError):
    """Nothing is wrong, but this is not to be made of this file: its activity is skipped, and `failure` says why."""


class Lacking(MediaError):
    """The source has no such track. A package is made without it: the activity of the track is skipped."""


class TryAgain(ReelMillError):
    """The machine's fault: retries with back-off, then the job fails with `failure`."""

    def __init__(self, failure: Failure):
        super().__init__(f"{failure.code}: {failure.message}")
        self.failure = failure


class Cancelled(ReelMillError):
    """Not wanted any more."""


class SettingError(ReelMillError):
    """A setting is wrong. The message names it and the remedy; the program refuses to start."""


@dataclass
class Problems:
    """Collects the problems of a document before anything is refused; of very many the first MOST."""

    found: list[Problem] = field(default_factory=list)
    MOST = 200

    def add(self, path: str, code: str, message: UserText = "", name: str = "") -> None:
        if len(self.found) >= self.MOST:
            return
        pattern = CODES[code][1]
        self.found.append(Problem(path, code, message or (pattern % (name or path) if "%s" in pattern else pattern)))

    def told(self) -> UserText:
        """All of them, each as a sentence."""
        return " ".join(f"{problem}." for problem in self.found)

    def refuse(self, what: str) -> None:
        """Raise one CallerError that tells them all, under the code of the first; nothing when there are none. A single
        one is told as MPS tells it."""
        if not self.found:
            return
        first, count = self.found[0], len(self.found)
        one = first.message if f'"{first.path}"' in first.message else str(first)
        all_of_them: UserText = f"{what} has {count} problems: {' | '.join(str(p) for p in self.found)}"
        raise CallerError(first.code, message=one if count == 1 else all_of_them, problems=self.found)
