import {
  ApiOutlined,
  AppstoreOutlined,
  AuditOutlined,
  BlockOutlined,
  CloudUploadOutlined,
  DashboardOutlined,
  DatabaseOutlined,
  FileImageOutlined,
  FileSearchOutlined,
  FolderOpenOutlined,
  HistoryOutlined,
  InboxOutlined,
  InfoCircleOutlined,
  KeyOutlined,
  NodeIndexOutlined,
  PictureOutlined,
  PlayCircleOutlined,
  ReadOutlined,
  SafetyOutlined,
  SlidersOutlined,
  SwapOutlined,
  TrademarkOutlined,
  UnorderedListOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";

export type PageName =
  | "overview"
  | "mediaList"
  | "upload"
  | "workflows"
  | "runs"
  | "buckets"
  | "transcode"
  | "snapshot"
  | "info"
  | "censorJobs"
  | "fingerprintJobs"
  | "wordLists"
  | "logos"
  | "coverJobs"
  | "fingerprints"
  | "queues"
  | "messages"
  | "backfills"
  | "reviews"
  | "webhooks"
  | "templates"
  | "keys"
  | "about";

export interface Entry {
  name: PageName;
  to: string;
  icon: ReactNode;
}

/** The left menu, group by group; the search knows the same pages. */
export const MENU: { group?: "media" | "workflow" | "tasks" | "settings"; entries: Entry[] }[] = [
  { entries: [{ name: "overview", to: "/", icon: <DashboardOutlined /> }] },
  {
    group: "media",
    entries: [
      { name: "mediaList", to: "/media", icon: <AppstoreOutlined /> },
      { name: "upload", to: "/upload", icon: <CloudUploadOutlined /> },
    ],
  },
  {
    group: "workflow",
    entries: [
      { name: "workflows", to: "/workflows", icon: <NodeIndexOutlined /> },
      { name: "runs", to: "/runs", icon: <PlayCircleOutlined /> },
      { name: "reviews", to: "/reviews", icon: <AuditOutlined /> },
      { name: "backfills", to: "/backfills", icon: <HistoryOutlined /> },
      { name: "buckets", to: "/buckets", icon: <FolderOpenOutlined /> },
    ],
  },
  {
    group: "tasks",
    entries: [
      { name: "transcode", to: "/tasks/transcode", icon: <SwapOutlined /> },
      { name: "snapshot", to: "/tasks/snapshot", icon: <PictureOutlined /> },
      { name: "info", to: "/tasks/info", icon: <FileSearchOutlined /> },
      { name: "censorJobs", to: "/tasks/censor", icon: <SafetyOutlined /> },
      { name: "fingerprintJobs", to: "/tasks/fingerprint", icon: <BlockOutlined /> },
      { name: "coverJobs", to: "/tasks/cover", icon: <FileImageOutlined /> },
    ],
  },
  {
    group: "settings",
    entries: [
      { name: "queues", to: "/queues", icon: <UnorderedListOutlined /> },
      { name: "messages", to: "/messages", icon: <InboxOutlined /> },
      { name: "webhooks", to: "/webhooks", icon: <ApiOutlined /> },
      { name: "templates", to: "/templates", icon: <SlidersOutlined /> },
      { name: "fingerprints", to: "/fingerprints", icon: <DatabaseOutlined /> },
      { name: "wordLists", to: "/wordlists", icon: <ReadOutlined /> },
      { name: "logos", to: "/logos", icon: <TrademarkOutlined /> },
      { name: "keys", to: "/keys", icon: <KeyOutlined /> },
      { name: "about", to: "/about", icon: <InfoCircleOutlined /> },
    ],
  },
];

export const ENTRIES = MENU.flatMap((group) => group.entries);

/** The menu entry that a path belongs to: the longest one that it begins with. */
export const entryOf = (path: string): string =>
  ENTRIES.map((entry) => entry.to)
    .filter((to) => path === to || (to !== "/" && path.startsWith(`${to}/`)))
    .sort((a, b) => b.length - a.length)[0] ?? (path === "/" ? "/" : "");

