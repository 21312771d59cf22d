import { BaseEdge, EdgeLabelRenderer, getBezierPath, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import { look } from "@/ui/states";
import type { FlowEdge } from "./elements";
import { through } from "./route";
import { useFlowTexts } from "./texts";

/** An edge; behind a gate it carries a diamond with the rule. */
export const FlowEdgeLine = memo(function FlowEdgeLine(props: EdgeProps<FlowEdge>) {
  const t = useFlowTexts();
  const { gate, when, look: state, corridor } = props.data ?? {};
  const { sourceX, sourceY, targetX, targetY } = props;
  const [path, x, y] = corridor === undefined ? getBezierPath(props) : through(sourceX, sourceY, targetX, targetY, corridor);
  return (
    <>
      <BaseEdge id={props.id} path={path} interactionWidth={30} className="flow-edge-path" data-look={state && look(state)} data-when={when} />
      {when && when !== "success" && (
        <EdgeLabelRenderer>
          <div className="flow-when" data-when={when} style={{ transform: `translate(-50%, ${gate === undefined ? "-50%" : "14px"}) translate(${x}px, ${y}px)` }}>
            {t(`when_${when}`)}
          </div>
        </EdgeLabelRenderer>
      )}
      {gate !== undefined && (
        <EdgeLabelRenderer>
          <div className="flow-gate" style={{ transform: `translate(-50%, -6px) translate(${x}px, ${y}px)` }}>
            <span>{gate ? t("gateStops", { rule: gate }) : t("gate")}</span>
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
