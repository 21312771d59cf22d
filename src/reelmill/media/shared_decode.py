"""One decode of a film for all activities of a run that look at its pictures. Pure.

Three decodes cost 2.6 times the dearest of them, one decode with three outputs 1.1 times (benchmarks/decodes).
"""

from collections.abc import Iterable

from reelmill.core.model import MediaInfo, Task, Timeline
from reelmill.media import covers, decoding, fingerprints, reviews

LOOKS = {
    "cover": covers.pictures,
    fingerprints.LOOK: fingerprints.pictures,
    fingerprints.TEXTS: reviews.pictures,  # letters are read as reviews read them: both want the same files
    "review": reviews.pictures,
}


def task(info: MediaInfo, timeline: Timeline | None, job: str, looks: Iterable[str]) -> Task:
    """The pictures that these want (`LOOKS`), made once for all of them."""
    outputs = dict.fromkeys(LOOKS[name](info) for name in sorted(looks))
    return Task(decoding.TASK, "heavy", (decoding.command(info, timeline, *outputs),), jobs=(job,), shared=True)
