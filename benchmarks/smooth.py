"""How smooth the console is: frames, long tasks and the way from an input to what one sees of it. `benchmarks/console`
prints it.

A frame that keeps up takes 16.7 ms. A task of more than 50 ms is a long one: for so long nothing answers. "next paint"
is the time from a click or a key to the next picture, as the browser itself measures it; "shown" to the moment when
what was asked for is there, the server's answer included.
"""

import json
import statistics
from typing import Any

import common

from running import LOCATION, Running, until

NODES = 60
PICTURES = tuple(f"p{n:02d}" for n in range(NODES - 2))
# frames from requestAnimationFrame, long tasks and events from the browser's own observers
RECORDER = """() => {
  const seen = (window.seen = { frames: [], long: [], events: [], on: true });
  let last = performance.now();
  const frame = (now) => { if (!seen.on) return; seen.frames.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame((now) => { last = now; requestAnimationFrame(frame); });
  const watch = (type, more, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, ...more });
  watch("longtask", {}, (entry) => seen.long.push(entry.duration));
  watch("event", { durationThreshold: 16 }, (entry) => entry.interactionId && seen.events.push(entry.duration));
}"""  # noqa: E501


def big_workflow(server: Running, name: str, prefix: str) -> str:
    """A workflow of NODES activities, pictures between Start and Report: little work, so that the browser has the
    machine to itself; its id."""
    pipeline = server.client.call("SearchPipeline")["PipelineList"]["Pipeline"][0]["Id"]
    activities: dict[str, Any] = {
        "start": {
            "Type": "Start",
            "Parameters": {
                "PipelineId": pipeline,
                "InputFile": {"Bucket": "cin", "Location": LOCATION, "ObjectPrefix": prefix},
            },
        },
        "end": {"Type": "Report", "Parameters": {"PublishType": "Manual"}},
    }
    place = {"Bucket": "cout", "Location": LOCATION}
    for n, one in enumerate(PICTURES):
        activities[one] = {
            "Type": "Snapshot",
            "Parameters": {
                "SnapshotConfig": {
                    "OutputFile": place | {"Object": f"{{RunId}}%2F{one}.jpg"},
                    "Time": str(n * 100),
                    "Width": "320",
                }
            },
        }
    edges = {"start": list(PICTURES), **{one: ["end"] for one in PICTURES}, "end": []}
    return str(
        server.client.call(
            "AddMediaWorkflow", Name=name, Topology=json.dumps({"Activities": activities, "Dependencies": edges})
        )["MediaWorkflow"]["MediaWorkflowId"]
    )


def _places(page: Any, workflow: str) -> None:
    """The drawing in rows and columns, as somebody would have arranged it, in this browser's memory: in one column
    nobody could read it."""
    across, down = 272, 102
    layout = {one: {"x": (1 + n % 8) * across, "y": n // 8 * down} for n, one in enumerate(PICTURES)}
    layout |= {"start": {"x": 0, "y": 3 * down}, "end": {"x": 9 * across, "y": 3 * down}}
    page.evaluate(
        "([key, layout]) => localStorage.setItem(key, JSON.stringify(layout))", [f"reelmill.layout.{workflow}", layout]
    )


class Watch:
    """What happens in a page from here to `told`."""

    def __init__(self, page: Any):
        self.page = page
        page.evaluate(RECORDER)

    def told(self, **first: str) -> None:
        self.page.wait_for_timeout(300)  # events are told a moment late
        seen = self.page.evaluate("() => { window.seen.on = false; return window.seen }")
        frames, long, events = sorted(seen["frames"]), seen["long"], seen["events"]
        late = frames[int(len(frames) * 0.95)]
        paint = (
            f"{statistics.median(events):.0f} ms (max {max(events):.0f}, n={len(events)})" if events else "under 16 ms"
        )
        common.row(
            **first,
            frames=f"median {statistics.median(frames):.1f} ms, p95 {late:.1f}, max {frames[-1]:.0f} (n={len(frames)})",
            long_tasks=f"{len(long)}{f' (longest {max(long):.0f} ms)' if long else ''}",
            next_paint=paint,
        )


def shown(page: Any, what: str, times: list[float]) -> None:
    common.row(
        screen="runs".ljust(12),
        what=what.ljust(14),
        shown=f"median {statistics.median(times):.0f} ms (max {max(times):.0f}, n={len(times)})",
    )


def editor(page: Any, url: str, workflow: str) -> None:
    """An activity is dragged about, the canvas is moved and zoomed, an activity is chosen and its form typed into."""
    page.goto(f"{url}/-/console/about")
    _places(page, workflow)
    page.goto(f"{url}/-/console/workflows/{workflow}")
    page.locator(".react-flow__node").nth(NODES - 1).wait_for()
    page.wait_for_timeout(1000)
    node = page.locator('.react-flow__node[data-id="p20"]')
    watch = Watch(page)
    _drag(page, *_middle(node), 240, 160)
    watch.told(screen="workflows/ID", what="drag an activity")
    canvas = page.locator(".react-flow__pane").bounding_box()
    watch = Watch(page)
    _drag(page, canvas["x"] + 12, canvas["y"] + canvas["height"] - 130, 200, -120)
    for _ in range(10):
        page.mouse.wheel(0, -60)
        page.wait_for_timeout(30)
    watch.told(screen="workflows/ID", what="move and zoom  ")
    watch = Watch(page)
    for name in ("p03", "p11", "p27", "p35"):
        page.locator(f'.react-flow__node[data-id="{name}"]').dispatch_event("click")
        page.locator(f'.react-flow__node[data-id="{name}"]').focus()
        page.keyboard.press("Enter")
        page.wait_for_timeout(250)
    field = page.locator(".fe-panel input").first
    field.click()
    field.press_sequentially("xyzxyzxyz", delay=60)
    watch.told(screen="workflows/ID", what="choose and type ")


def live_run(page: Any, url: str, server: Running, workflow: str, prefix: str) -> None:
    """A run of NODES activities is looked at while it goes on: first left alone, then moved about."""
    page.goto(f"{url}/-/console/about")
    _places(page, workflow)
    before = len(server.executions(workflow))
    server.put("cin", f"{prefix}film {before}.mp4", common.ROOT / "src/reelmill/cli/clips/big_buck_bunny.mp4")
    runs = until(
        lambda: (lambda found: found if len(found) > before else None)(server.executions(workflow)), 30, "a new run"
    )
    page.goto(f"{url}/-/console/runs/{runs[0]['RunId']}")
    page.locator(".react-flow__node").nth(NODES - 1).wait_for()
    page.wait_for_timeout(500)
    watch = Watch(page)
    page.wait_for_timeout(3000)
    watch.told(screen="runs/ID", what="looked at, live ")
    canvas = page.locator(".react-flow__pane").bounding_box()
    watch = Watch(page)
    for _ in range(2):
        _drag(page, canvas["x"] + 200, canvas["y"] + 12, 160, 120)
        _drag(page, canvas["x"] + 360, canvas["y"] + 132, -160, -120)
    watch.told(screen="runs/ID", what="moved, live     ")
    going = server.executions(workflow)[0]["State"] == "Running"
    watch = Watch(page)
    for name in ("p03", "p11", "p27", "p35", "p51"):
        page.locator(".tl-row", has_text=name).first.click()
        page.wait_for_timeout(250)
    watch.told(screen="runs/ID", what=f"choose{', live' if going else ''}")


def list_of_runs(page: Any, url: str) -> None:
    """The list with its thousands of runs: next pages, filters, scrolling."""
    page.goto(f"{url}/-/console/runs")
    first = page.locator("tbody tr.ant-table-row").first
    first.wait_for()
    page.wait_for_timeout(1000)
    paged, filtered = [], []
    watch = Watch(page)
    for _ in range(8):
        paged.append(_until_shown(page, lambda: page.get_by_role("button", name="Next", exact=True).click()))
    watch.told(screen="runs".ljust(12), what="next page     ")
    shown(page, "next page", paged)
    page.goto(f"{url}/-/console/runs")
    first.wait_for()
    page.wait_for_timeout(1000)
    watch = Watch(page)
    for name in ("Running", "Completed", "Cancelled", "All", "Running", "All"):  # none and some in turns
        filtered.append(
            _until_shown(page, lambda name=name: page.locator(".ant-segmented-item", has_text=name).first.click())
        )
    watch.told(screen="runs".ljust(12), what="filter        ")
    shown(page, "filter", filtered)
    watch = Watch(page)
    page.mouse.move(700, 500)
    for _ in range(40):
        page.mouse.wheel(0, 60)
        page.wait_for_timeout(20)
    watch.told(screen="runs".ljust(12), what="scroll        ")


def _until_shown(page: Any, act: Any) -> float:
    """Milliseconds from a click until other rows stand there (or none, or some again), seen at a frame. While the
    server is asked the old ones stay."""
    page.evaluate("""() => {
        const first = () => document.querySelector("tbody tr.ant-table-row")?.dataset.rowKey ?? "none";
        const before = first();
        addEventListener("pointerdown", () => (window.since = performance.now()), { once: true, capture: true });
        window.done = new Promise((done) => {
            const look = () => (first() === before ? requestAnimationFrame(look) : done(performance.now() - window.since));
            look();
        });
    }""")  # noqa: E501
    act()
    return float(page.evaluate("() => window.done"))


def _middle(node: Any) -> tuple[float, float]:
    box = node.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _drag(page: Any, x: float, y: float, right: float, down: float, steps: int = 60) -> None:
    """As a hand does it: a move each frame."""
    page.mouse.move(x, y)
    page.mouse.down()
    for n in range(1, steps + 1):
        page.mouse.move(x + right * n / steps, y + down * n / steps)
        page.wait_for_timeout(8)
    page.mouse.up()
