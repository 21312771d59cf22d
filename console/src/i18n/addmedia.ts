import { texts } from ".";

export const useAddMediaTexts = texts("addmedia", {
  title: { en: "Add media", zh: "添加媒资" },
  help: { en: "For files that were in a bucket before: they become media, and a workflow can run on them.", zh: "用于 Bucket 中已有的文件：将其登记为媒资，并可运行工作流。" },
  ok: { en: "Add media", zh: "添加媒资" },
  bucket: { en: "Bucket", zh: "Bucket" },
  bucketNeeded: { en: "Choose the bucket that holds the file", zh: "请选择文件所在的 Bucket" },
  object: { en: "File", zh: "文件" },
  objectNeeded: { en: "Choose or type the path of the file in the bucket", zh: "请选择或输入文件在 Bucket 中的路径" },
  objectHelp: { en: "Its path in the bucket, such as clips/a.mp4. Folders end in a slash; choose one to look into it.", zh: "文件在 Bucket 中的路径，如 clips/a.mp4。以斜杠结尾的是文件夹，选择后可进入。" },
  name: { en: "Title (optional)", zh: "标题（可选）" },
  nameHelp: { en: "The file's name when empty", zh: "留空则使用文件名" },
  tags: { en: "Tags (optional)", zh: "标签（可选）" },
  tagsHelp: { en: "Enter or a comma ends a tag; at most 16", zh: "按回车或逗号结束一个标签，最多 16 个" },
  workflow: { en: "Run a workflow on it", zh: "运行工作流" },
  noWorkflow: { en: "None, only register it", zh: "不运行，仅登记" },
});
