"""The pictures of a film as raw video, in the pixel format that its encoder takes. The conversion is ours, so that no
library judges itself."""

from collections.abc import Iterator

import numpy as np

from films import scene
from films.film import Film
from films.plan import coded_size, full_range, matrix_of, plan, shown_size

MARGIN = (32, 8, 16, 24)  # coded pixels that a crop takes away: left, top, right, bottom
_TO_2020 = np.array(
    [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]]
)  # linear BT.709 to BT.2020
_WHITE = 203.0  # cd/m2 of what is white in a picture without highlights (BT.2408)


def pixel_format(film: Film) -> str:
    if film.matrix == "rgb":
        return "rgba" if film.alpha == "yes" else "rgb24"
    if film.video == "prores":
        return "yuva444p10le" if film.alpha == "yes" else "yuv422p10le"
    alpha, full = "a" if film.alpha == "yes" else "", "j" if film.video == "mjpeg" else ""
    return f"yuv{alpha}{full}420p" + ("10le" if film.depth == 10 else "")


def rows(film: Film, first: int, last: int) -> Iterator[bytes]:
    """The raw pictures with the numbers `first` to `last`, the latter not included."""
    second = first > 0
    painter = _Painter(film, second)
    times = plan(film)
    for number in range(first, last):
        yield painter.paint(
            number, times.flashes(number), film.scan in ("tff", "bff") or (film.scan == "late" and second)
        )


class _Painter:
    """The base picture in planes, and how to write greys into it."""

    def __init__(self, film: Film, second: bool):
        self.film = film
        width, height = coded_size(film, second)
        shown = shown_size(film, second)
        self.size = width, height
        picture = scene.base(width, height, shown[0] / shown[1])
        self.alpha = np.ones((height, width), np.float32)
        if film.alpha == "yes":
            hole = scene.box_of(scene.HOLE, width, height)
            picture[hole], self.alpha[hole] = scene.HIDDEN, 0
        self.planes = self._planes(picture / 255)

    def _planes(self, rgb: np.ndarray) -> list[np.ndarray]:
        film = self.film
        if film.matrix == "rgb":
            return [
                np.concatenate([np.rint(rgb * 255), np.rint(self.alpha * 255)[..., None]], -1).astype(np.uint8)[
                    ..., : 4 if film.alpha == "yes" else 3
                ]
            ]
        coded = scene.MATRICES[matrix_of(film)].coded(_light(film, rgb))
        luma, chroma = coded[..., 0], [coded[..., 1], coded[..., 2]]
        across, down = (1, 1) if "444" in pixel_format(film) else (2, 1) if "422" in pixel_format(film) else (2, 2)
        if film.turn[:2] in ("90", "27"):
            across, down = down, across  # what is across here is down in the file
        planes = [self._code(luma, 219, 16), *(self._code(_less(c, across, down), 224, 128) for c in chroma)]
        if film.alpha == "yes":
            top = (1 << film.depth) - 1
            planes.append(np.rint(self.alpha * top).astype(planes[0].dtype))
        return planes

    def _code(self, plane: np.ndarray, span: int, zero: int) -> np.ndarray:
        top = (1 << self.film.depth) - 1
        if full_range(self.film):
            coded = plane * top + (top + 1) / 2 * (zero == 128)
        else:
            coded = (plane * span + zero) * (1 << self.film.depth - 8)
        return np.clip(np.rint(coded), 0, top).astype(np.uint8 if self.film.depth == 8 else "<u2")

    def _grey(self, value: int) -> int:
        if self.film.matrix == "rgb":
            return value
        grey = _light(self.film, np.full((1, 1, 3), value / 255, np.float32))[..., 0]
        return int(self._code(grey, 219, 16)[0, 0])

    def paint(self, number: int, flash: bool, fields: bool) -> bytes:
        width, height = self.size
        front = self.planes[0].copy()
        colours = slice(0, 3)
        for (down, across), grey in scene.marks(number % 256, flash, width, height):
            front[(down, across, colours) if front.ndim == 3 else (down, across)] = self._grey(grey)
        for half in (0, 1):  # lines of the upper field, of the lower one
            later = half if self.film.scan != "bff" else 1 - half
            down, across = scene.bar(2 * number + (later if fields else 0), width, height)
            lines = slice(down.start + (down.start % 2 != half), down.stop, 2)
            front[(lines, across, colours) if front.ndim == 3 else (lines, across)] = self._grey(255)
        return b"".join(np.ascontiguousarray(self._placed(plane)).tobytes() for plane in (front, *self.planes[1:]))

    def _placed(self, plane: np.ndarray) -> np.ndarray:
        """As it is coded: turned against the direction in which players turn it, with what players crop around it."""
        if self.film.crop != "none":
            across, down = self.size[0] // plane.shape[1], self.size[1] // plane.shape[0]
            left, top, right, bottom = MARGIN[0] // across, MARGIN[1] // down, MARGIN[2] // across, MARGIN[3] // down
            return np.pad(
                plane, ((top, bottom), (left, right)), constant_values=int(plane.max())
            )  # bright, and of no colour of ours
        degrees, _, mirror = self.film.turn.partition(" ")
        if degrees == "mirror":
            return plane[:, ::-1]
        turned = np.rot90(plane, int(degrees) // 90)  # counterclockwise, since players turn clockwise
        return turned[:, ::-1] if mirror else turned


def placed_size(film: Film, second: bool = False) -> tuple[int, int]:
    """Width and height of the raw pictures."""
    width, height = coded_size(film, second)
    if film.crop != "none":
        return width + MARGIN[0] + MARGIN[2], height + MARGIN[1] + MARGIN[3]
    return (height, width) if film.turn.startswith("90") or film.turn == "270" else (width, height)


def _less(plane: np.ndarray, across: int, down: int) -> np.ndarray:
    """A plane with fewer samples, each the mean of those it stands for."""
    height, width = plane.shape
    plane = np.pad(plane, ((0, -height % down), (0, -width % across)), mode="edge")
    return plane.reshape(plane.shape[0] // down, down, plane.shape[1] // across, across).mean((1, 3))


def _light(film: Film, rgb: np.ndarray) -> np.ndarray:
    """RGB as it is coded: as it is, or as HDR with the same look."""
    if film.hdr == "none":
        return rgb
    light = np.clip(np.power(rgb, 2.4) @ _TO_2020.T, 0, 1)
    if film.hdr == "hlg":
        scene_light = np.power(light * _WHITE / 1000, 1 / 1.2)  # without the screen's own curve, as if grey
        low, high = (
            np.sqrt(3 * scene_light),
            0.17883277 * np.log(np.maximum(12 * scene_light - 0.28466892, 1e-6)) + 0.55991073,
        )
        return np.where(scene_light <= 1 / 12, low, high)
    powered = np.power(light * _WHITE / 10_000, 0.1593017578125)
    return np.power((0.8359375 + 18.8515625 * powered) / (1 + 18.6875 * powered), 78.84375)
