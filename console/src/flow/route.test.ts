import { describe, expect, it } from "vitest";
import { arranged } from "./edit";
import { NODE_HEIGHT, NODE_WIDTH } from "./layout";
import { boxOf, corridor, through } from "./route";
import { CATALOGUE, HLS } from "./samples.fixture";
import { parseTopology } from "./topology";

const COLUMN = 272;
const place = (column: number, y: number) => ({ x: column * COLUMN, y });

describe("edges past what stands in their way", () => {
  it("leaves a curve alone that meets nothing", () => {
    expect(corridor(place(0, 0), place(3, 0), [])).toBeUndefined();
    expect(corridor(place(0, 0), place(3, 0), [boxOf(place(1, 200))])).toBeUndefined();
    expect(corridor(place(0, 0), place(1, 300), [boxOf(place(0, 100))])).toBeUndefined();
  });

  it("runs at the height of one end where that is free, else past the boxes on the shorter side", () => {
    const frame = { left: COLUMN - 20, top: 100, right: 3 * COLUMN, bottom: 400 };
    expect(corridor(place(0, 120), place(3, 0), [frame])).toBe(NODE_HEIGHT / 2);
    expect(corridor(place(0, 120), place(3, 120), [frame])).toBeLessThan(100);
    expect(corridor(place(0, 320), place(3, 320), [frame])).toBeGreaterThan(400);
  });

  it("starts and ends where the edge does, and is level in between", () => {
    const [path, x, y] = through(0, 50, 1000, 70, 10);
    expect(path).toMatch(/^M0,50 C.* 52,10 L948,10 C.* 1000,70$/);
    expect([x, y]).toEqual([500, 10]);
  });

  it("keeps the edges of a drawn package out of other activities", () => {
    const { graph, layout } = arranged(parseTopology(HLS), CATALOGUE);
    for (const { from, to } of graph.edges) {
      const boxes = graph.nodes.flatMap(({ name }) => (name === from || name === to ? [] : boxOf(layout[name]!)));
      const y = corridor(layout[from]!, layout[to]!, boxes);
      const [left, right] = [layout[from]!.x + NODE_WIDTH, layout[to]!.x];
      if (y !== undefined) expect(boxes.filter((box) => box.right > left && box.left < right && box.top < y && y < box.bottom)).toEqual([]);
    }
  });
});
