import { useNavigate, useRouterState } from "@tanstack/react-router";
import type { Search } from "@/app/router";

/** The filters of a list, kept in the address so that a view can be shared and the back button works. */
export function useFilters(): [Search, (patch: Record<string, string | undefined>, push?: boolean) => void] {
  const search = useRouterState({ select: (state) => state.location.search as Search });
  const navigate = useNavigate();
  return [
    search,
    (patch, push = false) => {
      const next = Object.fromEntries(Object.entries({ ...search, ...patch }).filter(([, value]) => value)) as Search;
      void navigate({ to: ".", search: next, replace: !push });
    },
  ];
}
