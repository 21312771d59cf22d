/** What somebody else saves while one edits: taken at once by who has changed nothing, else a conflict that the user decides. */
import { useEffect, useRef, useState } from "react";
import type { Catalogue, Workflow } from "@/api/types";
import { changes, isSame } from "../changes";
import { placed } from "../edit";
import { parseTopology, type Graph } from "../topology";
import { readLayout } from "./drafts";
import type { EditorState } from "./useEditor";
import { sameSettings, settingsOf, type Settings } from "./useSaving";

interface Mine {
  editor: Pick<EditorState, "drawing" | "open">;
  settings: Settings;
  setSettings: (settings: Settings) => void;
}

/** `first`: the revision from which the opened drawing began. */
export function useOthers(workflow: Workflow | undefined, first: number | undefined, catalogue: Catalogue, { editor, settings, setSettings }: Mine) {
  const [seen, setSeen] = useState(first);
  const began = useRef(workflow); // what the drawing began from
  const { drawing, open } = editor;
  const take = (theirs: Workflow) => {
    const graph = parseTopology(theirs.Topology ?? "");
    if (!isSame(changes(graph, drawing.graph))) open(placed(graph, catalogue, readLayout(theirs.MediaWorkflowId ?? "")));
    setSettings(settingsOf(theirs));
    setSeen(theirs.Revision);
  };
  const there = workflow?.Revision ?? 0;
  // eslint-disable-next-line react-hooks/exhaustive-deps -- looks after each render, on purpose: it compares values, and most renders change none
  useEffect(() => {
    if (there === seen) began.current = workflow;
    const old = began.current;
    if (!workflow || seen === undefined || there <= seen) return;
    if (says(workflow, drawing.graph, settings)) setSeen(there);
    else if (old && old.Revision === seen && says(old, drawing.graph, settings)) take(workflow);
  });
  return { seen, setSeen, conflict: seen !== undefined && there > seen, take };
}

/** Whether this is what is drawn here. */
function says(workflow: Workflow, graph: Graph, settings: Settings): boolean {
  return sameSettings(settingsOf(workflow), settings) && isSame(changes(parseTopology(workflow.Topology ?? ""), graph));
}
