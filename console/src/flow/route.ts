/** The way of an edge past what stands between its two activities. Pure. */
import { GAP_ACROSS, NODE_HEIGHT, NODE_WIDTH, type Place } from "./layout";

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const CLEAR = 12; // pixels that a passing edge keeps from what it passes
const BEND = GAP_ACROSS - 12; // width of the curve between a corridor and an activity
const SAMPLES = 24;

export const boxOf = ({ x, y }: Place): Box => ({ left: x, top: y, right: x + NODE_WIDTH, bottom: y + NODE_HEIGHT });

/** The height at which an edge runs straight so that it crosses none of the boxes; undefined where the plain curve is free, or nothing is gained. */
export function corridor(from: Place, to: Place, boxes: readonly Box[]): number | undefined {
  const [x1, y1, x2, y2] = [from.x + NODE_WIDTH, from.y + NODE_HEIGHT / 2, to.x, to.y + NODE_HEIGHT / 2];
  if (x2 - x1 < 3 * GAP_ACROSS) return undefined; // neighbours
  const between = boxes.filter((box) => box.right > x1 && box.left < x2);
  if (!between.some((box) => touches(x1, y1, x2, y2, box))) return undefined;
  const heights = [y1, y2, ...between.flatMap((box) => [box.top - CLEAR - 2, box.bottom + CLEAR + 2])];
  const isFree = (y: number) => between.every((box) => y < box.top - CLEAR || y > box.bottom + CLEAR);
  const detour = (y: number) => Math.abs(y - y1) + Math.abs(y - y2);
  return heights.filter(isFree).toSorted((a, b) => detour(a) - detour(b))[0];
}

/** Whether the plain curve (a cubic Bézier with level ends, as React Flow draws it) enters the box. */
function touches(x1: number, y1: number, x2: number, y2: number, box: Box): boolean {
  const middle = (x1 + x2) / 2;
  for (let step = 1; step < SAMPLES; step++) {
    const t = step / SAMPLES;
    const u = 1 - t;
    const x = u ** 3 * x1 + 3 * u * t * middle + t ** 3 * x2;
    const y = (u ** 3 + 3 * u * u * t) * y1 + (3 * u * t * t + t ** 3) * y2;
    if (x > box.left && x < box.right && y > box.top && y < box.bottom) return true;
  }
  return false;
}

/** The path through a corridor, and the middle of it. */
export function through(x1: number, y1: number, x2: number, y2: number, y: number): [string, number, number] {
  const [a, b] = [x1 + BEND, x2 - BEND];
  const [half1, half2] = [(x1 + a) / 2, (b + x2) / 2];
  return [`M${x1},${y1} C${half1},${y1} ${half1},${y} ${a},${y} L${b},${y} C${half2},${y} ${half2},${y2} ${x2},${y2}`, (a + b) / 2, y];
}
