import { describe, expect, it } from "vitest";
import { translator } from "./inChinese";
import catalogue from "./sentences.zh.json";

const say = translator(catalogue);

describe("a sentence of the server in Chinese", () => {
  it.each([
    ["There is no session, or it has ended: sign in.", "尚未登录或登录已失效，请登录。"],
    ['The specified parameter "Name" is out of range.', "参数“Name”超出范围。"],
    // sentences one after the other
    ['The specified parameter "Name" is not valid. It must begin with a letter or a digit.', "参数“Name”无效。必须以字母或数字开头。"],
    ['"a" is not among the activities. "b" is not bound.', "节点中没有“a”。“b”未绑定。"],
    // a path before it, also of a name with spaces, and a phrase instead of a sentence
    ["Activities.my film.Parameters.Outputs[0].Priority: it must be a whole number from 1 to 10", "Activities.my film.Parameters.Outputs[0].Priority：必须是 1 到 10 的整数"],
    ["Template.Video.Crf: it must be a number from 0 to 51, not '99'.", "Template.Video.Crf：必须是 0 到 51 的数字，不能是 '99'。"],
    // several problems, each of several sentences
    [
      'AddPipeline has 2 problems: Name: The input parameter "Name" that is mandatory for processing this request is not supplied. | State: The specified parameter "State" is not valid. It must be one of: Active, Paused.',
      "AddPipeline 有 2 个问题：Name：缺少必填参数“Name”；State：参数“State”无效。必须为以下之一：Active、Paused。",
    ],
    // a sentence within a sentence
    [
      'The object key "a//b" is not valid. The object key cannot be used: it must be a plain path without empty, \'.\' or \'..\' parts.',
      "对象路径“a//b”无效。对象路径不可用：必须是普通路径，不能含有空段、“.”或“..”。",
    ],
    ['It failed at "hd": The source may be damaged.', "在“hd”处失败：源文件可能已损坏。"],
    // what the tool said stands in brackets, or there is nothing
    ["There is no space left on the disk.", "磁盘空间不足。"],
    [
      'The resource operated "InputFile" is bad: it is broken, cut short or no media file (moov atom not found).',
      "资源“InputFile”内容异常：文件损坏、不完整，或不是媒体文件（moov atom not found）。",
    ],
    // lists, one or many, words by their value
    [
      'Waits for the queue "main": 4 of 4 slots are taken by "a, b.mp4" (Transcode), "c.mp4" (Transcode) and 2 others. 1 other waits before it.',
      '等待管道“main”：4 个并发已占用 4 个，占用者：“a, b.mp4”（Transcode）、“c.mp4”（Transcode）、另外 2 个。前面还有 1 个在等待。',
    ],
    ['Works on "hd" (Transcode, 43 %) and "sd" (Transcode).', '正在处理 “hd”（Transcode, 43 %）、“sd”（Transcode）。'],
    ['"hd": waits for this server: 1 task of this kind runs at the same time.', '“hd”：等待服务器空闲：此类任务最多同时运行 1 个。'],
    ["Nothing of the source's audio could be decoded.", "源文件的音频完全无法解码。"],
    // braces of its own
    ["Several pictures need the placeholder {Count} in their name.", "多张截图的名称中需要占位符 {Count}。"],
    ["a transcode has no placeholder {Count}", "转码没有占位符 {Count}"],
    // other people's words
    ["it is not valid JSON: Expecting value: line 1 column 2 (char 1)", "不是有效的 JSON：此处应有值（第 1 行第 2 列，第 1 个字符）"],
  ])("%s", (english, chinese) => expect(say(english)).toBe(chinese));

  it("keeps what it does not know, and says the rest", () => {
    expect(say("Some node of somebody else failed.")).toBe("Some node of somebody else failed.");
    expect(say("Nobody knows this. Report it.")).toBe("Nobody knows this. 请反馈此问题。");
    expect(say("")).toBe("");
  });

  it("keeps names as they are, whatever they say", () => {
    expect(say('There is no object "It failed." in the bucket "films".')).toBe("Bucket“films”中没有对象“It failed.”。");
  });

  it("takes little time, also for a long text", () => {
    const long = `${"Something odd happened here. ".repeat(200)}Report it.`;
    expect(say(long).endsWith("请反馈此问题。")).toBe(true);
  });

  it("fills every place of every entry", () => {
    for (const [english, chinese] of Object.entries(catalogue)) {
      const names = (text: string) => new Set([...text.replaceAll("{{", "").matchAll(/\{[+*]?(\w+)(?::[^}]*)?\}/g)].map(([, name]) => name));
      expect([...names(chinese)].filter((name) => !names(english).has(name)), english).toEqual([]);
    }
  });
});
