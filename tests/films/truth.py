"""What is right for a film, from its recipe: the facts by which each output is judged. The only place that knows
them."""

from dataclasses import dataclass

from films import scene
from films.film import Film
from films.mux import Made
from films.plan import LOUDNESS, plan, shown_size
from films.scene import RGB, Box
from films.seen import WHOLE

NOISE = {
    "mjpeg": 2.0,
    "wmv2": 2.0,
    "theora": 3.0,
    "h263": 2.0,
    "flv1": 2.0,
    "mpeg4": 2.0,
    "mpeg2": 2.0,
    "dv": 2.0,
}  # of a source's colours, measured
LOSSY = {"mp3": 0.3, "mp2": 0.2, "vorbis": 0.3, "opus": 0.3}
MUFFLED = {"amr": 5.0, "nellymoser": 2.0, "wmav2": 0.3}  # dB by which these codecs change a tone, measured
_MIX = 7.7  # dB: all channels of 5.1 alike, mixed to two without making room
MENDED = ("ts", "ps", "flv")  # containers whose clocks may leap: these films must be made
CLOCK = r"time.?stamp|clock|leap|jump"
SILENT = r"no (audio|sound)|empty|silen|without (audio|sound)|holds nothing"


@dataclass(frozen=True)
class Truth:
    """Times in seconds of the film's own clock: what begins first begins at 0.

    pictures  (number on the counter, time) in order     may_miss   indexes of those that may be lost      parts
              indexes at which a new recording begins
    frame     how long a picture stands                  stop       when the last one ends                  steady  each
              stands equally long and all begin together
    sound     its begin and end, None: none              beeps      (number, time, amplitude)               vague
              seconds by which the beginning is a matter of taste
    colours   by patch; None: those of HDR               near       how far they may be away                later
              where a second half of another shape lies
    fails     what a failure must say; "": it must work  may_fail   the same where a failure is as right as a film
    """

    pictures: tuple[tuple[int, float], ...]
    may_miss: frozenset[int]
    parts: tuple[int, ...]
    frame: float
    stop: float
    steady: bool
    sound: tuple[float, float] | None
    beeps: tuple[tuple[int, float, float], ...]
    vague: float
    shape: tuple[int, int]
    later: Box
    fields: bool
    colours: dict[str, RGB] | None
    near: float
    level: tuple[float, float]
    pure: bool
    keys: tuple[float, ...]
    fails: str = ""
    may_fail: str = ""
    av: float = 0.02

    @property
    def end(self) -> float:
        return max(self.stop, self.sound[1] if self.sound else 0.0)


def truth(film: Film, made: Made) -> Truth:
    """The facts of a film as it was made."""
    times = plan(film)
    shown = [
        n for n, at in enumerate(times.clock) if (at >= times.trim - 0.001 and n >= made.first) or n in made.missing
    ]
    begin = min(made.heard, times.clock[made.first]) if film.cut != "none" else 0.0
    sound = (
        (times.sound[0] + made.heard - times.sound[0] - begin, times.sound[1] - times.trim - begin)
        if times.sound
        else None
    )
    if sound and film.edit == "trim":
        sound = (0.0, sound[1])
    beeps = tuple(
        (k, at - times.trim - begin + made.lag, _amplitude(film, at >= times.turn))
        for k, at in times.events
        if sound and sound[0] + 0.05 < at - times.trim - begin < sound[1]
    )
    extra = (MUFFLED | LOSSY).get(film.sound, 0.0)
    mixed = _MIX if "5.1" in (film.layout, film.change.rpartition(" ")[2]) else 0.0
    ready = all(
        (
            film.start in ("0", "5h", "wrap"),
            film.end == "together",
            film.timing == "constant",
            film.cut == "none",
            film.edit != "delay",
            film.seam == "none",
        )
    )
    return Truth(
        pictures=tuple((n % 256, times.clock[n] - times.trim - begin) for n in sorted(shown)),
        may_miss=frozenset(i for i, n in enumerate(sorted(shown)) if n in made.missing),
        parts=(0, times.middle) if film.seam != "none" else (0,),
        frame=times.frame,
        stop=times.stop - times.trim - begin,
        steady=ready,
        sound=sound,
        beeps=beeps,
        vague=0.35 if film.cut != "none" else 0.12 if film.seam != "none" else 0.0,
        shape=shown_size(film),
        later=_later(film),
        fields=film.scan != "progressive",
        colours=None if film.hdr != "none" else _colours(film),
        near=4 + NOISE.get(film.video, 1.0) + (2 if film.resize != "none" else 0),
        level=(-0.5 - extra - (1.5 if mixed else 0), 0.5 + extra + mixed),
        pure=film.sound not in MUFFLED,
        keys=tuple(t - begin for t in made.keys),
        fails=r"encrypt|protected|\bDRM\b" if film.extra == "locked" else "",
        may_fail=CLOCK if film.seam in ("ahead", "back") and film.container not in MENDED else "",
        av=0.02 + (0.04 if film.seam != "none" else 0.0),
    )


def _amplitude(film: Film, second: bool) -> float:
    loud = LOUDNESS[film.loud]
    surround = film.layout == "5.1" or (film.change == "stereo to 5.1" and second)
    return loud * 0.6 if surround and loud < 0.5 else loud


def _later(film: Film) -> Box:
    """Where a second half of another shape lies inside the first one's: in the middle, as large as it can be."""
    (width, height), (other, tall) = shown_size(film), shown_size(film, True)
    scale = min(width / other, height / tall)
    across, down = other * scale / width / 2, tall * scale / height / 2
    return WHOLE if across > 0.49 and down > 0.49 else (0.5 - across, 0.5 - down, 0.5 + across, 0.5 + down)


def _colours(film: Film) -> dict[str, RGB]:
    ground = (scene.GROUND,) * 3
    return {name: colour for name, (_, colour) in scene.PATCHES.items()} | {
        "hole": (0, 0, 0) if film.alpha == "yes" else ground
    }
