import { texts } from ".";

export const useLogoTexts = texts("logos", {
  logos: { en: "Logos", zh: "标识" },
  help: { en: "Pictures that reviews look for in films and cover images, in the scene Logos. Each costs about 50 ms for a sample.", zh: "审核在视频和封面图中查找的图片（场景“标识”），每个标识每次采样约需 50 毫秒。" },
  add: { en: "Create logo", zh: "创建标识" },
  edit: { en: "Edit logo", zh: "编辑标识" },
  empty: { en: "No logo yet", zh: "还没有标识" },
  emptyHelp: { en: "Create one from a picture of the logo alone; every review from then on looks for it.", zh: "用仅含标识的图片创建，之后的每次审核都会查找。" },
  picture: { en: "Picture", zh: "图片" },
  pictureHelp: { en: "The logo alone, as PNG, JPEG or WebP; what is transparent counts as not there. A small copy is kept.", zh: "仅含标识的 PNG、JPEG 或 WebP 图片，透明部分不参与比较；保存缩小后的副本。" },
  fromFile: { en: "A file of this machine", zh: "本机文件" },
  fromBucket: { en: "A file in a bucket", zh: "Bucket 中的文件" },
  file: { en: "File", zh: "文件" },
  bucket: { en: "Bucket", zh: "Bucket" },
  choose: { en: "Choose picture", zh: "选择图片" },
  fileNeeded: { en: "Choose a picture", zh: "请选择图片" },
  unreadable: { en: "{{name}} cannot be read as a picture.", zh: "{{name}} 无法作为图片读取。" },
  from: { en: "Made from", zh: "来源" },
  sent: { en: "A file that was sent", zh: "上传的文件" },
  removeTitle: { en: "Delete the logo {{name}}?", zh: "删除标识 {{name}}？" },
  removeHelp: { en: "Reviews no longer look for it.", zh: "之后的审核不再查找该标识。" },
});
