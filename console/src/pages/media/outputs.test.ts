import { expect, it } from "vitest";
import { firstToPlay, nameOf, pictures, thumbnails, type Play } from "./outputs";

const play = (ActivityName: string, Format: string, Width?: string): Play => ({ ActivityName, Format, Width, Height: Width, Encryption: "0", File: { URL: `http://h/${ActivityName}` } });

it("plays what was asked for, else the master playlist, else the largest picture", () => {
  const plays = [play("audio", "m3u8", "0"), play("480p", "mp4", "854"), play("720p", "mp4", "1280"), play("film", "flv", "1920")];
  expect(firstToPlay(plays)?.ActivityName).toBe("720p");
  expect(firstToPlay(plays, "480p")?.ActivityName).toBe("480p");
  expect(firstToPlay(plays, "film")?.ActivityName).toBe("720p");
  expect(firstToPlay([...plays, play("master", "m3u8")])?.ActivityName).toBe("master");
  expect(firstToPlay([{ ...play("secret", "m3u8"), Encryption: "1" }])).toBeUndefined();
});

it("counts the pictures of a series", () => {
  expect(pictures({ Type: "Sequence", Count: "3", File: { URL: "http://h/a/%7BCount%7D.jpg" } })).toEqual(["http://h/a/00001.jpg", "http://h/a/00002.jpg", "http://h/a/00003.jpg"]);
  expect(pictures({ Type: "Single", File: { URL: "http://h/cover.jpg" } })).toEqual(["http://h/cover.jpg"]);
  expect(pictures({ File: { URL: "http://h/thumbs.vtt" } })).toEqual([]);
  expect(thumbnails([{ File: { URL: "http://h/x.jpg" } }, { File: { URL: "http://h/thumbs.vtt" } }])).toBe("http://h/thumbs.vtt");
  expect(nameOf("http://h/a/b%20c.jpg?x=1")).toBe("b c.jpg");
});
