"""For authors of nodes: run a node on a real file without a server.

    from reelmill.testkit import LocalIO
    from reelmill.core.model import JobSpec
    from my_nodes.thumbnail import NODE

    async def test_thumbnail(tmp_path):
        io = LocalIO("clip.mp4", tmp_path / "work", tmp_path / "out")
        outcomes = await NODE.run([JobSpec("j1", None, {"bucket": "pictures", "object": "a.jpg"})], io)
        assert outcomes["j1"].failure is None
        assert (tmp_path / "out/pictures/a.jpg").exists()

Tasks run one after the other in folders of `work`; what a node publishes is copied to `out/BUCKET/KEY`. Nothing is
remembered between two objects.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

from reelmill.core.errors import Failure
from reelmill.core.model import Command, Made, Probe, Publication, Task
from reelmill.core.ports import READ_BYTES, Wanted, last_text, strange
from reelmill.core.segmented import Segmented
from reelmill.core.spending import Spending
from reelmill.media import reviews, segments, two_passes
from reelmill.media.command import substitute
from reelmill.media.examine import examine
from reelmill.media.locks import Vault, flag_files, glue, lock_files
from reelmill.media.run import DEFAULT_LIMITS, Limits, Runner, tighter
from reelmill.media.tools import Tools

_OWNER = "testkit"


class LocalIO:
    """A NodeIO (core.ports) for one source file; other objects that tasks read lie in `buckets/BUCKET/KEY`,
    and `web` tells which file an http address answers.

    tasks      names of the tasks that were executed, in order     commands   the command lines that were run
    published  "BUCKET/KEY" of what was published, in order        types      the media type of each
    percent    output seconds that were reported, in order
    """

    def __init__(
        self,
        source: str | Path,
        work: Path,
        out: Path,
        *,
        tools: Tools | None = None,
        limits: Limits = DEFAULT_LIMITS,
        buckets: Path = Path(),
        web: Mapping[str, Path] | None = None,
    ):
        self.work, self.out = Path(work), Path(out)
        self.tools, self.limits = tools or Tools(), limits
        self.runner, self.buckets, self.web = Runner(), Path(buckets), dict(web or {})
        self.folders = {"source": str(Path(source).absolute())}
        self.tasks: list[str] = []
        self.commands: list[tuple[str, ...]] = []
        self.published: list[str] = []
        self.types: dict[str, str] = {}
        self.percent: list[float] = []
        self.vault = Vault({1: bytes(32)})

    async def probe(self, what: str, **wanted: Unpack[Wanted]) -> Probe | Failure:
        """See core.ports.NodeIO.probe."""
        return await examine(
            self.runner,
            self.tools,
            _OWNER,
            substitute(what, self.folders),
            own=not strange(what),
            limits=self.limits,
            **wanted,
        )

    async def probe_all(self, whats: Sequence[str]) -> list[Probe | Failure]:
        """See core.ports.NodeIO.probe_all."""
        return [await self.probe(what) for what in whats]

    async def read(self, what: str, *, most: int = READ_BYTES) -> str | Failure:
        """See core.ports.NodeIO.read."""
        return last_text(Path(substitute(what, self.folders)), most)

    async def segments(self, whats: Sequence[str]) -> list[Segmented | Failure]:
        """See core.ports.NodeIO.segments."""
        found = [segments.read(Path(substitute(what, self.folders))) for what in whats]
        return [one or Failure("InvalidParameter.ResourceContentBad", "No segment was made.") for one in found]

    async def spending(self, whats: Sequence[str]) -> list[Spending | Failure]:
        """See core.ports.NodeIO.spending."""
        return [two_passes.read(Path(substitute(what, self.folders))) for what in whats]

    async def execute(self, tasks: Sequence[Task]) -> list[Made]:
        """See core.ports.NodeIO.execute."""
        answers: list[Made] = []
        for task in tasks:
            if answers and answers[-1].failure:
                answers.append(Made({}, Failure("JobCancelled", "Another task of the batch failed.")))
            else:
                answers.append(await self._make(task))
        return answers

    async def compare(self, order: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
        """See core.ports.NodeIO.compare. There are no libraries here: nothing is known, and nothing is kept."""
        nothing = {"video": [], "audio": [], "length": 0.0, "has_video": True}
        return {"found": nothing, "file": "", "duplicate": False}

    async def review(self, order: Mapping[str, Any]) -> Mapping[str, Any] | Failure:
        """See core.ports.NodeIO.review. There are no word lists and logos here."""
        words = dict.fromkeys(reviews.TEXTS, "") | dict(order["words"] or {})
        asked = {name: order.get(name) for name in ("scenes", "save", "details")} | {"texts": words}
        if "hear" in order:
            asked["said"] = await self._heard(order["hear"])
        text = json.dumps(asked)
        made = await self._make(reviews.judge("[]", text, order["job"]))
        return made.failure or json.loads((self.work / reviews.JUDGE / reviews.JUDGED).read_text())

    async def _heard(self, task: Mapping[str, Any] | None) -> list[Any] | None:
        if task is None:
            return []
        if not self.tools.origin("speech") or (await self._make(Task.from_json(task))).failure:
            return None
        return list(json.loads((self.work / reviews.HEAR / reviews.SAID).read_text()))

    async def publish(self, publications: Sequence[Publication]) -> Mapping[str, Failure | None]:
        """See core.ports.NodeIO.publish."""
        for publication in publications:
            for part in publication.whole:
                target = self.out / publication.bucket / part.key
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(Path(self.folders[part.task]) / part.file, target)
                self.published.append(f"{publication.bucket}/{part.key}")
                self.types[f"{publication.bucket}/{part.key}"] = part.type
        return {publication.job: None for publication in publications}

    async def _make(self, task: Task) -> Made:
        folder = self.work / task.name
        folder.mkdir(parents=True)
        self.tasks.append(task.name)
        places = {name: f"../{name}" for name in self.folders} | {
            "source": self.folders["source"],
            "out": ".",
            "dollar": "$",
        }
        places |= {
            name: str((self.buckets / ref.bucket / ref.key).absolute()) for name, ref in task.objects.items()
        } | self.tools.fonts(" ".join(word for command in task.commands for word in command.argv))
        places |= {name: str(self.web[address].absolute()) for name, address in task.addresses.items()}
        if task.lock:
            places["ciphertext"] = self.vault.seal(task.lock)
        for name, text in task.files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(substitute(text, places), encoding="utf-8")
        for name, files in task.glued.items():
            glue(folder / name, [folder / substitute(file, places) for file in files])
        with flag_files(folder, task.flags, lambda: self.vault.key(task.lock, task.key)):
            for command in task.commands:
                if failure := await self._run(command, places, folder):
                    shutil.rmtree(folder)
                    return Made({}, failure)
        if task.locked:
            plain = {name: folder / substitute(what, places) for name, what in task.locked.items()}
            lock_files(self.vault.key(task.lock, task.key), plain, folder, task.clear)
        for name in task.drop:
            (folder / name).unlink(missing_ok=True)
        sizes = {
            str(path.relative_to(folder)): path.stat().st_size for path in sorted(folder.rglob("*")) if path.is_file()
        }
        if missing := [name for name in task.expect if not sizes.get(name)]:
            return Made(
                sizes,
                Failure("InvalidParameter.ResourceContentBad", f"Task {task.name} did not make {', '.join(missing)}."),
            )
        self.folders[task.name] = str(folder)
        return Made(sizes)

    async def _run(self, command: Command, places: Mapping[str, str], folder: Path) -> Failure | None:
        runtime = self.tools.runtime(command.tool)
        argv = (self.tools.path(command.tool), *runtime.first, *(substitute(word, places) for word in command.argv))
        self.commands.append(argv)
        ran = await self.runner.run(
            _OWNER,
            argv,
            limits=tighter(self.limits, runtime.limits),
            on_progress=self.percent.append if runtime.progress else None,
            progress=runtime.progress,
            cwd=folder,
        )
        failed = ran.returncode or ran.stopped
        return runtime.diagnose(argv, ran.returncode, ran.log, stopped=ran.stopped) if failed else None
