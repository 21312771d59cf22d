"""Small subtitle files of all forms, written out: "你好世界" from 1 to 2 s, then "Good <i>bye</i>" from 2.5 to 3 s."""

import struct

FIRST, SECOND = "你好世界", "Good bye"

SRT = f"1\r\n00:00:01,000 --> 00:00:02,000\r\n{FIRST}\r\n\r\n2\r\n00:00:02,500 --> 00:00:03,000\r\nGood <i>bye</i>\r\n"
VTT = f"WEBVTT\n\nNOTE nobody\n\n00:01.000 --> 00:02.000\n{FIRST}\n\nlast\n00:02.500 --> 00:03.000\nGood <i>bye</i>\n"
ASS = f"""[Script Info]
ScriptType: v4.00+
PlayResX: 320
PlayResY: 180

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, Alignment, Outline, MarginV
Style: Default,Comic Sans MS,20,&H00FFFFFF,&H00000000,2,1,10

[Fonts]
fontname: evil.ttf
!!!!

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,nobody sees this
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{{\\fnComic Sans MS\\fs22}}{FIRST}
Dialogue: 0,0:00:02.50,0:00:03.00,Default,,0,0,0,,Good {{\\i1}}bye{{\\i0}}
"""
TTML = f"""<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"
 xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="25" xml:lang="zh">
 <body begin="1s"><div>
  <p begin="0s" dur="1000ms">{FIRST}</p>
  <p begin="00:00:01:12.5" end="2s">ignored: such a time is none</p>
  <p begin="1.5s" end="2s">Good
     <span tts:fontStyle="italic">bye</span></p>
 </div></body>
</tt>
""".replace('  <p begin="00:00:01:12.5" end="2s">ignored: such a time is none</p>\n', "")
ALL = {"srt": SRT, "vtt": VTT, "ass": ASS, "ttml": TTML}


def stl(*cues: tuple[str, str, str], begins: str = "10000000") -> bytes:
    """EBU Tech 3264, 25 pictures a second, Latin; times HHMMSSFF."""
    head = bytearray(b" " * 1024)
    for place, text in (
        (0, "850"),
        (3, "STL25.01"),
        (11, "1"),
        (12, "00"),
        (14, "09"),
        (238, f"{len(cues):05d}"),
        (243, f"{len(cues):05d}"),
        (248, "001"),
        (251, "40"),
        (253, "23"),
        (255, "1"),
        (256, begins),
        (264, begins),
        (272, "1"),
        (273, "1"),
    ):
        head[place : place + len(text)] = text.encode("ascii")
    return bytes(head) + b"".join(_tti(number, *cue) for number, cue in enumerate(cues))


def _tti(number: int, begin: str, end: str, text: str) -> bytes:
    clock = [bytes(int(one[k : k + 2]) for k in range(0, 8, 2)) for one in (begin, end)]
    words = text.encode("ascii").replace(b"\n", b"\x8a").ljust(112, b"\x8f")
    return bytes([0]) + number.to_bytes(2, "little") + b"\xff\x00" + clock[0] + clock[1] + bytes([20, 2, 0]) + words


def pgs(canvas: tuple[int, int], box: tuple[int, int, int, int], *spans: tuple[float, float]) -> bytes:
    """Subtitles of a Blu-ray: a white box (x, y, width, height) on a canvas of this size, from and to these seconds."""
    x, y, wide, high = box

    def segment(at: float, kind: int, data: bytes = b"") -> bytes:
        return b"PG" + struct.pack(">IIBH", round(90000 * at), 0, kind, len(data)) + data

    row = bytes((0, 0xC0 | wide >> 8, wide & 255, 1, 0, 0)) if wide > 63 else bytes((0, 0x80 | wide, 1, 0, 0))
    drawn = row * high
    shown = struct.pack(">HBBHH", 0, 0, 0, x, y)
    made = b""
    for number, (begin, end) in enumerate(spans):
        for at, objects, count in ((begin, shown, 1), (end, b"", 0)):
            state = 0x80 if count else 0
            head = struct.pack(">HHBHBBBB", *canvas, 0x10, 2 * number + 1 - count, state, 0, 0, count)
            made += segment(at, 0x16, head + objects)
            made += segment(at, 0x17, struct.pack(">BBHHHH", 1, 0, x, y, wide, high))
            if count:
                made += segment(at, 0x14, bytes((0, 0, 1, 235, 128, 128, 255)))
                made += segment(at, 0x15, struct.pack(">HBB", 0, 0, 0xC0) + (len(drawn) + 4).to_bytes(3, "big")
                                + struct.pack(">HH", wide, high) + drawn)  # fmt: skip
            made += segment(at, 0x80)
    return made


def teletext(transport: bytes) -> bytes:
    """A transport stream whose DVB subtitles are called teletext in its tables (EN 300 468, 6.2.43)."""
    made = bytearray(transport)
    for at in range(0, len(made), 188):
        packet = made[at : at + 188]
        place = packet.find(b"\x59\x08")  # the descriptor of DVB subtitles: one language
        if place > 0 and packet[5] == 2:
            language = packet[place + 2 : place + 5]
            packet[place : place + 10] = b"\x56\x05" + language + b"\x09\x00" + b"\x52\x01\x00"
            end = 8 + ((packet[6] & 15) << 8 | packet[7])
            packet[end - 4 : end] = _sum(bytes(packet[5 : end - 4])).to_bytes(4, "big")
            made[at : at + 188] = packet
    return bytes(made)


def _sum(section: bytes) -> int:
    found = 0xFFFFFFFF
    for byte in section:
        found ^= byte << 24
        for _ in range(8):
            found = (found << 1 ^ (0x04C11DB7 if found & 0x80000000 else 0)) & 0xFFFFFFFF
    return found
