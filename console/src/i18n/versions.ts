import { texts } from ".";

export const useVersionTexts = texts("versions", {
  versions: { en: "Versions", zh: "版本" },
  versionsOf: { en: "Versions of {{name}}", zh: "{{name}} 的版本" },
  toEditor: { en: "The workflow as it is now", zh: "工作流当前版本" },
  version: { en: "Version", zh: "版本" },
  saved: { en: "Saved", zh: "保存时间" },
  author: { en: "By", zh: "保存人" },
  note: { en: "Note", zh: "说明" },
  restoredFrom: { en: "Version {{version}} again", zh: "恢复自版本 {{version}}" },
  current: { en: "Current", zh: "当前" },
  since: { en: "What version {{to}} changed", zh: "版本 {{to}} 的变化" },
  against: { en: "Compared with version {{from}}", zh: "与版本 {{from}} 比较" },
  compareWith: { en: "Compare with", zh: "比较对象" },
  nothing: { en: "Both versions are the same.", zh: "两个版本相同。" },
  first: { en: "This is the first version that was kept.", zh: "这是保留的第一个版本。" },
  added: { en: "Added", zh: "新增" },
  removed: { en: "Removed", zh: "删除" },
  changed: { en: "Changed", zh: "修改" },
  canvas: { en: "Drawing of both versions", zh: "两个版本的画布" },
  restore: { en: "Restore", zh: "恢复" },
  restoreTitle: { en: "Restore version {{version}}?", zh: "恢复版本 {{version}}？" },
  restoreHelp: {
    en: "A new version with its content is made, also while the workflow is active. The next run takes it; runs that have begun keep theirs.",
    zh: "将以其内容生成一个新版本，工作流启用时也可以。下一次执行使用新版本，已开始的执行不变。",
  },
  broken: { en: "One of the versions cannot be drawn.", zh: "其中一个版本无法绘制。" },
});
