/** The message service as the page speaks to it: MNS, with the session instead of a signature. */
import { ApiError, ROOT, checkSession, csrfToken } from "./client";
import { type Tree, document } from "./mnsXml";

interface Ask {
  body?: string;
  headers?: Record<string, string>;
}

const EMPTY: Tree = { name: "", text: "", children: [] };

/** One request; the document of its answer, or an ApiError as from any other operation. */
async function ask(method: string, path: string, { body, headers = {} }: Ask = {}): Promise<Tree> {
  let response: Response;
  try {
    response = await fetch(`${ROOT}/mns${path}`, { method, body, headers: { "Content-Type": "text/xml", "X-ReelMill-Csrf": csrfToken(), ...headers }, credentials: "same-origin" });
  } catch {
    throw new ApiError(0, "NoAnswer", "The server does not answer. Is it running, and are you connected to it?");
  }
  const text = await response.text();
  const answer = text ? fromDom(new DOMParser().parseFromString(text, "text/xml").documentElement) : EMPTY;
  if (response.ok) return answer;
  if (response.status === 401) void checkSession().catch(() => undefined);
  throw new ApiError(response.status, child(answer, "Code") || `Http${response.status}`, child(answer, "Message") || response.statusText, child(answer, "RequestId"));
}

const fromDom = (element: Element): Tree => ({
  name: element.localName,
  text: element.children.length ? "" : (element.textContent ?? ""),
  children: [...element.children].map(fromDom),
});

const child = (tree: Tree, name: string) => tree.children.find((one) => one.name === name)?.text ?? "";
const of = (...names: string[]) => `/${names.map(encodeURIComponent).join("/")}`;
const ALL = { "x-mns-with-meta": "true", "x-mns-ret-number": "1000" }; // an account has no more than these

/** A thing that was listed, by the names of its elements. */
export type Facts = Record<string, string>;
const facts = (tree: Tree): Facts => Object.fromEntries(tree.children.map((one) => [one.name, one.text]));

export interface QueueAttributes {
  DelaySeconds?: number;
  MessageRetentionPeriod?: number;
  VisibilityTimeout?: number;
  PollingWaitSeconds?: number;
  MaximumMessageSize?: number;
  RawMessages?: string;
}

export const queues = {
  list: async () => (await ask("GET", "/queues", { headers: ALL })).children.filter((one) => one.name === "Queue").map(facts),
  create: (name: string, attributes: QueueAttributes) => ask("PUT", of("queues", name), { body: document("Queue", attributes) }),
  change: (name: string, attributes: QueueAttributes) => ask("PUT", `${of("queues", name)}?metaoverride=true`, { body: document("Queue", attributes) }),
  remove: (name: string) => ask("DELETE", of("queues", name)),
  send: (name: string, MessageBody: string, DelaySeconds?: number) => ask("POST", of("queues", name, "messages"), { body: document("Message", { MessageBody, DelaySeconds }) }),
  peek: (name: string) => messages(`${of("queues", name, "messages")}?peekonly=true&numOfMessages=16`),
  receive: (name: string) => messages(`${of("queues", name, "messages")}?numOfMessages=1&waitseconds=0`),
  done: (name: string, handle: string) => ask("DELETE", `${of("queues", name, "messages")}?ReceiptHandle=${encodeURIComponent(handle)}`),
};

/** Messages of a queue; none is no error here. */
const messages = (path: string): Promise<Facts[]> =>
  ask("GET", path).then(
    (answer) => answer.children.filter((one) => one.name === "Message").map(facts),
    (error: unknown) => {
      if (error instanceof ApiError && error.code === "MessageNotExist") return [];
      throw error;
    },
  );

export interface Subscription {
  Endpoint: string;
  FilterTag?: string;
  NotifyStrategy?: string;
  NotifyContentFormat?: string;
}

export interface TopicAttributes {
  MaximumMessageSize?: number;
}

export const topics = {
  list: async () => (await ask("GET", "/topics", { headers: ALL })).children.filter((one) => one.name === "Topic").map(facts),
  create: (name: string, attributes: TopicAttributes) => ask("PUT", of("topics", name), { body: document("Topic", { ...attributes }) }),
  change: (name: string, attributes: TopicAttributes) => ask("PUT", `${of("topics", name)}?metaoverride=true`, { body: document("Topic", { ...attributes }) }),
  remove: (name: string) => ask("DELETE", of("topics", name)),
  publish: (name: string, MessageBody: string, MessageTag?: string) => ask("POST", of("topics", name, "messages"), { body: document("Message", { MessageBody, MessageTag }) }),
  /** The list tells names only, so each is asked for. */
  subscriptions: async (name: string) => {
    const listed = (await ask("GET", of("topics", name, "subscriptions"), { headers: ALL })).children.filter((one) => one.name === "Subscription");
    return Promise.all(listed.map(async (one) => facts(await ask("GET", of("topics", name, "subscriptions", child(one, "SubscriptionURL").split("/").at(-1) ?? "")))));
  },
  subscribe: (topic: string, name: string, subscription: Subscription) => ask("PUT", of("topics", topic, "subscriptions", name), { body: document("Subscription", { ...subscription }) }),
  changeSubscription: (topic: string, name: string, NotifyStrategy: string) =>
    ask("PUT", `${of("topics", topic, "subscriptions", name)}?metaoverride=true`, { body: document("Subscription", { NotifyStrategy }) }),
  unsubscribe: (topic: string, name: string) => ask("DELETE", of("topics", topic, "subscriptions", name)),
};
