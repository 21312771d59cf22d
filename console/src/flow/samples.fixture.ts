/** The topologies that the reference documents (workflow.md 11 and 12) and a catalogue with its predecessors (5), for the tests of this folder. */
import type { Catalogue } from "@/api/types";

const SIMPLE = String.raw`{"Activities":{
  "Act-Start":{"Name":"Act-Start","Type":"Start","Parameters":{"PipelineId":"130266f58161436a80bf07cb12c8009a","InputFile":{"Bucket":"vod-in","Location":"oss-cn-hangzhou","ObjectPrefix":"uploaded/"},"MessageType":"Queue","QueueName":"mts-queue-1"}},
  "Act-SD":{"Type":"Transcode","Parameters":{"OutputBucket":"vod-out","OutputLocation":"oss-cn-hangzhou","Outputs":[{"OutputObject":"transcode%2F%7BRunId%7D%2F%7BFileName%7D","TemplateId":"S00000001-100020"}]}},
  "Act-Snap":{"Type":"Snapshot","Parameters":{"MediaCover":"true","SnapshotConfig":"{\"OutputFile\":{\"Bucket\":\"vod-out\",\"Location\":\"oss-cn-hangzhou\",\"Object\":\"snap%2F%7BRunId%7D%2F%7BCount%7D.jpg\"},\"Time\":\"5000\"}"}},
  "Act-Report":{"Type":"Report","Parameters":{"PublishType":"Auto"}}},
 "Dependencies":{"Act-Start":["Act-SD"],"Act-SD":["Act-Snap"],"Act-Snap":["Act-Report"],"Act-Report":[]}}`;

const HLS = String.raw`{"Activities":{
 "start":{"Type":"Start","Parameters":{"PipelineId":"900ededca77641ecbecd4f44cc3a2965","InputFile":"{\"Bucket\":\"in\",\"Location\":\"oss-cn-hangzhou\",\"ObjectPrefix\":\"uploaded/\"}"}},
 "pack":{"Type":"PackageConfig","Parameters":{"Protocol":"hls","Output":"{\"Bucket\":\"out\",\"Location\":\"oss-cn-hangzhou\",\"MasterPlayListName\":\"{MediaId}/{RunId}/hls/master.m3u8\"}"}},
 "agroup":{"Type":"AudioGroup","Parameters":{"GroupId":"audios"}},
 "sgroup":{"Type":"SubtitleGroup","Parameters":{"GroupId":"subtitles"}},
 "v1":{"Type":"Transcode","Parameters":{"Outputs":"[{\"TemplateId\":\"<m3u8 template>\",\"Audio\":{\"Remove\":\"true\"}}]","MultiBitrateVideoStream":"{\"URI\":\"sd/video1.m3u8\"}"}},
 "v2":{"Type":"Transcode","Parameters":{"Outputs":"[{\"TemplateId\":\"<m3u8 template>\",\"Audio\":{\"Remove\":\"true\"}}]","MultiBitrateVideoStream":"{\"URI\":\"hd/video2.m3u8\"}"}},
 "a1":{"Type":"Transcode","Parameters":{"Outputs":"[{\"TemplateId\":\"S00000001-100020\",\"AudioStreamMap\":\"0:a:0\",\"Video\":{\"Remove\":\"true\"}}]","ExtXMedia":"{\"URI\":\"sd/audio-en.m3u8\",\"Name\":\"audio-en\",\"Language\":\"en-US\"}"}},
 "s1":{"Type":"Transcode","Parameters":{"WebVTTSubtitleURL":"http://in.oss-cn-hangzhou.aliyuncs.com/1.vtt","ExtXMedia":"{\"URI\":\"zh/subtitle1-cn.m3u8\",\"Name\":\"subtitle-cn\",\"Language\":\"cn\"}"}},
 "master":{"Type":"GenerateMasterPlayList","Parameters":{"MasterPlayList":"{\"MultiBitrateVideoStreams\":[{\"RefActivityName\":\"v1\",\"ExtXStreamInfo\":{\"BandWidth\":\"1110000\",\"Audio\":\"audios\",\"Subtitles\":\"subtitles\"}},{\"RefActivityName\":\"v2\",\"ExtXStreamInfo\":{\"BandWidth\":\"5000000\",\"Audio\":\"audios\",\"Subtitles\":\"subtitles\"}}]}"}},
 "end":{"Type":"Report","Parameters":{"PublishType":"Manual"}}},
 "Dependencies":{"start":["pack"],"pack":["v1","v2","sgroup","agroup"],"agroup":["a1"],"sgroup":["s1"],"v1":["master"],"v2":["master"],"a1":["master"],"s1":["master"],"master":["end"],"end":[]}}`;

const DASH = String.raw`{"Activities":{
 "start":{"Type":"Start","Parameters":{"PipelineId":"900ededca77641ecbecd4f44cc3a2965","InputFile":"{\"Bucket\":\"in\",\"Location\":\"oss-cn-hangzhou\",\"ObjectPrefix\":\"uploaded/\"}"}},
 "pack":{"Type":"PackageConfig","Parameters":{"Protocol":"dash","Output":"{\"Bucket\":\"out\",\"Location\":\"oss-cn-hangzhou\",\"MasterPlayListName\":\"{MediaId}/{RunId}/dash/master.mpd\"}"}},
 "vgroup":{"Type":"VideoGroup","Parameters":{"AdaptationSet":"{\"Group\":\"VideoGroup\"}"}},
 "agroup":{"Type":"AudioGroup","Parameters":{"AdaptationSet":"{\"Group\":\"AudioGroupEnglish\",\"Lang\":\"english\"}"}},
 "sgroup":{"Type":"SubtitleGroup","Parameters":{"AdaptationSet":"{\"Group\":\"SubtitleGroupChinese\",\"Lang\":\"chinese\"}"}},
 "v1":{"Type":"Transcode","Parameters":{"Outputs":"[{\"TemplateId\":\"<mpd template>\",\"Audio\":{\"Remove\":\"true\"}}]","Representation":"{\"Id\":\"480pSD\",\"URI\":\"videoSD/xx.mpd\"}"}},
 "a1":{"Type":"Transcode","Parameters":{"Outputs":"[{\"TemplateId\":\"<mpd template>\",\"AudioStreamMap\":\"0:a:0\",\"Video\":{\"Remove\":\"true\"}}]","Representation":"{\"Id\":\"english\",\"URI\":\"audio/en.mpd\"}"}},
 "s1":{"Type":"Transcode","Parameters":{"InputConfig":"{\"Format\":\"stl\",\"InputFile\":{\"URL\":\"http://in.oss-cn-hangzhou.aliyuncs.com/1.stl\"}}","Representation":"{\"Id\":\"chinese\",\"URI\":\"subtitle/cn.vtt\"}"}},
 "master":{"Type":"GenerateMasterPlayList","Parameters":{}},
 "end":{"Type":"Report","Parameters":{"PublishType":"Manual"}}},
 "Dependencies":{"start":["pack"],"pack":["vgroup","agroup","sgroup"],"vgroup":["v1"],"agroup":["a1"],"sgroup":["s1"],"v1":["master"],"a1":["master"],"s1":["master"],"master":["end"],"end":[]}}`;

const ENCRYPTED = String.raw`{"Activities":{
 "Act-Start":{"Type":"Start","Parameters":{"PipelineId":"130266f58161436a80bf07cb12c8009a","Role":"AliyunMTSDefaultRole","InputFile":{"Bucket":"vod-in","Location":"oss-cn-hangzhou","Object":"uploaded/"}}},
 "Act-HLS-Encryption":{"Name":"another name","Type":"Transcode","Parameters":{"OutputBucket":"vod-out","OutputLocation":"oss-cn-hangzhou","Outputs":[{"ObjectRegex":"Act-HLS-Encryption/{RunId}/{FileName}","TemplateId":"S00000001-100020","Encryption":{"Type":"hls-aes-128","KeyUri":"https://decrypt.demo.com"}}]}},
 "Act-Report":{"Type":"Report","Parameters":{"PublishType":"Auto"}}},
 "Dependencies":{"Act-Start":["Act-HLS-Encryption"],"Act-HLS-Encryption":["Act-Report"]}}`;

export const SAMPLES: Readonly<Record<string, string>> = { "12.1 simple": SIMPLE, "12.2 HLS package": HLS, "12.3 DASH package": DASH, "11 encryption": ENCRYPTED };
export { DASH, ENCRYPTED, HLS, SIMPLE };

const PACKAGE = ["PackageConfig", "AudioGroup", "SubtitleGroup", "VideoGroup", "GenerateMasterPlayList"];

const ROLES: Readonly<Record<string, Catalogue["Nodes"][number]["Role"]>> = {
  Start: "start", Report: "end", PackageConfig: "scope", AudioGroup: "scope", SubtitleGroup: "scope", VideoGroup: "scope", GenerateMasterPlayList: "join",
};
const GATES: Readonly<Record<string, string>> = { Analysis: "", Censor: "AbortCondition", FpShot: "AbortCondition" };

const kind = (Type: string, Predecessors: string[], Aliases: string[] = []): Catalogue["Nodes"][number] => ({
  Type,
  Aliases,
  Label: { en: Type, zh: Type },
  Help: { en: "", zh: "" },
  Stage: PACKAGE.includes(Type) ? "package" : "make",
  Role: ROLES[Type] ?? "work",
  Gate: GATES[Type] ?? null,
  Asks: Type === "Censor" ? "HumanReview" : "",
  Predecessors,
  Speeds: ["Standard"],
  Schema: { type: "object", properties: Type === "Censor" ? { HumanReview: { type: "string", default: "never" } } : {} },
});

export const CATALOGUE: Catalogue = {
  Nodes: [
    kind("Start", []),
    kind("Analysis", ["Start"]),
    kind("Transcode", ["Start", "Analysis", "Censor", "FpShot", "PackageConfig", "AudioGroup", "SubtitleGroup", "VideoGroup"]),
    kind("Snapshot", ["Start", "Transcode", "Censor", "FpShot", "Cover"], ["Screenshot"]),
    kind("Censor", ["Start", "Transcode"]),
    kind("PackageConfig", ["Start"]),
    kind("AudioGroup", ["PackageConfig"]),
    kind("SubtitleGroup", ["PackageConfig"]),
    kind("VideoGroup", ["PackageConfig"]),
    kind("GenerateMasterPlayList", ["Transcode"]),
    kind("Report", []),
  ],
  Presets: [],
};
