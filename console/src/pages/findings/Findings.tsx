import { lazy, Suspense, type ComponentType } from "react";
import { useCatalogue } from "@/api/query";
import type { ActivityRow } from "@/api/types";
import { kindOf } from "@/flow/catalogue";
import type { FindingProps } from "./finding";

/** What is shown of an activity beyond outputs and facts, by its type; each is loaded where there is one. */
const VIEWS: Readonly<Record<string, ComponentType<FindingProps>>> = {
  Censor: lazy(() => import("./Review")),
  FpShot: lazy(() => import("./Matches")),
  Cover: lazy(() => import("./Covers")),
};

/** What an activity that looks at a film has found in it. */
export function Findings({ activity, mediaId }: { activity: ActivityRow; mediaId: string | undefined }) {
  const catalogue = useCatalogue().data;
  const View = VIEWS[(catalogue && kindOf(catalogue, activity.Type ?? "")?.Type) ?? ""];
  const isMade = activity.State === "Success" || activity.State === "Waiting";
  if (!View || !isMade || !activity.JobId) return null;
  return (
    <Suspense fallback={null}>
      <View jobId={activity.JobId} mediaId={mediaId} />
    </Suspense>
  );
}
