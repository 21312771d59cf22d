"""Loudness: one gain where that does, limited where peaks would be too high, compressed where a sound is too lively."""

from reelmill.media.loudness import Measured, done, measuring, simple, steps, told
from reelmill.media.plans import Loudness

TARGET = Loudness(-16.0, -1.0, 8.0)


def test_the_last_measurement_counts_and_silence_is_none() -> None:
    texts = ("lavfi.r128.I=-70.0\nx\nlavfi.r128.I=-23.4\n", "lavfi.r128.LRA=5.2\n", "lavfi.r128.true_peak=0.5\n")
    seen = told(texts)
    assert seen is not None
    assert (seen.level, seen.range, round(seen.peak, 2)) == (-23.4, 5.2, -6.02)
    assert told(("lavfi.r128.I=-70.000", *texts[1:])) is None
    assert told(("", "", "")) is None
    assert told(("lavfi.r128.I=nan", *texts[1:])) is None


def test_one_gain_where_peaks_allow_it() -> None:
    made, gain = steps(TARGET, Measured(-20.0, 5.0, -9.0), (), 0.0, 48_000)
    assert (made, gain) == (("volume=4.000dB",), 4.0)
    assert done(TARGET, Measured(-16.05, 5.0, -5.0), made)
    assert not done(TARGET, Measured(-16.05, 5.0, -5.0), ())


def test_peaks_are_limited_between_the_samples_and_the_loss_is_made_up() -> None:
    made, gain = steps(TARGET, Measured(-20.0, 5.0, -3.0), (), 0.0, 44_100)
    assert made[0] == "volume=4.000dB"
    assert made[1:] == (
        "aresample=192000",
        "alimiter=limit=0.8414:attack=5:release=50:level=0:latency=1",
        "aresample=44100",
    )
    again, gain = steps(TARGET, Measured(-16.6, 5.0, -1.4), made, gain, 44_100)
    assert (again[0], round(gain, 3)) == ("volume=4.600dB", 4.6)
    assert again[1:] == made[1:]


def test_a_lively_sound_is_compressed_first() -> None:
    made, gain = steps(TARGET, Measured(-20.0, 15.0, -3.0), (), 0.0, 48_000)
    assert (made, gain) == (("loudnorm=I=-16:TP=-1:LRA=8", "aresample=48000"), 0.0)
    again, _ = steps(TARGET, Measured(-16.5, 9.0, -2.0), made, gain, 48_000)
    assert again[:3] == (*made, "volume=0.500dB")


def test_what_needs_no_measurement() -> None:
    assert simple("linear", -6.0, 0.9) == ("volume=-6dB",)
    assert simple("adaptive", -20.0, 0.8) == ("dynaudnorm=p=0.8",)
    assert measuring("loud")[0] == "ebur128=peak=true:metadata=1:framelog=quiet"
