"""How the demo looks: bars on a terminal, one line per change elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

_COLOURS = {"Success": "green", "Fail": "red", "Skipped": "yellow", "Running": "cyan"}


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be seen of one activity. `percent` is 0 to 100; `state` "" before it has begun."""

    name: str
    type: str
    state: str = ""
    percent: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the closing table: bytes, Kbit/s, VMAF 0 to 100 (None: not measured)."""

    rendition: str
    resolution: str
    size: int
    kbit: float
    vmaf: float | None


class View:
    """The demo's terminal. Use as a context manager around the time in which activities run."""

    def __init__(self, console: Console | None = None):
        self.console = console or Console(highlight=False)
        self._live = self.console.is_terminal
        self._bars = Progress(
            TextColumn("  {task.fields[label]}"),
            BarColumn(bar_width=28),
            TextColumn("{task.fields[state]}"),
            TimeElapsedColumn(),
            console=self.console,
        )
        self._tasks: dict[str, TaskID] = {}
        self._seen: dict[str, str] = {}

    def say(self, text: str) -> None:
        """One line of the story."""
        self.console.print(escape(text), soft_wrap=True)

    def __enter__(self) -> "View":
        if self._live:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._bars.stop()

    def show(self, steps: Sequence[Step]) -> None:
        """The newest state of every activity."""
        for step in steps:
            if self._live:
                self._bar(step)
            elif step.state and self._seen.get(step.name) != step.state:
                self._seen[step.name] = step.state
                self.say(f"  {step.name:10} {step.type:24} {step.state} {step.note}".rstrip())

    def _bar(self, step: Step) -> None:
        if step.name not in self._tasks:
            self._tasks[step.name] = self._bars.add_task(
                "", label=f"{step.name:10} {step.type:24}", state="waiting", total=100, start=False
            )
        task = self._tasks[step.name]
        if not step.state:
            return
        self._bars.start_task(task)
        words = (
            f"{step.state} {step.note}".strip() if step.state != "Running" or not step.percent else f"{step.percent} %"
        )
        done = 100 if step.state == "Success" else step.percent
        self._bars.update(task, completed=done, state=f"[{_COLOURS.get(step.state, 'white')}]{escape(words)}[/]")
        if step.state not in ("Running", ""):
            self._bars.stop_task(task)

    def table(self, results: Sequence[Result]) -> None:
        """The closing table."""
        table = Table(title="What was made of it", title_justify="left")
        for head in ("rendition", "resolution"):
            table.add_column(head)
        for head in ("size", "bitrate", "VMAF (first 10 s)"):
            table.add_column(head, justify="right")
        for r in results:
            table.add_row(
                r.rendition,
                r.resolution,
                f"{r.size / 1000:,.0f} kB",
                f"{r.kbit:,.0f} kbit/s",
                "-" if r.vmaf is None else f"{r.vmaf:.1f}",
            )
        self.console.print(table)


def steps(order: Mapping[str, str], activities: Sequence[Mapping[str, str]], percents: Mapping[str, int]) -> list[Step]:
    """Every activity of the topology (name -> type) with what the API says of it; `percents` by job id. Pure."""
    known = {a["Name"]: a for a in activities}
    found = []
    for name, kind in order.items():
        a = known.get(name, {})
        note = f"{a.get('Code')}: {a.get('Message')}" if a.get("State") == "Fail" else ""
        found.append(Step(name, kind, a.get("State", ""), percents.get(a.get("JobId", ""), 0), note))
    return found
