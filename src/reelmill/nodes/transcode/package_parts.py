"""What makes a Transcode a stream of a package: parameters, and what its group says of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from reelmill.core import declare
from reelmill.core.errors import Problems, UserText
from reelmill.core.fields import At, Field, Refused, Text
from reelmill.core.jsonx import unwrap
from reelmill.core.urls import stored
from reelmill.media import fonts, package, subtitle_fields
from reelmill.media.output import OutputParams
from reelmill.media.template import EQUAL_SEGMENTS

_BAD_NAME = Refused("InvalidParameter", "it is required and has at most 64 bytes")


def _ends(letters: str, *suffixes: str) -> tuple[Refused, Callable[[str], str | Refused]]:
    wrong = Refused(
        "InvalidParameter.Format",
        f"it is required, begins with a letter, has only {letters} 0-9 . / - and ends with {' or '.join(suffixes)}",
    )
    return wrong, lambda uri: uri if uri.endswith(suffixes) else wrong


def _place(suffix: str, manifest: str, manifest_zh: str, *also: str, capitals: bool = False) -> Text:
    """`capitals`: the vendor's rule for all of these has none, its own sample of a Representation has."""
    letters = "a-z A-Z" if capitals else "a-z"
    wrong, then = _ends(letters, suffix, *also)
    ends, ends_zh = " or ".join((suffix, *also)), "或 ".join((suffix, *also))
    return declare.text(
        "Place in the package",
        "包内路径",
        f"{letters}, 0-9, . / and -, ends with {ends}; relative to the {manifest}'s folder.",
        f"仅含 {letters}、0-9、.、/、-，以 {ends_zh} 结尾；相对{manifest_zh}所在目录。",
        example=f"hd/video{suffix}",
        pattern="^[a-zA-Z][a-zA-Z0-9./-]+$" if capitals else "^[a-z][a-z0-9./-]+$",
        code=wrong.code,
        wrong=wrong.why,
        then=then,
        required=True,
        missing=wrong,
    )


def _name(title: str, zh: str, about: str, about_zh: str, example: str) -> Text:
    return declare.text(
        title,
        zh,
        about,
        about_zh,
        example=example,
        minLength=1,
        maxLength=64,
        code=_BAD_NAME.code,
        wrong=_BAD_NAME.why,
        required=True,
        missing=_BAD_NAME,
    )


_HLS_PLACE = _place(".m3u8", "master playlist", "主播放列表")
PLACES: Mapping[str, Field] = {
    "MultiBitrateVideoStream": declare.record(
        "Video stream of a package",
        "打包视频流",
        {"URI": _HLS_PLACE},
        "Makes this a video stream of the HLS package before it.",
        "作为前面 HLS 打包中的视频流。",
        unknown="there is no field {name}; it has {known}",
        absent=None,
        json_string=True,
        advanced=True,
    ),
    "ExtXMedia": declare.record(
        "Audio or subtitle stream of a package",
        "打包音频流或字幕流",
        {
            "URI": _HLS_PLACE,
            "Name": _name("Name", "名称", "Shown by players.", "播放器中显示的名称。", "English"),
            "Language": declare.text(
                "Language", "语言", "As in RFC 5646, such as en or zh.", "RFC 5646 语言标签，如 en、zh。", example="en"
            ),
        },
        "Makes this an audio stream of the HLS package before it, or its subtitles.",
        "作为前面 HLS 打包中的音频流或字幕流。",
        unknown="there is no field {name}; it has {known}",
        absent=None,
        json_string=True,
        advanced=True,
    ),
    "Representation": declare.record(
        "Stream of a DASH package",
        "DASH 打包码流",
        {
            "Id": _name("Id", "标识", "Tells it apart from the others.", "用于区分各路码流。", "480p"),
            "URI": _place(".mpd", "manifest", "清单", ".vtt", capitals=True),
        },
        "Makes this a stream of the DASH package before it.",
        "作为前面 DASH 打包中的一路码流。",
        unknown="there is no field {name}; it has {known}",
        absent=None,
        json_string=True,
        advanced=True,
    ),
}


TEXTS: Mapping[str, Field] = {
    "WebVTTSubtitleURL": subtitle_fields.WEBVTT_URL,
    "InputConfig": subtitle_fields.INPUT_CONFIG,
}


def text_or_output(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    """Subtitles come from a file or a track, everything else from an Output."""
    texts = sorted(set(TEXTS) & set(given))
    if not texts:
        if "Outputs" not in given:
            at.member("Outputs").refuse("MissingParameter")
        elif str((good.get("Representation") or {}).get("URI", "")).endswith(".vtt"):
            at = at.member("Representation").member("URI")
            at.refuse("InvalidParameter.Format", "only subtitles end with .vtt; other streams end with .mpd")
        return
    at = at.member(texts[0])
    if len(texts) > 1 or "Outputs" in given:
        at.refuse("InvalidParameter", "a subtitle stream has either WebVTTSubtitleURL or InputConfig, and no Outputs")
    elif not {"ExtXMedia", "Representation"} & set(given) or "MultiBitrateVideoStream" in given:
        at.refuse("InvalidParameter", "a subtitle stream belongs to a package: it needs ExtXMedia or Representation")
    elif (shown := good.get("Representation")) and not shown["URI"].endswith(".vtt"):
        at.refuse("InvalidParameter.Format", "the URI of Representation must end with .vtt for subtitles")
    file = (good.get("InputConfig") or {}).get("InputFile") or {}
    if ref := stored(good.get("WebVTTSubtitleURL") or file.get("URL") or ""):
        at.refer("pictures", ref.bucket)


def one_of_them(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    """A stream is one thing."""
    if "MultiBitrateVideoStream" in given and "ExtXMedia" in given:
        at = at.member("ExtXMedia")
        at.refuse(
            "InvalidParameter",
            "a stream of a package is a video (MultiBitrateVideoStream) or an audio (ExtXMedia), not both",
        )
    elif "Representation" in given and len(set(PLACES) & set(given)) > 1:
        at = at.member("Representation")
        at.refuse(
            "InvalidParameter", "a stream belongs to a DASH package (Representation) or to an HLS package, not to both"
        )


def stream(given: Mapping[str, Any]) -> tuple[str, dict[str, str] | None]:
    """The place of a stream in its package, "" outside, and what is told of it."""
    if video := given["MultiBitrateVideoStream"]:
        return video["URI"], {"kind": "video"}
    text = bool(given["WebVTTSubtitleURL"] or given["InputConfig"])
    if track := given["ExtXMedia"]:
        kind = "text" if text else "audio"
        return track["URI"], {"kind": kind, "name": track["Name"], "language": track["Language"]}
    if shown := given["Representation"]:
        return shown["URI"], {"id": shown["Id"], **({"kind": "text"} if text else {})}
    return "", None


def group(scopes: Mapping[str, Mapping[str, Any]], kind: str) -> dict[str, str]:
    """What the group of a stream says of it."""
    raw = scopes.get({"video": "VideoGroup", "audio": "AudioGroup", "text": "SubtitleGroup"}[kind], {})
    one = unwrap(raw.get("AdaptationSet") or {})
    if one:
        return {"group": str(one["Group"]), "language": str(one.get("Lang") or "")}
    return {"group": str(raw.get("GroupId") or "")}


def wrong_container(kind: package.Kind) -> UserText:
    """What is said of a template with another container than the package's."""
    return f"A stream of this package ({kind.name}) needs a template with the container {kind.stream}."


def check_template(
    output: OutputParams,
    body: Mapping[str, Any],
    kind: package.Kind,
    kinds: Iterable[str],
    problems: Problems,
    path: str,
) -> None:
    """A stream has the container of its package (`kind`); segments that all packages of a run (`kinds`) share begin at
    equal distances. `path` is that of the Output."""
    container = {**(body.get("Container") or {}), **output.overrides.get("Container", {})}
    if container.get("Format", "mp4") != kind.stream:
        problems.add(f"{path}.TemplateId", "InvalidParameter", wrong_container(kind))
    cutting = [(one.get("MuxConfig") or {}).get("Segment") or {} for one in (body, output.overrides)]
    if package.shared(kinds) and any(one.get("ForceSegTime") for one in cutting):
        problems.add(f"{path}.MuxConfig.Segment.ForceSegTime", "InvalidParameter.NotSupported", EQUAL_SEGMENTS)


def warnings(raw: Mapping[str, Any]) -> list[tuple[str, UserText]]:
    """Fonts of watermarks that are named and not here. What becomes of fonts of subtitles is known when they are
    drawn."""
    if not (missing := fonts.missing(_named_fonts(_plain(raw.get("Outputs"))))):
        return []
    why: UserText = (
        f"The server does not have the font {', '.join(missing)} of a watermark, and draws it in its own one."
    )
    return [("Outputs", why)]


def _named_fonts(given: Any) -> Iterator[str]:
    if isinstance(given, Mapping):
        mark = given.get("TextWaterMark")
        if isinstance(mark, Mapping) and "FontName" in mark:
            yield str(mark["FontName"])
    for one in given.values() if isinstance(given, Mapping) else given if isinstance(given, list) else ():
        yield from _named_fonts(one)


def _plain(given: Any) -> Any:
    """The same without JSON in strings. A name such as {RunId}/low only begins like it."""
    try:
        told = unwrap(given)
    except ValueError:
        return given
    if isinstance(told, Mapping):
        return {name: _plain(one) for name, one in told.items()}
    return [_plain(one) for one in told] if isinstance(told, list) else told
