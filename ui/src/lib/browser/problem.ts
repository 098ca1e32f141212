// From what a server answers to codes that have words; the same as crates/app/src/problem.rs.
import type { ProblemCode } from "../bindings/ProblemCode";
import type { RoomError } from "./wire";

/** Something was refused or could not be asked. */
export class Refused extends Error {
  readonly code: ProblemCode;
  /** The code of the server, where it has given one. */
  readonly status: string;

  constructor(code: ProblemCode, status = "") {
    super(code);
    this.code = code;
    this.status = status;
  }

  /** Trying again later may help. */
  get isRetryable(): boolean {
    return ["unreachable", "timeout", "server-failed", "too-many-attempts"].includes(this.code);
  }

  /** The link leads nowhere, and will not. */
  get isGone(): boolean {
    return this.code === "unknown-link" || this.code === "expired-link";
  }
}

/** Whatever was thrown, as something that has words. */
export function asRefused(error: unknown): Refused {
  return error instanceof Refused ? error : new Refused("bad-answer");
}

const OF_MEDME: Record<string, ProblemCode> = {
  ACCESS_TOKEN_NOT_FOUND: "unknown-link",
  EXPECT_ACCESS_TOKEN: "unknown-link",
  USER_SHOULD_BE_IN_CONFERENCE: "unknown-link",
  EXPIRED_TOKEN: "expired-link",
  OTP_EXPECT: "otp-expected",
  OTP_WRONG_CODE: "otp-wrong",
  CONFERENCE_IS_NOT_READY_FOR_START: "not-ready",
  SPECIALIST_SHOULD_BE_JOINED: "not-ready",
  CONFERENCE_WRONG_SPECIALIST: "not-allowed",
  CONFERENCE_WRONG_CLIENT: "not-allowed",
  RESTORE_FAST_TIMED_OUT: "restore-too-late",
  UNKNOWN_ERROR: "server-failed",
  CONFERENCE_CANNOT_JOIN: "not-possible-now",
  CLIENT_ALREADY_JOINED: "not-possible-now",
  CLIENT_SHOULD_BE_JOINED: "not-possible-now",
  CONFERENCE_CANNOT_BE_STARTED: "not-possible-now",
  CONFERENCE_CANNOT_BE_CANCELLED: "not-possible-now",
  CONFERENCE_CANNOT_BE_FINISHED: "not-possible-now",
  CONFERENCE_CANNOT_BE_OPENED_FOR_JOIN: "not-possible-now",
  CONFERENCE_WRONG_STATUS_CHANGE: "not-possible-now",
};

const OF_MESSENGER: Record<string, ProblemCode> = {
  bad_request: "message-refused",
  kind_not_allowed: "message-refused",
  unauthorized: "sign-in-again",
  forbidden: "conversation-gone",
  not_found: "conversation-gone",
  conflict: "not-possible-now",
  topic_ended: "topic-ended",
  too_large: "message-too-long",
  wrong_media: "file-refused",
  too_many: "too-many-attempts",
  internal: "server-failed",
};

/** What an answer that is no success means. */
export function ofAnswer(http: number, body: unknown): Refused {
  const answer = body as { status?: unknown; error?: { code?: unknown } | string } | null;
  if (typeof answer?.status === "string") {
    return new Refused(OF_MEDME[answer.status] ?? (http === 429 ? "too-many-attempts" : "bad-answer"), answer.status);
  }
  const code = typeof answer?.error === "object" ? answer.error?.code : answer?.error;
  if (typeof code === "string" && code in OF_MESSENGER) return new Refused(OF_MESSENGER[code]!, code);
  if (http === 429) return new Refused("too-many-attempts");
  return new Refused(http >= 500 ? "server-failed" : "bad-answer");
}

/** What a room that closed means. */
export function ofRoom(code: RoomError): ProblemCode {
  if (code === "full") return "room-full";
  if (code === "replaced") return "replaced";
  return code === "not_allowed" ? "not-allowed" : "room-refused";
}
