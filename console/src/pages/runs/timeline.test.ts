import { describe, expect, it } from "vitest";
import type { ActivityRow, Execution } from "@/api/types";
import { lasted, marks, runTook, stateOf, telling, timeLine, took, verdict } from "./timeline";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const now = Date.parse(at(10));
const activity = (Name: string, State: string, more: Partial<ActivityRow> = {}): ActivityRow => ({ Name, Type: "Transcode", State, Pieces: [], Inputs: [], Outputs: [], Commands: [], Warnings: [], ...more });
const run = (State: string, ...Activities: ActivityRow[]): Execution => ({ RunId: "r", State, CreationTime: at(0), Activities });

describe("time line", () => {
  it("places what ran, runs and waits", () => {
    const line = timeLine(
      run(
        "Running",
        activity("later", "Init"),
        activity("b", "Running", { StartTime: at(2), Pieces: [{ Name: "1", State: "Success", StartTime: at(2), FinishTime: at(7) }, { Name: "2", State: "Init" }] }),
        activity("a", "Success", { StartTime: at(0), FinishTime: at(2) }),
      ),
      now,
    );
    expect(line.length).toBe(10_000);
    expect(line.rows.map(({ name, span, took: long }) => [name, span, long])).toEqual([
      ["a", { left: 0, width: 0.2 }, 2000],
      ["b", { left: 0.2, width: 0.8 }, 8000],
      ["later", undefined, undefined],
    ]);
    expect(line.rows[1]?.pieces).toEqual([{ name: "1", state: "Success", span: { left: 0.2, width: 0.5 } }]);
  });

  it("ends with the run", () => {
    const ended = { ...run("Completed", activity("a", "Success", { StartTime: at(1), FinishTime: at(3) })), FinishTime: at(4) };
    expect(timeLine(ended, now).length).toBe(4000);
    expect(runTook(ended, now)).toBe(4000);
  });

  it("stands a run of which nothing is known", () => {
    expect(timeLine({ Activities: [] }, now)).toEqual({ length: 1, rows: [] });
    expect(took({ StartTime: at(1), State: "Fail" }, now)).toBeUndefined();
  });

  it("what waits for a person has begun and goes on", () => {
    expect(took({ StartTime: at(1), State: "Waiting" }, now)).toBe(9000);
  });

  it("marks round moments", () => {
    expect(marks(4200)).toEqual([0, 1000, 2000, 3000, 4000]);
    expect(marks(3_600_000)).toEqual([0, 600_000, 1_200_000, 1_800_000, 2_400_000, 3_000_000, 3_600_000]);
    expect(marks(86_400_000 * 30).length).toBeLessThan(9);
  });
});

it("does not call running what waits for a place", () => {
  expect(stateOf(activity("a", "Running", { Waiting: { Reason: "paused" } }))).toBe("Waiting");
  expect(stateOf(activity("a", "Running"))).toBe("Running");
  expect(stateOf(activity("a", "Fail", { Code: "JobCancelled" }))).toBe("Cancelled");
  expect(stateOf(activity("a", "Fail", { Code: "InvalidParameter" }))).toBe("Fail");
});

it("pretends no precision that the API does not give", () => {
  expect([0, 999, 1000, 59_400, 65_000].map(lasted)).toEqual(["< 1 s", "< 1 s", "1 s", "59 s", "1 min 05 s"]);
});

it("shows what failed first, else what runs, else what waits", () => {
  expect(telling(run("Running", activity("a", "Running"), activity("b", "Fail")))).toBe("b");
  expect(telling(run("Running", activity("w", "Init", { Waiting: { Reason: "queue" } }), activity("a", "Running")))).toBe("a");
  expect(telling(run("Running", activity("i", "Init"), activity("w", "Init", { Waiting: { Reason: "queue" } })))).toBe("w");
  expect(telling(run("Completed", activity("a", "Success")))).toBeUndefined();
});

it.each([
  [{ State: "Running", Failed: 1 }, "running"],
  [{ State: "Completed" }, "fine"],
  [{ State: "Completed", Failed: 2 }, "failures"],
  [{ State: "Fail" }, "failed"],
  [{ State: "Completed", Cancelled: true }, "cancelled"],
] as const)("%o is %s", (told, found) => {
  expect(verdict(told)).toBe(found);
});
