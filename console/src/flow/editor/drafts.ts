/** What the browser keeps for the editor: unsaved drafts and where activities stand. Storage that is full or forbidden costs only that comfort. */
import type { Layout } from "../layout";

export interface Draft {
  topology: string;
  layout: Layout;
  name: string;
  triggerMode: string;
  reuse?: string; // drafts of earlier versions have none
  /** The server's revision that the draft began from. */
  revision: number | undefined;
  time: number;
}

const draftKey = (id: string) => `reelmill.draft.${id}`;
const layoutKey = (id: string) => `reelmill.layout.${id}`;

function read<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

function write(key: string, value: unknown) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // a full store: the drawing itself is not in danger, saving still works
  }
}

export const readDraft = (id: string) => read<Draft>(draftKey(id));
export const keepDraft = (id: string, draft: Draft) => write(draftKey(id), draft);
export const dropDraft = (id: string) => localStorage.removeItem(draftKey(id));
export const readLayout = (id: string): Layout => read<Layout>(layoutKey(id)) ?? {};
export const keepLayout = (id: string, layout: Layout) => write(layoutKey(id), layout);
