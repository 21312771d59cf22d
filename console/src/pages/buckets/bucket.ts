import { call } from "@/api/client";

/** A name that the server takes. */
export const BUCKET_NAME = /^[a-z0-9][a-z0-9_-]{1,62}[a-z0-9]$/;

export const addBucket = (type: "Input" | "Output", name: string) => call(type === "Input" ? "BindInputBucket" : "BindOutputBucket", { Bucket: name });

/** The FileURL of an object, in the form that every MPS server understands. */
export const fileUrl = (bucket: string, region: string, key: string) =>
  `http://${bucket}.oss-${region}.aliyuncs.com/${key.split("/").map(encodeURIComponent).join("/")}`;
