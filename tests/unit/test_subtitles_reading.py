"""Subtitle files of strangers: every form in every charset says the same; what is none is told so, whatever it is."""

import time
from itertools import combinations
from pathlib import Path

import pytest

import subtitle_files as files
from reelmill.media import watermark_drawing
from reelmill.media.subtitles import charset, cues, drawing, font, program, reading, told
from reelmill.media.subtitles.cues import Cue
from reelmill.media.tools import Tools

CUES = (Cue(1000, 2000, files.FIRST), Cue(2500, 3000, "Good <i>bye</i>"))


@pytest.fixture(scope="module")
def letters() -> font.Font:
    return font.parse(Path(Tools().font_found()[0]).read_bytes())


@pytest.mark.parametrize("form", files.ALL)
@pytest.mark.parametrize(
    ("given", "encoding"),
    [
        ("UTF-8", "utf-8"),
        ("auto", "utf-8"),
        ("auto", "utf-8-sig"),
        ("auto", "utf-16"),
        ("GBK", "gb18030"),
        ("auto", "gb18030"),
        ("BIG5", "cp950"),
        ("auto", "cp950"),
    ],
)
def test_every_form_says_the_same_in_every_charset(form: str, given: str, encoding: str) -> None:
    text = files.ALL[form]
    if encoding == "cp950":
        text = text.replace("世", "時").replace("你好", "我們")  # letters that this charset has
    found = reading.read(text.encode(encoding), given).subtitles.cues
    first = files.FIRST if encoding != "cp950" else "我們時界"
    assert [(one.start, one.end, one.text) for one in found] == [(1000, 2000, first), (2500, 3000, "Good <i>bye</i>")]


def test_ebu_stl_counts_from_the_beginning_of_its_programme() -> None:
    data = files.stl(("10000100", "10000200", "Hello\nthere"), ("10000212", "10000300", "Good bye"))
    assert [(one.start, one.end, one.text) for one in reading.read(data).subtitles.cues] == [
        (1000, 2000, "Hello\nthere"),
        (2480, 3000, "Good bye"),
    ]
    assert len(reading.read(data + b"half a block").subtitles.cues) == 2


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Привет, как дела сегодня", "cp1251"),
        ("今日はとても良い天気ですね", "shift_jis"),
        ("春夏秋冬", "gb18030"),
        ("這是一個測試", "big5"),
    ],
)
def test_other_charsets_are_found_out(text: str, encoding: str) -> None:
    assert charset.decode(f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n".encode(encoding), "auto") is not None
    assert text in (charset.decode(f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n".encode(encoding)) or "")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Não há razão para tanta emoção: a situação é difícil.", "cp1252"),
        ("Det var en gång en flicka som bodde på en ö.", "cp1252"),
        ("Perché non mi hai detto la verità? È già tardi.", "cp1252"),
        ("Bonjour, comment ça va ?", "cp1252"),
        ("Dzień dobry. Żółta łódka płynie, proszę weź to.", "cp1250"),
        ("Příliš žluťoučký kůň", "cp1250"),
        ("Teşekkür ederim, çok iyiyim.", "cp1254"),
        ("그날 아침 나는 학교에 가는 길에 친구를 만났다. 우리는 오랫동안 이야기를 나누었다.", "euc_kr"),
        ("مرحبا بكم", "utf-16-le"),
        ("Good bye", "utf-16-be"),
    ],
)
def test_letters_are_those_of_one_language(text: str, encoding: str) -> None:
    assert text in (charset.decode(f"1\r\n00:00:01,000 --> 00:00:02,000\r\n{text}\r\n".encode(encoding)) or "")


SAID = {
    "cp1252": (
        "Où est ta mère? Ça va, garçon. J'ai été très fâché, tu sais, même à Noël.",
        "Wir müssen gehen, schöne Grüße aus Köln. Das Mädchen hört zu.",
        "El niño está aquí mañana. ¿Dónde estás? ¡Qué vergüenza, señor!",
        "Não há razão para emoção. A situação é difícil, você sabe.",
        "Perché non è già qui? Così è più facile, però.",
        "Det var en gång en flicka på en ö. Jag är så trött.",
        "Ærlig talt, jeg forstår ikke det på øen. Hvor er hun født?",
        "Þetta er gott, ég veit það ekki. Hæ, hvað ætlar þú?",
    ),
    "cp1250": (
        "Dzień dobry, proszę wejść. Żółta łódka płynie.",
        "Příliš žluťoučký kůň úpěl ďábelské ódy v noci.",
        "Kôň môže ísť ďalej, ľahko a rýchlo, však.",
        "Jó reggelt, hölgyem. Kérek őszintén egy űrhajót.",
        "Bună ziua, ţara asta e frumoasă şi mică. În sfârşit.",
        "Što ćeš učiniti, čovječe? Žao mi je, đače.",
        "Wir müssen gehen, schöne Grüße aus Köln. Das Mädchen hört zu.",
    ),
}
TURKISH = "Günaydın, nasılsın? Teşekkür ederim, çok iyiyim, değil mi? Şimdi."


def coded(*said: str) -> str:
    return "".join(f"{n}\r\n00:00:0{n},000 --> 00:00:0{n},900\r\n{one}\r\n\r\n" for n, one in enumerate(said, 1))


@pytest.mark.parametrize("name", SAID)
def test_a_film_may_speak_several_languages(name: str) -> None:
    """All letters of each are in the charset of all, and stand for other letters in the charsets of others."""
    for several in (*combinations(SAID[name], 2), *combinations(SAID[name], 3)):
        assert charset.decode(coded(*several).encode(name)) == coded(*several)


@pytest.mark.parametrize("number", range(7))
def test_turkish_beside_another_language_is_not_icelandic(number: int) -> None:
    said = coded(TURKISH, SAID["cp1252"][number])
    assert charset.decode(said.encode("cp1254")) == said


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        ("안녕하세요|괜찮아|뭐라고?|사랑해요|그만해!|여기 있어|네, 알겠습니다|엄마|아니|가자|미안해", "euc_kr"),
        (
            "你好|大家好|可能|没错|快点|不可能|好的|当然|今天|冷静|等等|妈妈|没关系|国家|对不起|老板|啊|哈哈|杰克",
            "gb2312",
        ),
    ],
)
def test_short_texts_of_korea_and_of_china(texts: str, name: str) -> None:
    for text in texts.split("|"):
        assert charset.decode(coded(text).encode(name)) == coded(text)


@pytest.mark.parametrize(
    ("end", "last"), [("It is\n1984", "It is\n1984"), ("1984\n", "1984"), ("Bye\n\n3\n", "Bye"), ("A\n7\n\n\n", "A\n7")]
)
def test_a_number_that_ends_the_last_text_is_spoken(end: str, last: str) -> None:
    text = f"1\n00:00:01,000 --> 00:00:02,000\nIn\n1983\n\n2\n00:00:02,000 --> 00:00:03,000\n{end}"
    assert [cue.text for cue in reading.read(text.encode()).subtitles.cues] == ["In\n1983", last]


def test_ttml_of_its_drafts_is_read() -> None:
    old = files.TTML.replace("/ns/ttml", "/2006/10/ttaf1")
    assert reading.read(old.encode()).subtitles == reading.read(files.TTML.encode()).subtitles


def test_the_wrong_charset_is_told_and_a_damaged_letter_is_not() -> None:
    assert charset.decode(files.SRT.encode("gb18030"), "UTF-8") is None
    long = ("春夏秋冬" * 100).encode() + b"\xff"
    assert charset.decode(long, "UTF-8") == "春夏秋冬" * 100 + "\ufffd"


def test_webvtt_keeps_what_only_webvtt_can_say() -> None:
    text = "WEBVTT\n\nSTYLE\n::cue { color: red }\n\n00:01.000 --> 00:02.000 line:0 align:start\n<c.x>a</c> &amp; b\n"
    found = reading.read(text.encode()).subtitles
    assert found.cues == (Cue(1000, 2000, "<c.x>a</c> &amp; b", "line:0 align:start"),)
    assert "STYLE\n::cue { color: red }\n\n00:00:01.000 --> 00:00:02.000 line:0" in cues.webvtt(found.cues, found.head)


def test_what_is_written_is_read_again() -> None:
    hard = (Cue(0, 1, "a &lt; b &amp;&amp; c"), Cue(5, 359_999_999, "two\nlines"))
    assert reading.read(cues.webvtt(hard).encode()).subtitles.cues == hard
    assert cues.subrip(hard[:1]) == "1\n00:00:00,000 --> 00:00:00,001\na < b && c\n"
    assert reading.read(cues.subrip(CUES).encode()).subtitles.cues == CUES


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "form"),
        (b"hello, I am a letter", "form"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "charset"),
        (b"#EXTM3U\nfile:///etc/passwd\n", "form"),
        (b"WEBVTT\n\nNOTE nothing\n", "empty"),
        (b"1\n00:00:02,000 --> 00:00:01,000\nbackwards\n", "empty"),
        (b"<tt xmlns='http://www.w3.org/ns/ttml'><body", "form"),
        (b'<!DOCTYPE tt [<!ENTITY a "aaaa">]><tt xmlns="http://www.w3.org/ns/ttml"><body/></tt>', "form"),
        (b"a" * (reading.MAX_BYTES + 1), "too-large"),
        (b"WEBVTT\n\n" + b"00:00.000 --> 00:01.000\na\n\n" * (reading.MAX_CUES + 1), "too-many"),
        (b"1\n00:00:00,000 --> 00:00:01,000\na\n\n" * (reading.MAX_CUES + 1), "too-many"),
        (b"1\n00:00:00,000 --> 00:00:01,000\n" + b"<i>" * 1_000_000, "too-many"),
        (b"WEBVTT\n\n00:00.000 --> 00:01.000\n" + b"<" * 5_000_000, "too-many"),
        (b"1\n00:00:00,000 --> 00:00:01,000\n" + b"a" * (reading.MAX_TEXT + 1), "too-many"),
        (files.ASS.encode() + b"Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,," + b"{\\b1}" * 100_000, "too-many"),
    ],
)
def test_what_is_no_subtitle_is_told(data: bytes, word: str, tmp_path: Path) -> None:
    began = time.process_time()
    with pytest.raises(reading.NoSubtitles, match=f"^{word}$"):
        reading.read(data)
    assert time.process_time() - began < 20
    given, out = tmp_path / "in", tmp_path / "out.vtt"
    if len(data) < 1000:
        given.write_bytes(data)
        assert program.main(("vtt", "auto", str(given), str(out))) == program.REFUSED
        assert not out.exists()


def test_deep_documents_make_the_reader_fall_and_nothing_else() -> None:
    deep = '<tt xmlns="http://www.w3.org/ns/ttml"><body>' + "<div>" * 5000 + "</div>" * 5000 + "</body></tt>"
    with pytest.raises((RecursionError, reading.NoSubtitles)):  # in its process: an exit code, see told.diagnose
        reading.read(deep.encode())


def test_failures_are_sentences() -> None:
    said = told.diagnose(("python",), 2, "subtitles: letters ส ว\n")
    assert said.code == "InvalidParameter.ResourceNotSupported"
    assert said.message == "The font of this server lacks letters of the subtitles: ส ว."
    fell = told.diagnose(("python",), 1, "Traceback...\nRecursionError\n")
    assert (fell.code, fell.retry) == ("InvalidParameter.ResourceContentBad", False)
    assert told.diagnose(("python",), -9, "").retry
    named = told.named(told.diagnose(("python",), 2, "subtitles: form\n"), "films/a.srt")
    assert named.message == 'The subtitles "films/a.srt" cannot be used. The file is no subtitle file that can be read.'


def test_what_libass_gets_has_one_font_and_nothing_of_its_own(letters: font.Font) -> None:
    made = drawing.drawn(reading.read(files.ASS.encode()), letters, (640, 360))
    assert "evil" not in made and "Comic" not in made and "nobody" not in made
    assert f"Style: Default,{letters.family},20" in made
    assert "PlayResX: 320" in made and "{\\fs22}" + files.FIRST in made


def test_commands_in_plain_subtitles_are_words(letters: font.Font) -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n{\\p1}m 0 0 l 9 9{\\fnX} C:\\Npath\n"
    made = drawing.drawn(reading.read(text.encode()), letters, (640, 360)).splitlines()[-1]
    assert made.endswith(",,\uff5b\uff3cp1\uff5dm 0 0 l 9 9\uff5b\uff3cfnX\uff5d C:\uff3cNpath")


def test_text_is_as_large_on_a_tall_picture(letters: font.Font) -> None:
    found = reading.read(files.SRT.encode())
    wide, tall = (drawing.drawn(found, letters, shape) for shape in ((1920, 1080), (1080, 1920)))
    assert "PlayResX: 512" in wide and "PlayResY: 288" in wide
    assert "PlayResX: 288" in tall and "PlayResY: 512" in tall
    assert ",18,&H" in wide and ",12,12,12," in wide
    assert ",12,12,59," in drawing.drawn(found, letters, (1920, 1080), place=1)  # above the file below it


def test_letters_that_the_font_lacks_are_told_and_signs_left_out(letters: font.Font) -> None:
    thai = reading.read("1\n00:00:01,000 --> 00:00:02,000\nสวัสดี\n".encode())
    with pytest.raises(reading.NoSubtitles, match=r"^letters ส ว ด$"):
        drawing.drawn(thai, letters, (640, 360))
    smile = reading.read("1\n00:00:01,000 --> 00:00:02,000\nHi 😀 你\n".encode())
    assert drawing.drawn(smile, letters, (640, 360)).rstrip().endswith(",,Hi  你")


def test_the_font_knows_its_letters(letters: font.Font) -> None:
    assert letters.family == "WenQuanYi Micro Hei"
    assert {ord(one) for one in "aé你한ひЖ"} <= letters.letters
    assert not {ord(one) for one in "ส😀"} & letters.letters


@pytest.mark.parametrize("form", ["srt", "ass"])
def test_of_a_part_of_the_film_its_own_texts_are_left(form: str, letters: font.Font) -> None:
    left = reading.part(reading.read(files.ALL[form].encode()), 1.5, 2.75)
    assert [(cue.start, cue.end) for cue in left.subtitles.cues] == [(0, 500), (1000, 1250)]
    made = [line for line in drawing.drawn(left, letters, (640, 360)).splitlines() if "Dialogue" in line]
    assert [line.split(",")[1:3] for line in made] == [["0:00:00.00", "0:00:00.50"], ["0:00:01.00", "0:00:01.25"]]
    none = reading.part(reading.read(files.ALL[form].encode()), 5.0, 6.0)
    assert none.subtitles.cues == () and "Dialogue" not in drawing.drawn(none, letters, (640, 360))


def test_the_program_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert Tools().version("subtitles") and Tools().origin("subtitles") == "wheel"
    assert program.main(["--version"]) == 0 and capsys.readouterr().out.startswith("subtitles version ")


@pytest.mark.parametrize(
    ("times", "seen"),
    [
        ("-00:00:01,500 --> 00:00:02,250", (0, 2250)),
        ("-00:00:03,500 --> -00:00:02,250", None),
        ("100:00:01,500 --> 100:00:02,250", None),
        ("00:00:01 --> 00:00:02", (1000, 2000)),
        ("0:0:1,5 --> 0:0:2,25", (1500, 2250)),
        (" 00:00:01 , 500 --> 00:00:02 , 250 ", (1500, 2250)),
        ("00:00:01,500 --> 00:00:02,250 X1:100 X2:200 Y1:1 Y2:2", (1500, 2250)),
    ],
)
def test_times_of_subrip_as_people_and_tools_write_them(times: str, seen: tuple[int, int] | None) -> None:
    text = f"1\n00:00:05,000 --> 00:00:06,000\nfive\n\n2\n{times}\nodd\n"
    found = [(cue.start, cue.end, cue.text) for cue in reading.read(text.encode()).subtitles.cues]
    assert found == [*([(*seen, "odd")] if seen else []), (5000, 6000, "five")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{sighs} Well, <John>...", "{sighs} Well, &lt;John&gt;..."),
        ('<font color="#ffff00">Yes</font><br/>{no', "Yes\n{no"),
        ("{\\an8}{\\i1}Above{\\i0}", "<i>Above</i>"),
        ("{Y:i}Leaning <s>out</s> <I>there</I>", "Leaning out <i>there</i>"),
        ("1 < 2 > {0}", "1 &lt; 2 &gt; {0}"),
        ("Tom &amp; Jerry: &lt;i&gt;&quot;x&quot;&nbsp;&#39;", 'Tom &amp; Jerry: &lt;i&gt;"x"\u00a0\''),
        ("&amp;lt; AT&T & &eacute;", "&amp;lt; AT&amp;T &amp; &amp;eacute;"),
        ("</c.yellow><SPAN>a</SPAN>", "a"),
    ],
)
def test_subrip_keeps_what_is_spoken_and_drops_what_is_markup(line: str, said: str) -> None:
    found = reading.read(f"1\n00:00:01,000 --> 00:00:02,000\n{line}\n".encode()).subtitles.cues
    assert [one.text for one in found] == [said]


def test_letters_of_a_watermark_that_the_font_lacks_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, out, file = tmp_path / "given", tmp_path / "out", str(Tools().font_found()[0])
    for text, code in (("你好 100 % ☃", 0), ("नमस्ते", program.REFUSED)):
        given.write_text(text, encoding="utf-8")
        assert program.main(("letters", "UTF-8", str(given), str(out), file, "")) == code
    assert out.read_text(encoding="utf-8") == "你好 100 % ☃"
    failure = told.diagnose((), program.REFUSED, capsys.readouterr().err)
    mark = {"Type": "Text", "TextWaterMark": {"Content": "नमस्ते"}}
    said = watermark_drawing.unusable(mark, failure)
    assert said.message == "The font of this server lacks letters of a watermark: न म स त." and said.source_ok


def test_one_text_in_two_fonts_is_two_watermarks() -> None:
    marks = [{"Type": "Text", "TextWaterMark": {"Content": "A", **more}} for more in ({}, {"FontName": "SimSun"})]
    assert len({watermark_drawing.identity(mark) for mark in marks}) == 2
    assert "${font-file-simsun}" in watermark_drawing.task(marks[1], 0, ()).commands[0].argv
