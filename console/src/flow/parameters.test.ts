import { describe, expect, it } from "vitest";
import type { Json } from "./json";
import { at, dropReferences, fieldPath, fromForm, parametersOf, put, renameReferences, toForm, withParameters } from "./parameters";
import { ENCRYPTED, HLS, SAMPLES, SIMPLE } from "./samples.fixture";
import { nodeOf, parseTopology } from "./topology";

const of = (text: string, name: string) => parametersOf(nodeOf(parseTopology(text), name)!.body);

describe("parameters in the form", () => {
  it.each(Object.entries(SAMPLES))("leaves untouched parameters of %s exactly as they were", (_, text) => {
    for (const { body } of parseTopology(text).nodes) expect(fromForm(toForm(parametersOf(body)), parametersOf(body))).toEqual(parametersOf(body));
  });

  it("shows JSON in a text as values, and stores it as a text again", () => {
    const raw = of(HLS, "v1");
    const shown = toForm(raw);
    expect(at(shown, ["Outputs", 0, "TemplateId"])).toBe("<m3u8 template>");
    expect(fromForm(put(shown, ["Outputs", 0, "TemplateId"], "other") as Json, raw)).toEqual({
      ...raw,
      Outputs: JSON.stringify([{ TemplateId: "other", Audio: { Remove: "true" } }]),
    });
  });

  it("shows nested JSON and stores it nested", () => {
    const raw = of(SIMPLE, "Act-SD");
    const changed = put(toForm(raw), ["Outputs", 0, "TemplateId"], "other") as Json;
    expect(fromForm(changed, raw)).toEqual({ ...raw, Outputs: [{ OutputObject: "transcode%2F%7BRunId%7D%2F%7BFileName%7D", TemplateId: "other" }] });
  });

  it("shows object names decoded, and encodes them as they were", () => {
    const raw = of(SIMPLE, "Act-SD");
    const shown = toForm(raw);
    expect(at(shown, ["Outputs", 0, "OutputObject"])).toBe("transcode/{RunId}/{FileName}");
    const changed = fromForm(put(shown, ["Outputs", 0, "OutputObject"], "x/{FileName}") as Json, raw);
    expect(at(changed, ["Outputs", 0, "OutputObject"])).toBe("x%2F%7BFileName%7D");
  });

  it("leaves plain names plain, unless they would mean something else", () => {
    const raw: Json = { Outputs: [{ OutputObject: "a/{RunId}" }] };
    const set = (text: string) => at(fromForm(put(toForm(raw), ["Outputs", 0, "OutputObject"], text) as Json, raw), ["Outputs", 0, "OutputObject"]);
    expect(set("b/{RunId}")).toBe("b/{RunId}");
    expect(set("100%25/x")).toBe("100%2525%2Fx");
  });

  it("shows aliases under the canonical name and stores them under their own", () => {
    const transcode = of(ENCRYPTED, "Act-HLS-Encryption");
    const shown = toForm(transcode);
    expect(at(shown, ["Outputs", 0, "OutputObject"])).toBe("Act-HLS-Encryption/{RunId}/{FileName}");
    const changed = fromForm(put(shown, ["Outputs", 0, "OutputObject"], "x/100%25") as Json, transcode);
    expect(at(changed, ["Outputs", 0])).toEqual({ ...(at(transcode, ["Outputs", 0]) as object), ObjectRegex: "x/100%25" });
    const start = of(ENCRYPTED, "Act-Start");
    expect(toForm(start)).toMatchObject({ RoleName: "AliyunMTSDefaultRole", InputFile: { ObjectPrefix: "uploaded/" } });
    expect(fromForm({ ...(toForm(start) as object), PipelineId: "x" }, start)).toEqual({ ...start, PipelineId: "x" });
  });

  it("reads parameters that are a text themselves, and keeps them a text", () => {
    const body = { Type: "Report", Parameters: '{"PublishType":"Auto"}' };
    expect(parametersOf(body)).toEqual({ PublishType: "Auto" });
    expect(withParameters(body, { PublishType: "Manual" })).toEqual({ Type: "Report", Parameters: '{"PublishType":"Manual"}' });
  });
});

describe("members by path", () => {
  it("puts, keeps the order and takes out what gets empty", () => {
    const value: Json = { a: 1, b: { c: [1, 2] }, d: 4 };
    expect(Object.keys(put(value, ["a"], 9) as object)).toEqual(["a", "b", "d"]);
    expect(put(value, ["b", "c", 1], 5)).toEqual({ a: 1, b: { c: [1, 5] }, d: 4 });
    expect(put({ b: { c: 1 } }, ["b", "c"], undefined)).toBeUndefined();
    expect(put(undefined, ["x", 0, "y"], "z")).toEqual({ x: [{ y: "z" }] });
    expect(value).toEqual({ a: 1, b: { c: [1, 2] }, d: 4 });
  });

  it("finds the field that a problem is about", () => {
    expect(fieldPath("Activities.a.b.Parameters.Outputs[0].TemplateId", "a.b")).toEqual(["Outputs", 0, "TemplateId"]);
    expect(fieldPath("Activities.a.Parameters", "a")).toEqual([]);
    expect(fieldPath("Dependencies.a", "a")).toBeUndefined();
  });
});

it("drops references inside JSON in texts", () => {
  const master = of(HLS, "master");
  const left = dropReferences(master, "v1") as { MasterPlayList: string };
  expect(JSON.parse(left.MasterPlayList).MultiBitrateVideoStreams).toHaveLength(1);
  expect(dropReferences(master, "v3")).toEqual(master);
});

it("renames references inside JSON in texts", () => {
  const master = of(HLS, "master");
  const renamed = renameReferences(master, "v1", "video") as { MasterPlayList: string };
  expect(JSON.parse(renamed.MasterPlayList).MultiBitrateVideoStreams.map((one: { RefActivityName: string }) => one.RefActivityName)).toEqual(["video", "v2"]);
  expect(renameReferences(master, "nobody", "x")).toEqual(master);
});
