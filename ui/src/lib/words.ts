// Which message speaks for which code. The types make a code without words a compile error.
import type { CallPhase } from "./bindings/CallPhase";
import type { CheckState } from "./bindings/CheckState";
import type { DeviceProblem } from "./bindings/DeviceProblem";
import type { GapReason } from "./bindings/GapReason";
import type { MediaSwitch } from "./bindings/MediaSwitch";
import type { NoticeCode } from "./bindings/NoticeCode";
import type { PeerState } from "./bindings/PeerState";
import type { ProblemCode } from "./bindings/ProblemCode";
import type { ProcessingPart } from "./bindings/ProcessingPart";
import type { PersonRole } from "./bindings/PersonRole";
import type { ShareKind } from "./bindings/ShareKind";
import type { Status } from "./bindings/Status";
import type { VisitAction } from "./bindings/VisitAction";
import type { MessageId, Messages } from "./l10n/messages.gen";

/** Messages without arguments. */
export type PlainId = { [Id in MessageId]: Messages[Id] extends Record<string, never> ? Id : never }[MessageId];

export type Kebab<Name extends string> = Name extends `${infer Head}_${infer Tail}` ? `${Head}-${Kebab<Tail>}` : Name;

export function kebab<Name extends string>(name: Name): Kebab<Name> {
  return name.replaceAll("_", "-") as Kebab<Name>;
}

export const problemWords = (code: ProblemCode): PlainId => `problem-${code}`;
export const problemHint = (code: ProblemCode): PlainId => `problem-${code}-hint`;
export const noticeWords = (code: NoticeCode): PlainId => `notice-${code}`;
export const statusWords = (status: Status): PlainId => `status-${kebab(status)}`;
export const actionWords = (action: VisitAction): PlainId => `action-${action}`;
export const busyWords = (action: VisitAction): PlainId => `busy-${action}`;
export const phaseWords = (phase: CallPhase): PlainId => `call-phase-${kebab(phase)}`;
export const peerStateWords = (state: PeerState): PlainId => `peer-state-${state}`;
/** `browser`: the page is one of a browser, which has permissions of its own. */
export const deviceProblemWords = (device: MediaSwitch, problem: DeviceProblem, browser = false): PlainId =>
  browser && problem === "not_allowed" ? `device-${device}-not-allowed-browser` : `device-${device}-${kebab(problem)}`;
export const shareProblemWords = (problem: DeviceProblem): PlainId => `share-problem-${kebab(problem)}`;
export const shareKindWords = (kind: ShareKind): PlainId => `share-kind-${kebab(kind)}`;
export const processingWords = (part: ProcessingPart): PlainId => `processing-${kebab(part)}`;
export const readyWords = (state: CheckState): PlainId => `ready-${state}`;
export const gapWords = (reason: GapReason): PlainId => `gap-${reason}`;
const ROLES = { CLIENT: "role-client", SPECIALIST: "role-specialist", VISITOR: "role-visitor" } as const satisfies Record<PersonRole, MessageId>;
export const roleWords = (role: PersonRole) => ROLES[role];
