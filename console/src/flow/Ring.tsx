/** The ring round a node's icon: its state by shape as well as by colour (dashed waits, an arc runs, a mark is final). */
import { CheckOutlined, CloseOutlined, MinusOutlined } from "@ant-design/icons";
import type { Look } from "@/ui/states";

const SIZE = 40;
const RADIUS = 18.5;
const ROUND = 2 * Math.PI * RADIUS;

export function Ring({ look, percent }: { look: Look; percent?: number | undefined }) {
  const done = look === "running" ? Math.max(0.06, Math.min(1, (percent ?? 0) / 100)) : 1;
  const Mark = look === "success" ? CheckOutlined : look === "failed" ? CloseOutlined : look === "skipped" ? MinusOutlined : undefined;
  return (
    <span aria-hidden className="flow-ring" data-look={look}>
      <svg width={SIZE} height={SIZE} viewBox={`0 0 ${SIZE} ${SIZE}`}>
        {look === "running" && <circle className="flow-ring-track" cx={SIZE / 2} cy={SIZE / 2} r={RADIUS} />}
        <circle
          className="flow-ring-arc"
          cx={SIZE / 2}
          cy={SIZE / 2}
          r={RADIUS}
          strokeDasharray={look === "waiting" ? "3 4" : `${done * ROUND} ${ROUND}`}
          transform={`rotate(-90 ${SIZE / 2} ${SIZE / 2})`}
        />
      </svg>
      {Mark && (
        <span className="flow-ring-mark">
          <Mark />
        </span>
      )}
    </span>
  );
}
