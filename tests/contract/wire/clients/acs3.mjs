// The calls of record_wire.py through @alicloud/mts20140618 (4.0.1 was recorded), which signs by ACS3-HMAC-SHA256.
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const mts = require("@alicloud/mts20140618");
const { Config } = require("@alicloud/openapi-core").$OpenApiUtil;

const config = new Config({ accessKeyId: process.env.ACCESS_KEY_ID, accessKeySecret: process.env.ACCESS_KEY_SECRET, endpoint: `127.0.0.1:${process.argv[2]}`, protocol: "http" });
const client = new mts.default(config);
const lower = (name) => name.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]/, (head) => head.toLowerCase());
for (const [action, values] of JSON.parse(process.env.CALLS)) {
  const request = new mts[`${action}Request`]();
  const names = Object.fromEntries(Object.entries(mts[`${action}Request`].names()).map(([own, wire]) => [wire, own]));
  for (const [name, value] of Object.entries(values)) request[names[name]] = value;
  await client[lower(action)](request).catch((error) => {
    if (!error.code) throw error;
  });
}
