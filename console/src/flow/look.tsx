/** Icon and colour of each node type: the only thing that the page knows about a type by itself. Unknown types get a plain one. */
import {
  ApartmentOutlined,
  AppstoreOutlined,
  AudioOutlined,
  CloudUploadOutlined,
  FieldTimeOutlined,
  FileSearchOutlined,
  FontSizeOutlined,
  FundOutlined,
  InboxOutlined,
  OrderedListOutlined,
  PictureOutlined,
  PlaySquareOutlined,
  SafetyCertificateOutlined,
  ScanOutlined,
  StarOutlined,
  VideoCameraOutlined,
} from "@ant-design/icons";
import type { ComponentType } from "react";

type Hue = "indigo" | "blue" | "teal" | "violet" | "rose" | "amber" | "slate" | "green";

const LOOKS: Readonly<Record<string, readonly [ComponentType, Hue]>> = {
  Start: [InboxOutlined, "slate"],
  Transcode: [VideoCameraOutlined, "indigo"],
  Snapshot: [PictureOutlined, "teal"],
  Cover: [StarOutlined, "teal"],
  Analysis: [FundOutlined, "blue"],
  MediaInfo: [FileSearchOutlined, "blue"],
  Censor: [SafetyCertificateOutlined, "rose"],
  FpShot: [ScanOutlined, "rose"],
  PackageConfig: [ApartmentOutlined, "amber"],
  VideoGroup: [PlaySquareOutlined, "amber"],
  AudioGroup: [AudioOutlined, "amber"],
  SubtitleGroup: [FontSizeOutlined, "amber"],
  GenerateMasterPlayList: [OrderedListOutlined, "amber"],
  Summary: [FieldTimeOutlined, "violet"],
  Report: [CloudUploadOutlined, "green"],
};

export function TypeIcon({ type, plain = false }: { type: string; plain?: boolean }) {
  const [Icon, hue] = LOOKS[type] ?? ([AppstoreOutlined, "slate"] as const);
  return (
    <span aria-hidden className={plain ? "flow-hue" : "flow-icon"} data-hue={hue}>
      <Icon />
    </span>
  );
}
