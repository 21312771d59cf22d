import { PlusOutlined } from "@ant-design/icons";
import { Handle, Position, type NodeProps } from "@xyflow/react";
import { createContext, memo, use } from "react";
import { look } from "@/ui/states";
import type { ActivityFlowNode, FrameFlowNode } from "./elements";
import { TypeIcon } from "./look";
import { Ring } from "./Ring";
import { useFlowTexts } from "./texts";

/** What a node's + does; undefined where nothing can be added. */
export const PlusContext = createContext<((name: string, anchor: DOMRect) => void) | undefined>(undefined);

/** One activity, drawn the same in the editor and in a run. */
export const ActivityNode = memo(function ActivityNode({ data }: NodeProps<ActivityFlowNode>) {
  const t = useFlowTexts();
  const plus = use(PlusContext);
  const shown = data.live && look(data.live.state);
  return (
    <div className="flow-node" data-look={shown} data-problem={data.problems > 0} title={[data.name, data.label, data.line].filter(Boolean).join("\n")}>
      {data.role !== "start" && <Handle type="target" position={Position.Left} isConnectable={data.editable} />}
      <span className="flow-iconed">
        {shown && <Ring look={shown} percent={data.live?.percent} />}
        <TypeIcon type={data.type} />
      </span>
      <span className="flow-node-body">
        <div className="flow-node-name">{data.name}</div>
        <div className="flow-node-second">
          <span className="flow-node-line">{data.line || data.label}</span>
          {data.live?.duration && <span className="flow-node-time">{data.live.duration}</span>}
        </div>
      </span>
      {shown === "running" && (
        <span className="flow-node-bar" aria-hidden>
          <span style={{ width: `${data.live?.percent ?? 0}%` }} />
        </span>
      )}
      {data.condition && (
        <span className="flow-node-condition" title={t("condition", { condition: data.condition })}>
          {t("conditional")}
        </span>
      )}
      {data.problems > 0 && (
        <span className="flow-node-problems" title={t("problemsOnNode", { count: data.problems })}>
          {data.problems}
        </span>
      )}
      {data.role !== "end" && <Handle type="source" position={Position.Right} isConnectable={data.editable} />}
      {plus && data.plus !== "none" && (
        <button
          type="button"
          className="flow-plus nodrag nopan"
          data-plus={data.plus}
          aria-label={t("addAfter", { name: data.name })}
          title={t("addAfter", { name: data.name })}
          aria-haspopup="menu"
          onClick={(event) => {
            event.stopPropagation();
            plus(data.name, event.currentTarget.getBoundingClientRect());
          }}
          onKeyDown={(event) => event.stopPropagation()}
        >
          <PlusOutlined />
        </button>
      )}
    </div>
  );
});

/** The frame of a package. */
export const FrameNode = memo(function FrameNode({ data }: NodeProps<FrameFlowNode>) {
  const t = useFlowTexts();
  return (
    <div className="flow-frame" data-hue="amber">
      <span className="flow-frame-label">{t("packageFrame", { name: data.label })}</span>
    </div>
  );
});
