import { describe, expect, it } from "vitest";
import { begin, LIMIT, push, redo, undo } from "./history";

describe("history", () => {
  it("goes back and forth", () => {
    const history = push(push(begin("a"), "b"), "c");
    expect(undo(undo(history)).present).toBe("a");
    expect(redo(undo(history)).present).toBe("c");
    expect(undo(begin("a")).present).toBe("a");
    expect(redo(begin("a")).present).toBe("a");
  });

  it("forgets what was undone when something new happens", () => {
    const history = push(undo(push(begin("a"), "b")), "c");
    expect(redo(history).present).toBe("c");
    expect(undo(history).present).toBe("a");
  });

  it("takes typing in one field as one step", () => {
    const history = push(push(push(begin(""), "x", "name"), "xy", "name"), "z", "other");
    expect(undo(history).present).toBe("xy");
    expect(undo(undo(history)).present).toBe("");
  });

  it("begins a new step after an undo", () => {
    const history = push(undo(push(begin(""), "x", "name")), "y", "name");
    expect(undo(history).present).toBe("");
  });

  it("does not grow without end", () => {
    let history = begin(0);
    for (let step = 1; step <= LIMIT + 50; step++) history = push(history, step);
    expect(history.past).toHaveLength(LIMIT);
  });
});
