"""What a node may do to the world. The engine has one implementation, the test kit another."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypedDict, Unpack

from reelmill.core.errors import Failure
from reelmill.core.model import Made, Probe, Publication, Task
from reelmill.core.segmented import Segmented
from reelmill.core.spending import Spending

READ_BYTES = 65_536  # of a file that is read as text


class Wanted(TypedDict, total=False):
    """What NodeIO.probe is asked beyond what streams there are.

    cut_every  above 0: the timeline is read, with places for pieces at least that many seconds apart
    near       seconds: key frames near these times are found
    md5        of the whole file
    picture    the number of the picture that counts, among those of the file; None: the default one
    """

    cut_every: float
    near: Sequence[float]
    md5: bool
    picture: int | None


class NodeIO(Protocol):
    """Handed to a node's `run`. Every call is durable: after a crash `run` is replayed and gets the answers that it got
    before. So `run` must make the same calls in the same order when it gets the same answers."""

    async def probe(self, what: str, **wanted: Unpack[Wanted]) -> Probe | Failure:
        """Look at `${source}` or at `${TASK}/file`."""
        ...

    async def probe_all(self, whats: Sequence[str]) -> list[Probe | Failure]:
        """Look at several files that tasks made, at the same time; answers in the order given."""
        ...

    async def read(self, what: str, *, most: int = READ_BYTES) -> str | Failure:
        """The text of a file `${TASK}/file` that a task made (measurements, lists), its last bytes when it is longer
        than `most`."""
        ...

    async def segments(self, whats: Sequence[str]) -> list[Segmented | Failure]:
        """The segments in folders that tasks made, each `${TASK}/FOLDER`: when each begins, how long and large it is;
        answers in the order given."""
        ...

    async def spending(self, whats: Sequence[str]) -> list[Spending | Failure]:
        """What the statistics of first passes tell, each `${TASK}/file`; answers in the order given."""
        ...

    async def execute(self, tasks: Sequence[Task]) -> list[Made]:
        """Make the folders of all tasks, in any order and at the same time; answers in the order given. Ends early when
        one fails: the others then answer with the failure code `JobCancelled`."""
        ...

    async def compare(self, order: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
        """Compare the prints or texts of which media.fingerprints made a task with a library, and keep them there when
        `order` says so and they are new. {"found": what is known already, "file": id of what was kept}."""
        ...

    async def review(self, order: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
        """What the task `look` (media.reviews) saw, judged by the word lists and logos of the account. `order`: job,
        scenes, save, words (None: title and description of the medium), perhaps details, and of a film that is to be
        listened to `hear`: the task for that (media.reviews.hear), None when it has no sound. See
        `reelmill.infer.judging.judged`."""
        ...

    async def publish(self, publications: Sequence[Publication]) -> Mapping[str, Failure | None]:
        """Make objects of files. Called at most once by a `run`. Answers per job: None or why not."""
        ...


FOREIGN = "stranger"  # files of this name that tasks made are copies of what a stranger made, and are read as such


def strange(what: str) -> bool:
    """Whether `${source}` or `${TASK}/file` was made by a stranger."""
    return what == "${source}" or what.endswith("/" + FOREIGN)


def last_text(path: Path, most: int) -> str:
    """See NodeIO.read."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - most))
        return file.read().decode("utf-8", "replace")
