import { useQuery } from "@tanstack/react-query";
import { ApiError, session } from "@/api/client";
import { queries } from "@/api/query";
import type { Session } from "@/api/types";

const KEY = ["session"];

/** Who is signed in; null is nobody, undefined is not known yet. */
export function useSession() {
  return useQuery<Session | null>({
    queryKey: KEY,
    queryFn: () =>
      session.read().catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }),
    staleTime: Infinity,
    gcTime: Infinity,
  });
}

/** The session of a page that is only shown to somebody signed in. */
export function useMe(): Session {
  const { data } = useSession();
  if (!data) throw new Error("This page is only for somebody signed in.");
  return data;
}

/** A viewer reads, a reviewer decides too; everybody else may change things. */
export function useMayChange() {
  const { Role } = useMe();
  return Role === "administrator" || Role === "operator";
}

/** Whether this person may decide about what waits for a person. */
export const useMayDecide = () => useMe().Role !== "viewer";

export function setSession(now: Session | null) {
  // Answers of another account or region must not be seen again.
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] && queryKey[0] !== "catalogue" });
  queries.setQueryData(KEY, now);
}
