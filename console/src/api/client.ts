import type { Action, Catalogue, In, Out, Session } from "./types";

/** A refusal by the server, or the lack of an answer. `problems` holds one line per field when the caller can mend several. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId = "",
    readonly problems: { Path?: string; Field?: string; Code?: string; Message?: string }[] = [],
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** Where the server keeps everything that is not the MPS protocol. */
export const ROOT = "/-";

let csrf = "";
let signedOut: () => void = () => undefined;

export const csrfToken = () => csrf;
/** Tells the client what to do when the session has ended. */
export const onSignedOut = (then: () => void) => {
  signedOut = then;
};

/** Whether a refusal means that there is no session. A request without any cookie looks to the server like a program that forgot to sign. */
const isSignedOut = (error: ApiError) => error.status === 401 || error.code === "MissingAccessKeyId";

interface Answer {
  Code?: string;
  Message?: string;
  RequestId?: string;
  Problems?: { Path?: string; Code?: string; Message?: string }[];
}

/** One request with the session cookie; the answer's JSON, or an ApiError that says who can do what about it. */
export async function request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal, more: Record<string, string> = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", ...more };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET" && csrf) headers["X-ReelMill-Csrf"] = csrf;
  let response: Response;
  try {
    response = await fetch(ROOT + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal, credentials: "same-origin" });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "NoAnswer", "The server does not answer. Is it running, and are you connected to it?");
  }
  const text = await response.text();
  const answer = readJson(text);
  if (response.ok) return answer as T;
  const { Code = `Http${response.status}`, Message = response.statusText || "The server refused.", RequestId = "", Problems = [] } = (answer ?? {}) as Answer;
  const refusal = new ApiError(response.status, Code, Message, RequestId, Problems);
  if (isSignedOut(refusal) && path !== "/session") signedOut();
  throw refusal;
}

function readJson(text: string): unknown {
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return null;
  }
}

/** An MPS operation, or one of our own. */
export const call = <A extends Action>(action: A, body: In<A>, signal?: AbortSignal) => request<Out<A>>("POST", `/rpc/${action}`, body, signal);

export const catalogue = (signal?: AbortSignal) => request<Catalogue>("GET", "/catalogue", undefined, signal);

const remember = (session: Session) => {
  csrf = session.Csrf;
  return session;
};

export type Credentials = { AccessKeyId: string; AccessKeySecret: string } | { User: string; Password: string };

/** Asks whether the session still stands; tells the page when it does not. */
export const checkSession = () =>
  session.read().catch((error: unknown) => {
    if (error instanceof ApiError && isSignedOut(error)) signedOut();
    throw error;
  });

export const session = {
  read: () => request<Session>("GET", "/session").then(remember),
  signIn: (credentials: Credentials) => request<Session>("POST", "/session", credentials).then(remember),
  chooseRegion: (Region: string) => request<Session>("PUT", "/session", { Region }).then(remember),
  signOut: () => request<unknown>("DELETE", "/session").finally(() => (csrf = "")),
};
