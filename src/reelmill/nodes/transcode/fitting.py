"""Pictures that already are what their template asks for are copied where a job wants it; the run says so, or why
not."""

from collections.abc import Sequence

from reelmill.core.errors import Failure, MediaError, UserText
from reelmill.core.model import JobSpec, MediaInfo, Timeline
from reelmill.core.ports import NodeIO
from reelmill.media import copying
from reelmill.media.plans import Rendition


async def settled(
    one: JobSpec, wanted: Sequence[Rendition], info: MediaInfo, timeline: Timeline | None, joined: bool, io: NodeIO
) -> tuple[tuple[Rendition, ...], UserText]:
    """The files of a job, with the source's own picture where it fits; and what the run says of it, "" when nobody
    asked. MediaError when the source cannot be looked at again."""
    place = next((n for n, rendition in enumerate(wanted) if rendition.video), None)
    if place is None or not copying.asked(one.spec):
        return tuple(wanted), ""
    rendition = wanted[place]
    why = copying.why_encoded(rendition, one.spec, info, timeline, joined=joined)
    if not why and timeline and (starts := copying.starts(rendition, timeline)):
        found = await io.probe("${source}", near=starts)
        if isinstance(found, Failure):
            raise MediaError(found)
        why = copying.why_other_starts(starts, found.timeline or timeline)
    if why or timeline is None:
        return tuple(wanted), why
    made = copying.copied(rendition)
    return (*wanted[:place], made, *wanted[place + 1 :]), copying.why_copied(rendition, timeline)
