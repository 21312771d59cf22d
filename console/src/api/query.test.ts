import { QueryObserver } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { changed, operationKey, queries } from "./query";

it("asks again when something changed while the first answer was on its way", async () => {
  const answers: ((told: string) => void)[] = [];
  const observer = new QueryObserver(queries, {
    queryKey: operationKey("SearchPipeline", {}),
    queryFn: () => new Promise<string>((resolve) => answers.push(resolve)),
  });
  const stop = observer.subscribe(() => undefined);
  changed(["pipelines"]);
  answers[0]?.("old");
  await expect.poll(() => answers.length).toBe(2);
  answers[1]?.("new");
  await expect.poll(() => observer.getCurrentResult().data).toBe("new");
  stop();
});
