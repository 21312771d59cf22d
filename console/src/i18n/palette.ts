import { texts } from ".";

export const usePaletteTexts = texts("palette", {
  title: { en: "Search", zh: "搜索" },
  hint: { en: "Title, file name, workflow name, page, or a whole id", zh: "标题、文件名、工作流名称、页面，或完整 ID" },
  pages: { en: "Pages", zh: "页面" },
  media: { en: "Media", zh: "媒资" },
  runs: { en: "Executions", zh: "执行实例" },
  workflows: { en: "Workflows", zh: "工作流" },
  templates: { en: "Templates", zh: "模板" },
  nothing: { en: "Nothing found. Titles and file names are searched by their words, ids only as a whole.", zh: "没有找到。标题和文件名按词搜索，ID 需完整输入。" },
  keys: { en: "↑ ↓ choose · Enter opens · Esc closes", zh: "↑ ↓ 选择 · Enter 打开 · Esc 关闭" },
  results: { en: { one: "{{count}} result", other: "{{count}} results" }, zh: "{{count}} 个结果" },
});
