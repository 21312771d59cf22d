/** The few looks a state can have. Canvas, lists and time line share them. */
export type Look = "waiting" | "running" | "success" | "failed" | "skipped" | "paused";

export type StateWord =
  | "stateWaiting"
  | "stateRunning"
  | "stateSuccess"
  | "stateCompleted"
  | "stateFailed"
  | "stateSkipped"
  | "stateCancelled"
  | "statePaused"
  | "stateListing"
  | "stateActive"
  | "stateInactive"
  | "statePublished"
  | "stateUnpublished"
  | "stateInitiated"
  | "stateDeleted"
  | "stateNormal"
  | "stateDelivered"
  | "stateParked"
  | "stateDropped";

/** Every state word of the API -> how it looks and what it is called. */
const STATES: Record<string, [Look, StateWord]> = {
  init: ["waiting", "stateWaiting"],
  submitted: ["waiting", "stateWaiting"],
  queuing: ["waiting", "stateWaiting"],
  waiting: ["waiting", "stateWaiting"],
  running: ["running", "stateRunning"],
  transcoding: ["running", "stateRunning"],
  snapshoting: ["running", "stateRunning"],
  analyzing: ["running", "stateRunning"],
  analysing: ["running", "stateRunning"],
  success: ["success", "stateSuccess"],
  transcodesuccess: ["success", "stateSuccess"],
  completed: ["success", "stateCompleted"],
  fail: ["failed", "stateFailed"],
  transcodefail: ["failed", "stateFailed"],
  skipped: ["skipped", "stateSkipped"],
  cancelled: ["skipped", "stateCancelled"],
  transcodecancelled: ["skipped", "stateCancelled"],
  paused: ["paused", "statePaused"],
  listing: ["running", "stateListing"],
  active: ["success", "stateActive"],
  inactive: ["skipped", "stateInactive"],
  published: ["success", "statePublished"],
  unpublish: ["skipped", "stateUnpublished"],
  unpublished: ["skipped", "stateUnpublished"],
  initiated: ["waiting", "stateInitiated"],
  deleted: ["skipped", "stateDeleted"],
  normal: ["success", "stateNormal"],
  delivered: ["success", "stateDelivered"],
  parked: ["failed", "stateParked"],
  dropped: ["skipped", "stateDropped"],
};

export const look = (state: string | undefined): Look => STATES[(state ?? "").toLowerCase()]?.[0] ?? "waiting";
export const word = (state: string | undefined): StateWord | undefined => STATES[(state ?? "").toLowerCase()]?.[1];
