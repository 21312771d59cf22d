import { BaseEdge, EdgeLabelRenderer, getBezierPath, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import { look } from "@/ui/states";
import type { FlowEdge } from "./elements";
import { through } from "./route";
import { useFlowTexts } from "./texts";

/** An edge; behind a gate it carries a diamond with the rule, and when a person is asked. */
export const FlowEdgeLine = memo(function FlowEdgeLine(props: EdgeProps<FlowEdge>) {
  const t = useFlowTexts();
  const { gate, asks, when, look: state, corridor } = props.data ?? {};
  const { sourceX, sourceY, targetX, targetY } = props;
  const rules = [...(gate === undefined ? [] : [gate ? t("gateStops", { rule: gate }) : t("gate")]), ...(asks ? [t("gateAsks", { rule: asks })] : [])];
  const [path, x, y] = corridor === undefined ? getBezierPath(props) : through(sourceX, sourceY, targetX, targetY, corridor);
  return (
    <>
      <BaseEdge id={props.id} path={path} interactionWidth={30} className="flow-edge-path" data-look={state && look(state)} data-when={when} />
      {when && when !== "success" && (
        <EdgeLabelRenderer>
          <div className="flow-when" data-when={when} style={{ transform: `translate(-50%, ${rules.length ? "14px" : "-50%"}) translate(${x}px, ${y}px)` }}>
            {t(`when_${when}`)}
          </div>
        </EdgeLabelRenderer>
      )}
      {rules.length > 0 && (
        <EdgeLabelRenderer>
          <div className="flow-gate" style={{ transform: `translate(-50%, -6px) translate(${x}px, ${y}px)` }}>
            {rules.map((rule) => (
              <span key={rule}>{rule}</span>
            ))}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
