import { describe, expect, it } from "vitest";
import { fromBase64, toBase64 } from "./words";

describe("texts that are carried as Base64", () => {
  it("are shown as what they mean, and come back as they were", () => {
    for (const text of ["ReelMill", "水印 ©", ""]) expect(fromBase64(toBase64(text))).toBe(text);
    expect(toBase64("ReelMill")).toBe("UmVlbE1pbGw=");
  });

  it("are left alone when they are none", () => {
    expect([fromBase64("not base64!"), fromBase64("/w==")]).toEqual(["not base64!", "/w=="]);
  });
});
