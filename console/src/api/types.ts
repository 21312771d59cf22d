import type { operations } from "./schema";

export type Action = keyof operations;

type Json<T> = T extends { content: { "application/json": infer Body } } ? Body : never;

/** What an operation is asked. */
export type In<A extends Action> = Json<NonNullable<operations[A]["requestBody"]>>;
/** What it answers. */
export type Out<A extends Action> = operations[A] extends { responses: { 200: infer Response } } ? Json<Response> : never;

export type Warning = Out<"ValidateTopology">["Warnings"][number];
export type Problem = Out<"ValidateTopology">["Problems"][number];
export type ExecutionRow = Out<"SearchMediaWorkflowExecutions">["Executions"][number];
export type Execution = NonNullable<Out<"DescribeExecution">["Execution"]>;
export type ActivityRow = Execution["Activities"][number];
export type PipelineLoad = Out<"DescribePipelineLoad">["Pipelines"][number];
export type Slot = PipelineLoad["Slots"][number];
export type Queued = PipelineLoad["Queue"][number];
export type Overview = Out<"GetOverview">;

export type FoundMedia = Out<"SearchMedia">["MediaList"]["Media"][number];
/** A media with what the Include flags add. */
export type Media = Out<"QueryMediaList">["MediaList"]["Media"][number];
export type Workflow = Out<"SearchMediaWorkflow">["MediaWorkflowList"]["MediaWorkflow"][number];
export type Pipeline = Out<"SearchPipeline">["PipelineList"]["Pipeline"][number];
export type Template = Out<"SearchTemplate">["TemplateList"]["Template"][number];
export type Bucket = Out<"ListAllMediaBucket">["MediaBucketList"]["MediaBucket"][number];

export interface Session {
  User: string;
  Account: string;
  Role: "administrator" | "operator" | "reviewer" | "viewer";
  Region: string;
  Regions: string[];
  Csrf: string;
  Version: string;
  /** Whether the server looks at pictures and sounds. */
  AI: boolean;
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
  /** start and end: one of each; scope: what follows belongs to it; join: it needs all that leads to it. */
  Role: "start" | "end" | "scope" | "work" | "join" | "job";
  /** The parameter with the rule by which it may stop its branch, "" for a gate without one, null for none. */
  Gate: string | null;
  /** The parameter that says when a person decides, "" for none. */
  Asks: string;
  Predecessors: string[];
  /** Speed of the queues that may be chosen for its jobs. */
  Speeds: string[];
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
  "x-widget"?: "pipeline" | "message-queue" | "message-topic" | "input-bucket" | "output-bucket" | "template" | "watermark-template" | "fingerprint-library" | "object-path" | "activity" | "base64" | "text" | "json";
  "x-activity"?: string;
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
