import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Search } from "./search";

/** The filters of a list, kept in the address so that a view can be shared and the back button works. */
export function useFilters(): [Search, (patch: Record<string, string | undefined>, push?: boolean) => void] {
  const search = useRouterState({ select: (state) => state.location.search as Search });
  const navigate = useNavigate();
  const set = useCallback(
    (patch: Record<string, string | undefined>, push = false) => {
      const changed = (old: Record<string, string | undefined>) => Object.fromEntries(Object.entries({ ...old, ...patch }).flatMap(([key, value]) => (value ? [[key, value]] : [])));
      void navigate({ to: ".", search: changed, replace: !push });
    },
    [navigate],
  );
  return [search, set];
}
