// What the messenger says, as crates/wire/src/im has it: the fields that the visit's conversation needs.

/** What a message is (`MessageKind`). */
export const KIND = { system: 0, text: 1, image: 2, voice: 3, article: 4, jump: 5, forwardedText: 8, forwardedImage: 9, closing: 10, video: 12 } as const;

export interface WireMessage {
  id: string;
  session_id: string;
  sender_id: string;
  type: number;
  content: string;
  client_message_id?: string;
  reply_to?: string | null;
  timestamp: string;
}

export interface WireSession {
  id: string;
  participants: { participant_id: string; name: string; role: "doctor" | "patient"; last_fetch_time: string }[];
  unread_count: number;
}

export interface LoggedIn {
  token: string;
  user: { user_id: string; role: "doctor" | "patient" };
}

export interface Page {
  content: WireMessage[];
  more: boolean;
}

export interface Attachment {
  id: string;
  kind: "image" | "voice" | "video" | "file";
  name: string;
  size: number;
  width?: number | null;
  height?: number | null;
}

/** The asker's own way into the conference of a session: `/api/v2/sessions/:id/conference`. */
export interface SessionConference {
  access_token: string;
  /** Which one it is; older servers do not say it. */
  visit?: string | null;
}

/** A card that invites to the conference of its session. */
export interface InvitationCard {
  title: string;
  conference: string | null;
}

export type FromMessenger =
  | { type: "logged_in" }
  | { type: "stored" | "message"; message: WireMessage }
  | { type: "badge"; count: number }
  | { type: "read"; session_id: string; participant_id: string; last_fetch_time: string }
  | { type: "typing"; session_id: string; participant_id: string }
  | { type: "error"; code: string };

/** The place of a message in its session, from 1. */
export const placeOf = ({ id }: WireMessage): number => Number(id.slice(id.lastIndexOf("-") + 1));

/** The content of a message that carries a file. */
export interface FileContent {
  file?: string;
  title?: string;
  url?: string;
  size?: number;
  width?: number;
  height?: number;
  seconds?: number;
}

export function fileOf(message: WireMessage): FileContent {
  try {
    return JSON.parse(message.content) as FileContent;
  } catch {
    return {};
  }
}

/** Reads the card of a conference; `null` of other messages, and of cards that lead elsewhere. */
export function cardOf(message: WireMessage): InvitationCard | null {
  if (message.type !== KIND.jump) return null;
  const { title, appointment_id, conference } = jumpOf(message);
  const invites = typeof title === "string" && appointment_id === `chat:${message.session_id}`;
  return invites ? { title, conference: typeof conference === "string" ? conference : null } : null;
}

function jumpOf(message: WireMessage): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(message.content);
    return typeof content === "object" && content !== null ? (content as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
