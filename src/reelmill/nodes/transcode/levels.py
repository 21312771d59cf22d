"""Sounds of a batch are brought to their loudness: measured as often as it needs, before anything is encoded."""

from collections.abc import Mapping
from dataclasses import replace

from reelmill.core.errors import Failure
from reelmill.core.model import MediaInfo, Task, Timeline
from reelmill.core.ports import NodeIO
from reelmill.media import ladder, loudness
from reelmill.media.assembly import Assembly
from reelmill.media.containers import Target
from reelmill.media.plans import AudioPlan, Rendition


async def settled(
    targets: Mapping[str, Target],
    jobs: tuple[str, ...],
    info: MediaInfo,
    timeline: Timeline | None,
    joined: Assembly | None,
    io: NodeIO,
) -> dict[str, Target] | Failure:
    """The targets of these jobs, by stem, with filters that give each sound the loudness that its template asks for."""
    plans = [t.rendition.audio for t in targets.values() if t.rendition.audio and t.rendition.audio.loudness]
    found: dict[AudioPlan, AudioPlan] = {}
    for number, plan in enumerate(dict.fromkeys(plans)):
        made = await _levelled(plan, number, jobs, info, timeline, joined, io)
        if isinstance(made, Failure):
            return made
        found[plan] = made
    return {
        one: replace(t, rendition=replace(t.rendition, audio=found[t.rendition.audio]))
        if t.rendition.audio in found
        else t
        for one, t in targets.items()
    }


async def _levelled(
    plan: AudioPlan,
    number: int,
    jobs: tuple[str, ...],
    info: MediaInfo,
    timeline: Timeline | None,
    joined: Assembly | None,
    io: NodeIO,
) -> AudioPlan | Failure:
    target = plan.loudness
    assert target is not None
    level, gain = plan.level, 0.0
    for turn in range(loudness.MOST_ROUNDS):
        name = f"loud-{number}-{turn}"
        measured = replace(plan, level=(*level, *loudness.measuring("loud")), measured=True)
        looks = [Target("0", Rendition("mp4", None, measured))]
        files = tuple(f"loud-{key}.txt" for key in loudness.KEYS)
        commands = ladder.commands(looks, info, timeline, joined)
        task = Task(name, "light", commands, expect=(), drop=ladder.made_on_the_way(looks, joined), jobs=jobs)
        (made,) = await io.execute((task,))
        if made.failure:
            return made.failure
        texts = []
        for file in files:
            text = await io.read(f"${{{name}}}/{file}") if file in made.files else ""
            if isinstance(text, Failure):
                return text
            texts.append(text)
        seen = loudness.told(tuple(texts))
        if seen is None or loudness.done(target, seen, level):
            break
        if turn + 1 < loudness.MOST_ROUNDS:
            level, gain = loudness.steps(target, seen, level, gain, plan.samplerate)
    return replace(plan, level=level)
