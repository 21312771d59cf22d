import { type keepPreviousData, useQuery } from "@tanstack/react-query";
import { call } from "@/api/client";

/** A signed address as this page can load it: the page's own server has every object, by whatever name it was reached. */
export function sameOrigin(url: string): string {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
}

/** Signed addresses of objects, by their canonical ones. They are good for hours, so they are kept for one. `meanwhile`: what to show until they come. */
export function useSigned(urls: (string | undefined)[], meanwhile?: typeof keepPreviousData) {
  const wanted = [...new Set(urls.filter((url): url is string => Boolean(url)))].sort();
  return useQuery({
    queryKey: ["SignURLs", wanted],
    queryFn: async ({ signal }) => {
      const answer = await call("SignURLs", { URLs: wanted }, signal);
      return new Map(answer.URLs.map(({ URL = "", SignedURL = "" }) => [URL, sameOrigin(SignedURL)]));
    },
    enabled: wanted.length > 0,
    staleTime: 3_600_000,
    placeholderData: meanwhile,
  });
}
