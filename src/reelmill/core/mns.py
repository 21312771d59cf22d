"""Words, limits and refusals of the message service (MNS, version 2015-06-06). Pure."""

import hashlib
import re
from dataclasses import dataclass

from reelmill.core.errors import ReelMillError, UserText

VERSION = "2015-06-06"
NAMESPACE = "http://mns.aliyuncs.com/doc/v1/"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
MAX_NAME = {"Queue": 120, "Topic": 120, "Subscription": 255}
MAX_BATCH = 16
DEFAULT_PRIORITY = 8
RETENTION_S = 4 * 86_400
MAX_SIZE = 65_536
STRATEGIES = ("BACKOFF_RETRY", "EXPONENTIAL_DECAY_RETRY")
FORMATS = ("XML", "JSON", "SIMPLIFIED")
MAX_TAG = 16
QUOTA = 1000  # queues, and topics, of one account

# code -> HTTP status
STATUS = {
    "AccessDenied": 403,
    "AccessIDAuthError": 403,
    "InternalError": 500,
    "InvalidArgument": 400,
    "InvalidAuthorizationHeader": 400,
    "InvalidDateHeader": 400,
    "InvalidDigest": 400,
    "InvalidQueryParameter": 400,
    "InvalidVersion": 400,
    "MalformedXML": 400,
    "MessageNotExist": 404,
    "QueueAlreadyExist": 409,
    "QueueNameInvalid": 400,
    "QueueNotExist": 404,
    "QueueNumExceededLimit": 400,
    "ReceiptHandleError": 400,
    "RequestEntityTooLarge": 413,
    "ResourceNotFound": 404,
    "ServiceUnavailable": 503,
    "SessionEnded": 401,
    "SignatureDoesNotMatch": 403,
    "SubscriptionAlreadyExist": 409,
    "SubscriptionNameInvalid": 400,
    "SubscriptionNotExist": 404,
    "TimeExpired": 408,
    "TopicAlreadyExist": 409,
    "TopicNameInvalid": 400,
    "TopicNotExist": 404,
    "TopicNumExceededLimit": 400,
}


class MnsError(ReelMillError):
    """A refusal in the message service's words, with an optional answer of its own (`body`)."""

    def __init__(self, code: str, message: UserText, *, body: str = ""):
        super().__init__(f"{code}: {message}")
        self.code, self.status, self.message, self.body = code, STATUS[code], message, body


@dataclass(frozen=True, slots=True)
class Limit:
    """An attribute of a queue: what it may be, and what it is when nobody says."""

    least: int
    most: int
    usual: int


QUEUE_LIMITS = {
    "DelaySeconds": Limit(0, 604_800, 0),
    "MaximumMessageSize": Limit(1024, MAX_SIZE, MAX_SIZE),
    "MessageRetentionPeriod": Limit(60, 1_296_000, RETENTION_S),
    "VisibilityTimeout": Limit(1, 43_200, 30),
    "PollingWaitSeconds": Limit(0, 30, 0),
}


def check_name(kind: str, name: str) -> str:
    """The name of a Queue, Topic or Subscription; MnsError when it cannot be one."""
    if not _NAME.fullmatch(name) or len(name) > MAX_NAME[kind]:
        raise MnsError(
            f"{kind}NameInvalid",
            f"The {kind.lower()} name must begin with a letter, hold letters, digits and hyphens, and have at most "
            f"{MAX_NAME[kind]} characters.",
        )
    return name


def is_name(name: str) -> bool:
    """Whether a queue or topic can have this name."""
    return bool(_NAME.fullmatch(name)) and len(name) <= MAX_NAME["Queue"]


def md5(body: str) -> str:
    """As the service tells it: upper-case hex."""
    return hashlib.md5(body.encode(), usedforsecurity=False).hexdigest().upper()


def handle(priority: int, seq: int, receipt: str) -> str:
    """A receipt handle. Clients put it into addresses as it is, so it holds nothing that would have to be escaped."""
    return f"{priority}-{seq}-{receipt}"


def opened(text: str) -> tuple[int, str]:
    """(seq of the message, receipt) of a handle; MnsError when it is none."""
    parts = text.split("-")
    if len(parts) == 3 and parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 19 and parts[2]:
        return int(parts[1]), parts[2]
    raise MnsError("ReceiptHandleError", "The receipt handle you provide is not valid.")


def queue_of(endpoint: str) -> tuple[str, str, str] | None:
    """(region, account, queue) of the address of a queue, `acs:mns:REGION:ACCOUNT:queues/NAME`; None for another."""
    parts = endpoint.split(":")
    if len(parts) != 5 or parts[:2] != ["acs", "mns"] or not parts[4].startswith("queues/"):
        return None
    return parts[2], parts[3], parts[4].removeprefix("queues/")
