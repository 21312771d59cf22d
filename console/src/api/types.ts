import type * as interim from "./interim";

export type Action = keyof interim.operations;
/** What an operation is asked. */
export type In<A extends Action> = interim.operations[A]["in"];
/** What it answers. */
export type Out<A extends Action> = interim.operations[A]["out"];

export type { ActivityRow, Execution, ExecutionRow, Overview, PipelineLoad, Problem, Queued, Slot } from "./interim";

type Item<L> = L extends (infer I)[] ? I : never;
export type Media = Item<NonNullable<NonNullable<Out<"QueryMediaList">["MediaList"]>["Media"]>>;
export type Workflow = Item<NonNullable<NonNullable<Out<"SearchMediaWorkflow">["MediaWorkflowList"]>["MediaWorkflow"]>>;
export type Pipeline = Item<NonNullable<NonNullable<Out<"SearchPipeline">["PipelineList"]>["Pipeline"]>>;
export type Template = Item<NonNullable<NonNullable<Out<"SearchTemplate">["TemplateList"]>["Template"]>>;
export type Bucket = Item<NonNullable<NonNullable<Out<"ListAllMediaBucket">["MediaBucketList"]>["MediaBucket"]>>;

export interface Session {
  User: string;
  Account: string;
  Role: "administrator" | "operator" | "viewer";
  Region: string;
  Regions: string[];
  Csrf: string;
  Version: string;
}

export interface Bilingual {
  en: string;
  zh: string;
}

export interface CatalogueNode {
  Type: string;
  Aliases: string[];
  Label: Bilingual;
  Help: Bilingual;
  Stage: "prepare" | "make" | "check" | "package" | "publish";
  Predecessors: string[];
  Schema: Schema;
}

export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  enum?: (string | number | boolean | null)[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  items?: Schema;
  "x-zh"?: { title?: string; description?: string };
  "x-widget"?: "pipeline" | "input-bucket" | "output-bucket" | "template" | "object-path" | "text" | "json";
  "x-unit"?: string;
  "x-advanced"?: boolean;
  "x-json-string"?: boolean;
}

export interface CataloguePreset {
  Id: string;
  Label: Bilingual;
  Help: Bilingual;
  Topology: Record<string, unknown>;
}

export interface Catalogue {
  Nodes: CatalogueNode[];
  Presets: CataloguePreset[];
}
