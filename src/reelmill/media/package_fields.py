"""Fields that the groups of a package have in common. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reelmill.core import declare
from reelmill.core.fields import At, Record, Refused

MAX_GROUP = 32  # bytes of a GroupId
_BAD_GROUP = Refused("InvalidParameter", f"it is required, has at most {MAX_GROUP} bytes and no quotes")
_BAD_SET = Refused("InvalidParameter", "it is required and has at most 64 bytes")


@dataclass(frozen=True, slots=True)
class Group:
    """What the streams that follow have in common: the GROUP-ID of HLS, or the adaptation set of DASH and its
    language."""

    group_id: str
    language: str = ""
    dash: bool = False


def _group(name: str) -> str | Refused:
    return Refused(_BAD_GROUP.code, _BAD_GROUP.why) if '"' in name or "\n" in name else name


def _set(*, language: bool, required: bool) -> Record[Any]:
    fields: dict[str, Any] = {
        "Group": declare.text(
            "Adaptation set",
            "自适应集",
            "What its streams have in common; players show it.",
            "该集各路流的共同名称，会显示在播放器中。",
            example="English" if language else "Video",
            minLength=1,
            maxLength=64,
            code=_BAD_SET.code,
            wrong=_BAD_SET.why,
            required=True,
            missing=_BAD_SET,
        )
    }
    if language:
        fields["Lang"] = declare.text(
            "Language", "语言", "As in RFC 5646, such as en or zh.", "RFC 5646 语言标签，如 en、zh。", example="en"
        )
    return declare.record(
        "DASH",
        "DASH",
        fields,
        "Of a DASH package: the adaptation set of the streams that follow.",
        "用于 DASH 打包：其后各路流所属的自适应集。",
        unknown="there is no field {name}; it has {known}",
        absent=None,
        json_string=True,
        required=required,
    )


def _either(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    if "GroupId" not in given and "AdaptationSet" not in given:
        at = at.member("GroupId")
        at.refuse("InvalidParameter", "it is required; in a DASH package AdaptationSet is")
    if "GroupId" in given and "AdaptationSet" in given:
        at = at.member("AdaptationSet")
        at.refuse("InvalidParameter", "a group has a GroupId (HLS) or an AdaptationSet (DASH), not both")


def both(title: str, zh: str, refers: tuple[str, str], example: str) -> Record[Any]:
    """The fields of a group that HLS and DASH have; `refers` says what its name is for."""
    return declare.record(
        title,
        zh,
        {
            "GroupId": declare.text(
                "Group",
                "组名",
                *refers,
                example=example,
                maxLength=MAX_GROUP,
                minLength=1,
                wrong=_BAD_GROUP.why,
                then=_group,
            ),
            "AdaptationSet": _set(language=True, required=False),
        },
        rules=(_either,),
        hollow=True,
        make=_made,
    )


def video() -> Record[Any]:
    """The fields of a group of video: DASH alone has it."""
    return declare.record("Video group", "视频组", {"AdaptationSet": _set(language=False, required=True)}, make=_made)


def _made(given: Mapping[str, Any]) -> Group:
    one = given.get("AdaptationSet")
    return Group(one["Group"], one.get("Lang", ""), True) if one else Group(given.get("GroupId", ""))
