import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { NotFound, PageFailed } from "@/ui/Failures";
import { readSearch, textSearch, writeSearch } from "@/ui/search";
import { Root } from "./Root";

const root = createRootRoute({ component: Root, notFoundComponent: NotFound, errorComponent: PageFailed });

const pages = {
  "/": lazyRouteComponent(() => import("@/pages/overview/Overview")),
  "/media": lazyRouteComponent(() => import("@/pages/media/MediaList")),
  "/media/$mediaId": lazyRouteComponent(() => import("@/pages/media/MediaPage")),
  "/upload": lazyRouteComponent(() => import("@/pages/upload/Upload")),
  "/workflows": lazyRouteComponent(() => import("@/pages/workflows/WorkflowList")),
  "/workflows/$workflowId": lazyRouteComponent(() => import("@/pages/workflows/WorkflowPage")),
  "/reviews": lazyRouteComponent(() => import("@/pages/reviews/ReviewList")),
  "/reviews/$runId/$activity": lazyRouteComponent(() => import("@/pages/reviews/ReviewPage")),
  "/runs": lazyRouteComponent(() => import("@/pages/runs/RunList")),
  "/runs/$runId": lazyRouteComponent(() => import("@/pages/runs/RunPage")),
  "/backfills": lazyRouteComponent(() => import("@/pages/backfills/Backfills")),
  "/buckets": lazyRouteComponent(() => import("@/pages/buckets/Buckets")),
  "/buckets/$bucket": lazyRouteComponent(() => import("@/pages/buckets/BucketObjects")),
  "/tasks/$kind": lazyRouteComponent(() => import("@/pages/tasks/Tasks")),
  "/fingerprints": lazyRouteComponent(() => import("@/pages/fingerprints/Libraries")),
  "/fingerprints/$libraryId": lazyRouteComponent(() => import("@/pages/fingerprints/Library")),
  "/wordlists": lazyRouteComponent(() => import("@/pages/wordlists/WordLists")),
  "/logos": lazyRouteComponent(() => import("@/pages/logos/Logos")),
  "/queues": lazyRouteComponent(() => import("@/pages/queues/Queues")),
  "/messages": lazyRouteComponent(() => import("@/pages/messages/Messages")),
  "/webhooks": lazyRouteComponent(() => import("@/pages/webhooks/Webhooks")),
  "/templates": lazyRouteComponent(() => import("@/pages/templates/TemplateList")),
  "/templates/$templateId": lazyRouteComponent(() => import("@/pages/templates/TemplatePage")),
  "/keys": lazyRouteComponent(() => import("@/pages/settings/Keys")),
  "/about": lazyRouteComponent(() => import("@/pages/settings/About")),
} as const;

const page = <P extends keyof typeof pages>(path: P) => createRoute({ getParentRoute: () => root, path, component: pages[path], validateSearch: textSearch });

const tree = root.addChildren([
  page("/"),
  page("/media"),
  page("/media/$mediaId"),
  page("/upload"),
  page("/workflows"),
  page("/workflows/$workflowId"),
  page("/reviews"),
  page("/reviews/$runId/$activity"),
  page("/runs"),
  page("/runs/$runId"),
  page("/backfills"),
  page("/buckets"),
  page("/buckets/$bucket"),
  page("/tasks/$kind"),
  page("/fingerprints"),
  page("/fingerprints/$libraryId"),
  page("/wordlists"),
  page("/logos"),
  page("/queues"),
  page("/messages"),
  page("/webhooks"),
  page("/templates"),
  page("/templates/$templateId"),
  page("/keys"),
  page("/about"),
]);

export const router = createRouter({
  routeTree: tree,
  basepath: "/-/console",
  defaultPreload: "intent",
  scrollRestoration: true,
  parseSearch: readSearch,
  stringifySearch: writeSearch,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
