/** What the message service's documents look like. Pure. */

export interface Tree {
  name: string;
  text: string;
  children: Tree[];
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;" };

/** A document of one level; what is not given is left out. */
export function document(root: string, members: object): string {
  const inside = Object.entries(members)
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([name, value]) => `<${name}>${String(value).replace(/[&<>\r]/g, (found) => ESCAPES[found] ?? found)}</${name}>`);
  return `<?xml version="1.0" encoding="utf-8"?><${root} xmlns="http://mns.aliyuncs.com/doc/v1/">${inside.join("")}</${root}>`;
}

/** Names of queues, topics and subscriptions. */
export const isName = (text: string) => /^[A-Za-z][A-Za-z0-9-]{0,119}$/.test(text);

/** Where messages go: a queue of this account by its name, anything else as it is. */
export const queueEndpoint = (region: string, account: string, queue: string) => `acs:mns:${region}:${account}:queues/${queue}`;
export const queueOf = (endpoint: string): string | undefined => /^acs:mns:[^:]*:[^:]*:queues\/(.+)$/.exec(endpoint)?.[1];
