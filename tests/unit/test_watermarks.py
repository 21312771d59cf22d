"""Watermarks: what is refused, what a mark means in pixels, and the graph that draws it."""

import base64
from fractions import Fraction
from typing import Any

import pytest

from reelmill.core.errors import Problems
from reelmill.media import filters, ladder, pieces, watermark_drawing, watermarks
from reelmill.media.plans import Rendition, VideoPlan
from reelmill.media.watermark_drawing import Placed, place

LOGO = {"Bucket": "logos", "Location": "oss-x", "Object": "a%20b.png"}


def told(marks: Any) -> dict[str, str]:
    problems = Problems()
    watermarks.check_watermarks(marks, problems, "W")
    return {p.path: p.code for p in problems.found}


@pytest.mark.parametrize(
    ("mark", "path", "code"),
    [
        ({}, "InputFile", "MissingParameter"),
        ({"InputFile": {"Bucket": "b"}}, "InputFile.Object", "MissingParameter"),
        ({"InputFile": {**LOGO, "Object": "a.jpg"}}, "InputFile.Object", "InvalidParameter.ResourceNotSupported"),
        ({"InputFile": {**LOGO, "Object": "../a.png"}}, "InputFile.Object", "InvalidParameter.ObjectKeyInvalid"),
        ({"InputFile": {**LOGO, "Object": "%ff.png"}}, "InputFile.Object", "InvalidParameter.ObjectKeyInvalid"),
        ({"InputFile": {**LOGO, "RoleArn": "x"}}, "InputFile.RoleArn", "InvalidParameter"),
        ({"InputFile": LOGO, "Width": "7"}, "Width", "InvalidParameter.OutOfRange"),
        ({"InputFile": LOGO, "Width": "1.0"}, "Width", "InvalidParameter.OutOfRange"),
        ({"InputFile": LOGO, "Height": "0.0"}, "Height", "InvalidParameter.OutOfRange"),
        ({"InputFile": LOGO, "Dx": "4097"}, "Dx", "InvalidParameter.OutOfRange"),
        ({"InputFile": LOGO, "Dy": "1;drawtext"}, "Dy", "InvalidParameter.OutOfRange"),
        ({"InputFile": LOGO, "ReferPos": "Center"}, "ReferPos", "InvalidParameter"),
        ({"InputFile": LOGO, "Type": "Video"}, "Type", "InvalidParameter"),
        ({"InputFile": LOGO, "Timeline": {"Start": "-1"}}, "Timeline.Start", "InvalidParameter.OutOfRange"),
        ({"InputFile": LOGO, "Timeline": {"Duration": "0"}}, "Timeline.Duration", "InvalidParameter.OutOfRange"),
        ({"InputFile": LOGO, "Timeline": {"End": "3"}}, "Timeline.End", "InvalidParameter"),
        ({"InputFile": LOGO, "RatioRefer": {"Width": "Area"}}, "RatioRefer.Width", "InvalidParameter.OutOfRange"),
        ({"InputFile": LOGO, "Opacity": "1"}, "Opacity", "InvalidParameter"),
        ({"Type": "Text"}, "TextWaterMark", "MissingParameter"),
        ({"Type": "Text", "TextWaterMark": {"Content": "***"}}, "TextWaterMark.Content", "InvalidParameter.Format"),
        (
            {"Type": "Text", "TextWaterMark": {"Content": "QQ==", "FontName": "Comic"}},
            "TextWaterMark.FontName",
            "InvalidParameter.OutOfRange",
        ),
        (
            {"Type": "Text", "TextWaterMark": {"Content": "QQ==", "FontSize": "120"}},
            "TextWaterMark.FontSize",
            "InvalidParameter.OutOfRange",
        ),
        (
            {"Type": "Text", "TextWaterMark": {"Content": "QQ==", "FontColor": "red@0:x=1"}},
            "TextWaterMark.FontColor",
            "InvalidParameter.OutOfRange",
        ),
        (
            {"Type": "Text", "TextWaterMark": {"Content": "QQ==", "adaptive": "maybe"}},
            "TextWaterMark.adaptive",
            "InvalidParameter",
        ),
        (
            {"Type": "Text", "TextWaterMark": {"Content": base64.b64encode(b"\x1b[0m").decode()}},
            "TextWaterMark.Content",
            "InvalidParameter",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(mark: dict[str, Any], path: str, code: str) -> None:
    assert told([mark]) == {f"W[0].{path}": code}


def test_marks_may_be_json_in_strings_and_are_counted() -> None:
    assert (
        told('[{"InputFile": "{\\"Bucket\\": \\"b\\", \\"Object\\": \\"a.png\\"}", "Timeline": "{\\"Start\\": 1}"}]')
        == {}
    )
    assert told([{"InputFile": LOGO}] * 21) == {"W": "InvalidParameter.ListSizeExceed"} and told("{}") == {
        "W": "InvalidParameter.JsonArrayFormatInvalid"
    }
    assert told("[") == {"W": "InvalidParameter.JsonArrayFormatInvalid"} and told([1]) == {
        "W[0]": "InvalidParameter.JsonObjectFormatInvalid"
    }


def test_a_template_holds_no_picture_and_no_text() -> None:
    def problems_of(config: Any) -> set[str]:
        watermarks.check_template(config, problems := Problems(), "C")
        return {p.path for p in problems.found}

    sample = {
        "Width": "10",
        "Height": "30",
        "Dx": "10",
        "Dy": "5",
        "ReferPos": "TopRight",
        "Type": "Image",
        "Timeline": {"Start": "0", "Duration": "10"},
    }
    assert (
        problems_of(sample) == set() and problems_of({"Type": "Text", "TextWaterMark": {"adaptive": "false"}}) == set()
    )
    assert problems_of({"InputFile": LOGO, "TextWaterMark": {"Content": "QQ==", "adaptive": "x"}}) == {
        "C.InputFile",
        "C.TextWaterMark.Content",
        "C.TextWaterMark.adaptive",
    }


def test_shares_count_from_the_edge_they_name_with_four_decimals() -> None:
    def at(**mark: Any) -> tuple[int, int, str, str]:
        made = place({"InputFile": LOGO, **mark}, "f.png", (1280, 720))
        return made.width, made.height, made.x, made.y

    assert at() == (154, -1, "W-w-0", "0")
    assert at(Height="0.5") == (-1, 360, "W-w-0", "0") and at(
        Width="100", Height="50", ReferPos="BottomLeft", Dx="-4"
    ) == (100, 50, "-4", "H-h-0")
    assert (
        at(Width="0.12349", RatioRefer={"Width": "Short"})[0] == 89
        and at(Dy="0.1", RatioRefer={"Dy": "Long"})[3] == "128"
    )
    portrait = place({"InputFile": LOGO, "Width": "0.5", "RatioRefer": {"Width": "Long"}}, "f.png", (720, 1280))
    assert portrait.width == 640


def _rendition(*marks: Placed, width: int = 1280, height: int = 720) -> Rendition:
    return Rendition("mp4", _plan(width, height), None, watermarks=marks)


def _plan(width: int, height: int) -> VideoPlan:
    return VideoPlan(0, width=width, height=height, shape=16 / 9, rate=Fraction(24), crf="23", gop=240)


LOGO_MARK = Placed("${mark-0}/mark.png", 154, -1, "W-w-10", "10")
LATE = Placed("${mark-1}/mark.mov", 100, 50, "0", "H-h-0", start=5, end=15.5, moving=True)
TEXT = Placed("${mark-2}/mark.txt", start=2, text=("fontsize=16", "fontcolor=black@1", "x=0", "y=0"))


def test_the_graph_draws_each_rendition_its_marks_in_order() -> None:
    """Golden: a mark on two sizes, a second and a text on the first, none on the third. Each size is made from the next
    larger one, before it is marked."""

    def size(width: int, height: int) -> str:
        return ",".join(filters.ended(_plan(width, height), "", convert=False))

    graph = filters.graph(
        0,
        [
            _rendition(LOGO_MARK, LATE, TEXT),
            _rendition(LOGO_MARK, width=640, height=360),
            _rendition(width=320, height=180),
        ],
    )
    assert graph.split(";") == [
        f"[0:0]{size(1280, 720)},split=2[b0][s1]",
        f"[s1]{size(640, 360)},split=2[b1][s2]",
        f"[s2]{size(320, 180)}[v2]",
        "[1:v:0]scale=154:-1[v0w0m]",
        "[b0][v0w0m]overlay=x=W-w-10:y=10[v0w0]",
        "[2:v:0]setpts=PTS-STARTPTS+5.000000/TB,scale=100:50[v0w1m]",
        "[v0w0][v0w1m]overlay=x=0:y=H-h-0:shortest=1:enable='gte(t,4.9999)*lt(t,15.4999)'[v0w1]",
        "[v0w1]drawtext=fontfile=${font}:textfile=${mark-2}/mark.txt:expansion=none:fontsize=16:fontcolor=black@1:x=0:y=0:enable='gte(t,1.9999)'[v0]",
        "[1:v:0]scale=154:-1[v1m]",
        "[b1][v1m]overlay=x=W-w-10:y=10[v1]",
    ]


def test_the_clock_of_a_piece_begins_where_the_piece_does() -> None:
    graph = filters.graph(0, [_rendition(TEXT)], ("setpts=PTS-STARTPTS",), 60.5)
    assert (
        graph.startswith("[0:0]setpts=PTS-STARTPTS,scale=")
        and "setsar=1[b0];" in graph
        and ":enable='gte(t+60.500000,1.9999)'" in graph
    )


def test_the_pictures_are_inputs_of_a_known_kind_each_once() -> None:
    args = ladder.mark_inputs([_rendition(LOGO_MARK, LATE), _rendition(LOGO_MARK, TEXT)])
    assert args == (
        "-f",
        "png_pipe",
        "-protocol_whitelist",
        "file",
        "-i",
        "file:${mark-0}/mark.png",
        "-stream_loop",
        "-1",
        "-f",
        "mov",
        "-protocol_whitelist",
        "file",
        "-i",
        "file:${mark-1}/mark.mov",
    )


def test_what_moves_is_not_cut() -> None:
    from reelmill.core.model import MediaInfo, Timeline

    timeline = Timeline(480, 0.0, 20.0, 1 / 24, True, ((0.0, 0), (10.0, 240)))
    info = MediaInfo("mov,mp4,m4a,3gp,3g2,mj2", 0.0, 20.0, 1, 1, (), ())
    assert pieces.may_cut([_rendition(LOGO_MARK, TEXT)], info, timeline) and not pieces.may_cut(
        [_rendition(LATE)], info, timeline
    )


def test_the_picture_is_read_as_what_its_name_says_and_nothing_else() -> None:
    task = watermark_drawing.task(
        {"InputFile": {"Bucket": "logos", "Location": "oss-x", "Object": "a b.png"}}, 3, ("j",)
    )
    argv = task.commands[0].argv
    assert (
        argv[argv.index("-f") + 1] == "png_pipe" and argv[argv.index("-protocol_whitelist") + 1] == "file,crypto,data"
    )
    assert (task.name, task.expect, dict(task.objects)["picture"].key) == ("mark-3", ("mark.png",), "a b.png")


def test_adaptive_text_grows_with_the_picture() -> None:
    mark = {"Type": "Text", "TextWaterMark": {"Content": "A", "FontSize": "20", "adaptive": "true"}}
    sizes = {lines: watermark_drawing.place(mark, "f", (1280, lines)).text[0] for lines in (360, 720, 1440)}
    assert sizes == {360: "fontsize=10", 720: "fontsize=20", 1440: "fontsize=40"}
    template = {"Type": "Text", "TextWaterMark": {"adaptive": "true"}}
    plain = {"TextWaterMark": {"Content": "A"}}
    assert watermark_drawing.merged(plain, template)["TextWaterMark"] == {"Content": "A", "adaptive": "true"}
