"""What an output says of the encryption of its segments. Pure.

Two ways (MPS reference, templates 3 and workflow 11): a workflow names only where players ask for the key, and each
medium has one of its own (media.locks); SubmitJobs brings the key and its address in Base64, and the key server is the
caller's own.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from reelmill.core import declare
from reelmill.core.fields import Field, Record, Refused
from reelmill.media.locks import BLOCK
from reelmill.media.picture import refuse

_ADDRESS = re.compile(r'https?://[^\s"]{1,1000}')


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _address(text: str) -> str | Refused:
    plain = text if _ADDRESS.fullmatch(text) else (_decoded(text) or b"").decode(errors="replace")
    if _ADDRESS.fullmatch(plain):
        return plain
    return Refused(
        "InvalidParameter.Format",
        "it must be an http or https address without quotes and spaces, as it is or in Base64",
    )


def _key(text: str) -> str | Refused:
    key = _decoded(text)
    if key is not None and len(key) == BLOCK:
        return text
    return Refused("InvalidParameter.Format", "it must be a key of 16 bytes in Base64")


_MEMBERS: dict[str, Field] = {
    "Type": declare.choice(
        "Type",
        "类型",
        ("hls-aes-128",),
        required=True,
        wrong="it must be hls-aes-128",
        code="InvalidParameter.NotSupported",
    ),
    "KeyUri": declare.text(
        "Key address",
        "密钥地址",
        "Players ask for the key there; this server answers at /-/keys.",
        "播放器向此地址请求密钥；本服务器的地址为 /-/keys。",
        required=True,
        then=_address,
        example="https://media.example.com/-/keys",
    ),
    "SkipCnt": declare.whole(
        "Clear segments",
        "不加密的分片数",
        0,
        10_000,
        "So many segments at the beginning stay clear.",
        "开头的若干分片不加密。",
        default=0,
    ),
    "Id": declare.text(
        "Id", "标识", "A word of yours; kept with the job.", "自定义标识，随作业保存。", maxLength=255, example="my-key"
    ),
}
_KEY: dict[str, Field] = {
    "Key": declare.text("Key", "密钥", "16 bytes in Base64.", "16 字节，Base64 编码。", then=_key),
    "KeyType": declare.choice(
        "Kind of key",
        "密钥类型",
        ("Base64",),
        later=("KMS",),
        not_yet="there is no KMS here: give the key itself, in Base64",
    ),
}


def _record(members: Mapping[str, Field], **more: Any) -> Record[Any]:
    return declare.record(
        "Encryption",
        "加密",
        members,
        "Encrypts the segments of an m3u8.",
        "加密 m3u8 的分片。",
        unknown="there is no field {name}; it has {known}",
        absent=None,
        json_string=True,
        advanced=True,
        **more,
    )


# in workflows, where each media has a key of its own, and in SubmitJobs, which brings the key
OF_MEDIA = _record(
    _MEMBERS, later=tuple(_KEY), not_yet="{name} is for SubmitJobs: in workflows each media has a key of its own"
)
OF_CALLER = _record(_MEMBERS | _KEY)


def of_job(asked: Mapping[str, Any] | None, form: str, media: str) -> dict[str, Any] | None:
    """What a job is told: where players get the key, the medium whose key it is ("": the key is given), and how many
    segments stay clear. `media`: "" outside workflows. MediaError for what does not fit together."""
    if not asked:
        return None
    if form != "m3u8":
        raise refuse(
            "InvalidParameter.NotSupported",
            "Encryption is for outputs of the container m3u8.",
            "Leave it out, or choose a template with the container m3u8.",
        )
    key = asked.get("Key", "")
    if not key and not media:
        raise refuse(
            "MissingParameter",
            "Encryption needs a Key here: only media of workflows have keys of their own.",
            "Give 16 bytes in Base64.",
        )
    return {"uri": asked["KeyUri"], "media": media, "key": key, "clear": asked["SkipCnt"]}
