// What goes over the wire, as crates/wire/src/{medme,room} have it: the fields that the guest page needs.
import type { GapReason } from "../bindings/GapReason";
import type { MediaState } from "../bindings/MediaState";
import type { PersonRole } from "../bindings/PersonRole";
import type { Role } from "../bindings/Role";
import type { Status } from "../bindings/Status";

/** How the ids of those begin who were brought in by a link for one person: crates/wire/src/home/calls.rs. */
const VISITOR = "guest:";
export const personRole = (role: Role, id: string): PersonRole => (role === "CLIENT" && id.startsWith(VISITOR) ? "VISITOR" : role);

/** `GET /meets/v1/info`. */
export interface Info {
  role: Role;
  user_id: string;
  conference_info: ConferenceInfo;
  /** An end is not taken back. */
  ended_for_good?: boolean;
  /** Somebody has called: it has no planned length. */
  call?: boolean;
}

export interface WirePerson {
  id: string;
  name: string;
  surname: string;
  middleName?: string | null;
  profession?: string;
  required?: boolean;
}

export interface ConferenceInfo {
  appointmentId: string;
  isOpen?: boolean;
  organizationInfo: { title: string };
  filialInfo: { title: string; timezone: string };
  openingDurationSeconds: number;
  scheduledDurationSeconds: number;
  scheduledStart: string;
  services: { name: { lang: string; text: string }[] }[];
  clients: WirePerson[];
  specialists: WirePerson[];
  startedAt?: string | null;
  finishedAt?: string | null;
  status: Status;
  joinedClients: WirePerson[];
  joinedSpecialists: WirePerson[];
  cancelledByExternal?: boolean;
}

/** `POST /meets/v1/durations`. */
export interface Durations {
  now: string;
  scheduledDurationSeconds: number;
  netDurationSeconds: number;
  dirtyDurationSeconds: number;
  realDurationSeconds: number;
  bothPresentSeconds?: number | null;
  gaps?: { from: string; to?: string | null; reason: GapReason }[] | null;
}

export interface Rights {
  audio: boolean;
  video: boolean;
  screen: boolean;
  hear: boolean;
  see: boolean;
  see_screen: boolean;
  write: boolean;
  read: boolean;
  send_files: boolean;
  receive_files: boolean;
  admit: boolean;
}

/** A missing right is a right, but for that to admit: servers before them had no such limits. */
export const GUEST_RIGHTS: Rights = {
  audio: true,
  video: true,
  screen: true,
  hear: true,
  see: true,
  see_screen: true,
  write: true,
  read: true,
  send_files: true,
  receive_files: true,
  admit: false,
};

export interface RoomPeer {
  id: string;
  /** Who it is in every call of the server. */
  user?: string;
  name: string;
  role: Role;
  media?: Partial<MediaState>;
  away?: boolean;
  rights?: Partial<Rights>;
}

export type Content = "camera" | "screen";

/** What two peers tell each other; unknown ones are ignored. */
export interface Signal {
  description?: { kind: "offer" | "answer"; sdp: string };
  candidate?: { candidate: string; sdp_mid?: string | null; sdp_m_line_index?: number | null };
  wish?: { height: number; content?: Content };
  commit?: { hash: string };
  reveal?: { nonce: string };
}

export type RoomError =
  | "bad_message"
  | "too_large"
  | "too_fast"
  | "bad_token"
  | "not_joined"
  | "full"
  | "replaced"
  | "ended"
  | "unknown_peer"
  | "not_allowed";

/** What the check of a device or of the line has found. */
export type Check = "good" | "poor" | "missing" | "busy" | "forbidden" | "failed" | "unknown";

export interface Readiness {
  camera: Check;
  microphone: Check;
  network: Check;
}

export interface Waits {
  seconds?: number;
  ready?: Partial<Readiness>;
  away?: boolean;
}

export interface Welcome {
  type: "welcome";
  you: string;
  resume: string;
  resumed?: boolean;
  peers: RoomPeer[];
  ice_servers: RTCIceServer[];
  rights?: Partial<Rights>;
  policy: { max_participants: number; max_with_video?: number; relay_only?: boolean; phone?: string | null };
  status: Status;
}

export type FromRoom =
  | Welcome
  | { type: "lobby"; you: string; ice_servers?: RTCIceServer[] }
  | { type: "waiting"; position: number; estimate_seconds?: number | null }
  | { type: "rung" }
  | { type: "note"; text: string }
  | { type: "knocking"; peer: RoomPeer; waits?: Waits }
  | { type: "knock_over"; peer: string }
  | { type: "denied"; reason?: string | null }
  | { type: "peer_joined"; peer: RoomPeer }
  | { type: "peer_left" | "peer_away" | "peer_back"; peer: string }
  | ({ type: "signal"; from: string } & Signal)
  | ({ type: "media"; from: string } & Partial<MediaState>)
  | { type: "asked"; from: string; ask: string }
  | { type: "status"; status: Status }
  | { type: "error"; code: RoomError; fatal?: boolean };

export type ToRoom =
  | { type: "hello"; protocol: 1; token: string; resume?: string }
  | { type: "knock"; ready: Readiness }
  | { type: "step_away"; on: boolean }
  | { type: "ring" | "admit"; peer: string }
  | { type: "note"; peer: string; text: string }
  | { type: "deny"; peer: string; reason: string | null }
  | ({ type: "signal"; to: string } & Signal)
  | ({ type: "media" } & MediaState)
  | { type: "ask"; ask: "more_time" }
  | { type: "bye" };

/** Nothing is sent. */
export const SILENT: MediaState = { mic: false, camera: false, screen: false, hold: false };
