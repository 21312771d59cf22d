import { texts } from "@/i18n";

/** Words on the canvas. */
export const useFlowTexts = texts("flow", {
  addAfter: { en: "Add after {{name}}", zh: "在 {{name}} 之后添加" },
  problemsOnNode: { en: { one: "{{count}} problem", other: "{{count}} problems" }, zh: "{{count}} 个问题" },
  packageFrame: { en: "Package · {{name}}", zh: "打包 · {{name}}" },
  condition: { en: "Only if {{condition}}", zh: "仅当 {{condition}}" },
  conditional: { en: "if", zh: "条件" },
  gate: { en: "only what fits", zh: "仅执行适合的" },
  when_failure: { en: "if it fails", zh: "失败时" },
  when_always: { en: "always", zh: "总是" },
  gateAsks: { en: "asks a person: {{rule}}", zh: "人工审核：{{rule}}" },
  gateStops: { en: "stops on {{rule}}", zh: "遇 {{rule}} 终止" },
  nodeKeys: {
    en: "Enter selects, arrow keys move, Delete removes. What it follows is set in the form at the right.",
    zh: "按 Enter 选中，方向键移动，Delete 删除。前驱节点可在右侧表单中设置。",
  },
  nodeKeysView: { en: "Enter selects.", zh: "按 Enter 选中。" },
  zoom: { en: "Zoom", zh: "缩放" },
  zoomIn: { en: "Zoom in", zh: "放大" },
  zoomOut: { en: "Zoom out", zh: "缩小" },
  fit: { en: "Fit to view", zh: "适应窗口" },
  minimap: { en: "Small map of the whole drawing", zh: "缩略图" },
});
