import { texts } from ".";

export const useChoiceTexts = texts("choices", {
  inputBucket: { en: "Choose an input bucket", zh: "选择输入 Bucket" },
  outputBucket: { en: "Choose an output bucket", zh: "选择输出 Bucket" },
  bucket: { en: "Choose a bucket", zh: "选择 Bucket" },
  noBucket: { en: "No such bucket yet. Add one under Media buckets.", zh: "还没有这类 Bucket，请在“媒体 Bucket”中添加。" },
  queue: { en: "Choose a queue", zh: "选择管道" },
  noQueue: { en: "No queue yet. Create one under Queues.", zh: "还没有管道，请在“管道与回调”中创建。" },
  paused: { en: "{{name}} (paused)", zh: "{{name}}（已暂停）" },
  template: { en: "Choose a template", zh: "选择模板" },
  watermark: { en: "Choose a watermark template", zh: "选择水印模板" },
  noWatermark: { en: "No watermark template yet. AddWaterMarkTemplate makes one.", zh: "还没有水印模板，可通过 AddWaterMarkTemplate 创建。" },
  ownTemplates: { en: "Own templates", zh: "自定义模板" },
  presets: { en: "Presets", zh: "预置模板" },
  smartPresets: { en: "Presets that fit each film (behind Analyze)", zh: "智能预置模板（接在智能分析之后）" },
  library: { en: "Choose a fingerprint library", zh: "选择指纹库" },
  noLibrary: { en: "No fingerprint library yet", zh: "还没有指纹库" },
});
