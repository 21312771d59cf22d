"""What an Input of a job may say: the object that is worked on. Pure."""

from collections.abc import Mapping

from reelmill.core import declare
from reelmill.core.fields import Record, Refused
from reelmill.core.urls import key_problem

_NULL = Refused("InvalidParameter.NullValue")


def _key(key: str) -> str | Refused:
    if problem := key_problem(key):
        return Refused("InvalidParameter.ObjectKeyInvalid", f"the key cannot be used: {problem}")
    return key


INPUT: Record[Mapping[str, str]] = declare.record(
    "File",
    "文件",
    {
        "Bucket": declare.text(
            "Input bucket", "输入 Bucket", widget="input-bucket", example="films-in", required=True, missing=_NULL
        ),
        "Location": declare.location(required=True, missing=_NULL),
        "Object": declare.key("Object", "对象", example="films/a.mp4", required=True, missing=_NULL, then=_key),
    },
    unknown="there is no field {name}; it has {known}",
    later=("Audio", "Container", "RoleArn", "Referer"),
    sparse=True,
    required=True,
    json_string=True,
)
