"""What an output says of the encryption of its segments, and how common encryption is done. Pure.

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
from reelmill.core.errors import UserText
from reelmill.core.fields import Field, Record, Refused
from reelmill.core.model import Command
from reelmill.media.locks import BLOCK, key_id
from reelmill.media.picture import refuse
from reelmill.media.segments import CMAF, INIT

SCHEMES = ("cenc", "cbcs")  # of common encryption (ISO/IEC 23001-7)
_FORMS = {"hls-aes-128": ("m3u8",), "cenc": ("mpd",), "cbcs": ("m3u8", "mpd")}  # containers that each is for
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


def _key_id(text: str) -> str | Refused:
    plain = text.replace("-", "").lower()
    if re.fullmatch(r"[0-9a-f]{32}", plain):
        return plain
    return Refused("InvalidParameter.Format", "it must be 32 digits of base 16, as of a UUID")


_MEMBERS: dict[str, Field] = {
    "Type": declare.choice(
        "Type",
        "类型",
        ("hls-aes-128", *SCHEMES),
        "hls-aes-128: whole segments of HLS. Of this server: cenc and cbcs, common encryption of fragments, cenc for "
        "DASH, cbcs for HLS and DASH.",
        "hls-aes-128：加密整个 HLS 分片。本服务扩展：cenc 与 cbcs 为 CMAF 通用加密，"
        "cenc 用于 DASH，cbcs 用于 HLS 与 DASH。",
        required=True,
        wrong="it must be hls-aes-128, cenc or cbcs",
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
    "KeyId": declare.text(
        "Key id",
        "密钥标识",
        "32 digits of base 16, by which players ask for the key of cenc and cbcs.",
        "32 位十六进制数，播放器以此请求 cenc 与 cbcs 的密钥。",
        then=_key_id,
        example="000102030405060708090a0b0c0d0e0f",
    ),
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
        "Encrypts the segments of an m3u8 or mpd.",
        "加密 m3u8 或 mpd 的分片。",
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


def of_job(asked: Mapping[str, Any] | None, form: str, media: str, *, part: bool = True) -> dict[str, Any] | None:
    """What a job is told: where players get the key, the medium whose key it is ("": the key is given), how many
    segments stay clear, and the scheme of common encryption ("": whole segments) with the id of the key. `media`: ""
    outside workflows; `part`: it is one stream of a package. MediaError for what does not fit together."""
    if not asked:
        return None
    kind = asked["Type"]
    if problem := misfit(asked, form):
        forms = " or ".join(_FORMS[kind])
        advice: UserText = f"Leave it out, or choose a template with the container {forms}."
        raise refuse("InvalidParameter.NotSupported", problem, advice)
    key, known_as = asked.get("Key", ""), asked.get("KeyId", "")
    if not key and not media:
        raise refuse(
            "MissingParameter",
            "Encryption needs a Key here: only media of workflows have keys of their own.",
            "Give 16 bytes in Base64.",
        )
    told = {"uri": asked["KeyUri"], "media": media, "key": key, "clear": asked["SkipCnt"]}
    return told if kind not in SCHEMES else told | _common(asked, form, media, known_as, part=part)


def misfit(asked: Mapping[str, Any] | None, form: str) -> UserText:
    """Why what is asked for cannot be had in a container, "" when it can."""
    forms = _FORMS[asked["Type"]] if asked else ()
    if not asked or form in forms:
        return ""
    return f"Encryption.Type {asked['Type']} is for outputs of the container {' or '.join(forms)}."


def _common(asked: Mapping[str, Any], form: str, media: str, known_as: str, *, part: bool) -> dict[str, Any]:
    """What common encryption needs besides."""
    if asked["SkipCnt"]:
        raise refuse(
            "InvalidParameter.NotSupported",
            f"With the encryption {asked['Type']} no segments stay clear.",
            "Leave SkipCnt out.",
        )
    if form == "m3u8" and not part:
        raise refuse(
            "InvalidParameter.NotSupported",
            "In HLS the encryption cbcs is for a stream of a package that has video or audio alone.",
            "Draw a package in a workflow, or use hls-aes-128.",
        )
    if not media and not known_as:
        raise refuse(
            "MissingParameter", f"Encryption.Type {asked['Type']} needs a KeyId beside the Key.", "Give 32 digits."
        )
    return {"scheme": asked["Type"], "kid": known_as or key_id(media)}


def fragmented(told: Mapping[str, Any] | None) -> bool:
    """Whether the segments of a job are to be fragments of MP4, whatever its container says."""
    return bool(told and told.get("scheme"))


def command(told: Mapping[str, Any], stem: str, kind: str, whole: str, flags: str, seconds: int) -> Command:
    """Shaka Packager cuts a fragmented MP4 anew and encrypts it: `stem/init.mp4`, `stem/00001.m4s`... It begins
    segments with the same key frames, as it counts like the muxer that made them."""
    stream = f"in={whole},stream={kind},init_segment={stem}/{INIT},segment_template={stem}/$Number%05d${CMAF}"
    argv = (stream, f"--flagfile={flags}", f"--protection_scheme={told['scheme']}", f"--segment_duration={seconds}")
    # the first seconds too; by itself it takes hundreds of MB for buffers that files do not need
    return Command((*argv, "--clear_lead=0", "--io_cache_size=1048576"), tool="packager")
