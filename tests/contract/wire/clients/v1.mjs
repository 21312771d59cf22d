// The calls of record_wire.py through @alicloud/pop-core (1.8.0 was recorded), which signs by HMAC-SHA1; every second one as a form in the body.
import { createRequire } from "node:module";

const { RPCClient } = createRequire(process.cwd() + "/")("@alicloud/pop-core");
const client = new RPCClient({
  accessKeyId: process.env.ACCESS_KEY_ID, accessKeySecret: process.env.ACCESS_KEY_SECRET, endpoint: `http://127.0.0.1:${process.argv[2]}`, apiVersion: "2014-06-18",
});
let count = 0;
for (const [action, values] of JSON.parse(process.env.CALLS)) {
  await client.request(action, values, { method: count++ % 2 ? "POST" : "GET", formatParams: false }).catch((error) => {
    if (!error.code) throw error;
  });
}
