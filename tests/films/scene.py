"""What the films show and sound like: a counter, flashes, patches of known colour, greys, a circle, a moving bar; beeps
of known pitch.

All places are parts of the picture as it is shown: (left, top, right, bottom). What changes from picture to picture has
no colour, so that one base picture is converted once, and only its luma is written to.
"""

from dataclasses import dataclass

import numpy as np

Box = tuple[float, float, float, float]
RGB = tuple[int, int, int]

BITS = 8
GROUND, DISC = 70, 210
COUNTER_Y = (0.03, 0.15)
FLASH: Box = (0.04, 0.87, 0.96, 0.97)
PATCHES: dict[str, tuple[Box, RGB]] = {
    "red": ((0.04, 0.2, 0.2, 0.4), (192, 0, 0)),
    "green": ((0.04, 0.42, 0.2, 0.62), (0, 192, 0)),
    "blue": ((0.04, 0.64, 0.2, 0.84), (0, 0, 192)),
    "skin": ((0.8, 0.2, 0.96, 0.4), (200, 130, 90)),
    "teal": ((0.8, 0.42, 0.96, 0.62), (20, 150, 160)),
    "violet": ((0.8, 0.64, 0.96, 0.84), (130, 60, 180)),
    "grey 32": ((0.24, 0.2, 0.32, 0.34), (32, 32, 32)),
    "grey 96": ((0.24, 0.34, 0.32, 0.48), (96, 96, 96)),
    "grey 160": ((0.24, 0.48, 0.32, 0.62), (160, 160, 160)),
    "grey 224": ((0.24, 0.62, 0.32, 0.73), (224, 224, 224)),
}
HOLE: Box = (0.69, 0.2, 0.78, 0.44)  # transparent where a film has alpha; HIDDEN lies below
HIDDEN: RGB = (40, 220, 60)
CENTRE, RADIUS, HALF = (
    (0.51, 0.47),
    0.26,
    0.16,
)  # of the circle; the radius in heights of the picture, and what it may be at most in widths
AROUND: Box = (0.335, 0.195, 0.685, 0.745)  # holds the circle and nothing else that is light
TRACK: Box = (0.24, 0.76, 0.76, 0.85)  # where the bar moves
BAR, STEP = 0.06, 0.023  # its width and its way from field to field, in widths of the picture

EVENTS = (
    0.3,
    0.76,
    1.08,
    1.64,
    2.08,
    2.72,
    3.24,
    3.6,
    4.16,
    4.6,
    5.24,
    5.7,
    6.02,
)  # uneven distances: no shift can hide
PITCHES = (600, 850, 1150, 1500, 1900, 2400)  # of the beeps, in turn: one that stands for another is seen
OTHERS = 330  # Hz above, in the tracks that must not be heard
BEEP, FADE, LASTS = 0.06, 0.004, 0.08  # seconds of a beep, of its edges, of a flash


def box_of(box: Box, width: int, height: int) -> tuple[slice, slice]:
    """Rows and columns of a box."""
    left, top, right, bottom = box
    return slice(round(top * height), max(round(top * height) + 1, round(bottom * height))), slice(
        round(left * width), max(round(left * width) + 1, round(right * width))
    )


def base(width: int, height: int, shown: float) -> np.ndarray:
    """The picture without what moves, (height, width, 3) of 0 to 255. `shown` is width by height as it is shown."""
    picture = np.full((height, width, 3), GROUND, np.float32)
    for box, colour in PATCHES.values():
        picture[box_of(box, width, height)] = colour
    radius = min(RADIUS, HALF * shown)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    # four samples in each direction, or the edge of so small a circle would tell its shape badly
    inside = sum(
        np.hypot(((x + a) / width - CENTRE[0]) * shown, (y + b) / height - CENTRE[1]) < radius
        for a in (0.125, 0.375, 0.625, 0.875)
        for b in (0.125, 0.375, 0.625, 0.875)
    )
    share = (np.asarray(inside, np.float32) / 16)[..., None]
    return picture * (1 - share) + DISC * share


def marks(number: int, flash: bool, width: int, height: int) -> list[tuple[tuple[slice, slice], int]]:
    """The boxes of a picture that depend on its number, with their grey."""
    top, bottom = COUNTER_Y
    boxes: list[tuple[tuple[slice, slice], int]] = []
    for k in range(BITS):
        boxes.append(
            (box_of(((k + 0.06) / BITS, top, (k + 0.94) / BITS, bottom), width, height), 235 if number >> k & 1 else 20)
        )
    boxes.append((box_of(FLASH, width, height), 240 if flash else 25))
    return boxes


def bar(field: int, width: int, height: int) -> tuple[slice, slice]:
    """Where the bar stands in a field."""
    left, top, right, bottom = TRACK
    at = left + (field * STEP) % (right - left - BAR)
    return box_of((at, top, at + BAR, bottom), width, height)


def beeps(
    events: list[tuple[int, float]], begin: float, end: float, rate: int, loud: float, shift: int = 0
) -> np.ndarray:
    """The sound from `begin` to `end` as one channel; events are (number, second)."""
    sound = np.zeros(round((end - begin) * rate), np.float32)
    time = np.arange(round(BEEP * rate)) / rate
    edge = np.clip(np.minimum(time, BEEP - time) / FADE, 0, 1)
    for number, at in events:
        tone = loud * edge * np.sin(2 * np.pi * (pitch(number) + shift) * time)
        first = round((at - begin) * rate)
        keep = slice(max(0, -first), max(0, min(len(tone), len(sound) - first)))
        sound[first + keep.start : first + keep.stop] += tone[keep] if keep.stop > keep.start else 0
    return sound


def pitch(number: int) -> int:
    return PITCHES[number % len(PITCHES)]


@dataclass(frozen=True)
class Matrix:
    """RGB to Y'CbCr: the weights of red and blue."""

    red: float
    blue: float

    def luma(self, rgb: np.ndarray) -> np.ndarray:
        return rgb[..., 0] * self.red + rgb[..., 1] * (1 - self.red - self.blue) + rgb[..., 2] * self.blue

    def coded(self, rgb: np.ndarray) -> np.ndarray:
        """Y, Cb, Cr of 0 to 1, -0.5 to 0.5; rgb of 0 to 1."""
        y = self.luma(rgb)
        return np.stack([y, (rgb[..., 2] - y) / (2 - 2 * self.blue), (rgb[..., 0] - y) / (2 - 2 * self.red)], -1)

    def shown(self, y: float, cb: float, cr: float) -> np.ndarray:
        """The inverse, as 0 to 255."""
        red, blue = y + cr * (2 - 2 * self.red), y + cb * (2 - 2 * self.blue)
        green = (y - self.red * red - self.blue * blue) / (1 - self.red - self.blue)
        return np.clip(np.array([red, green, blue]) * 255, 0, 255)


MATRICES = {
    "601": Matrix(0.299, 0.114),
    "709": Matrix(0.2126, 0.0722),
    "2020": Matrix(0.2627, 0.0593),
    "240": Matrix(0.212, 0.087),
}
