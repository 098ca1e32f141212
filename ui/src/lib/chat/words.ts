// Which words stand for what in the chat. The types make a value without words a compile error.
import type { LastKind } from "../bindings/LastKind";
import type { MessageState } from "../bindings/MessageState";
import type { IconName } from "../../components/Icon.svelte";
import type { PlainId } from "../words";

type Kind = Exclude<LastKind, "text">;

const KINDS: Record<Kind, { words: PlainId; icon: IconName }> = {
  image: { words: "chat-kind-image", icon: "image" },
  voice: { words: "chat-kind-voice", icon: "mic" },
  video: { words: "chat-kind-video", icon: "camera" },
  file: { words: "chat-kind-file", icon: "file" },
  card: { words: "chat-kind-card", icon: "calendar" },
  invitation: { words: "chat-kind-invitation", icon: "camera" },
  topic_started: { words: "chat-kind-topic-started", icon: "topic" },
  topic_ended: { words: "chat-kind-topic-ended", icon: "topic" },
  unknown: { words: "chat-kind-unknown", icon: "info" },
};

/** What a message is that is not, or not only, words. */
export function kindOf(kind: LastKind): { words: PlainId; icon: IconName } | null {
  return kind === "text" ? null : KINDS[kind];
}

const STATES: Record<MessageState["kind"], { words: PlainId; icon: IconName }> = {
  waiting: { words: "chat-state-waiting", icon: "clock" },
  sending: { words: "chat-state-sending", icon: "send" },
  stored: { words: "chat-state-stored", icon: "check" },
  read: { words: "chat-state-read", icon: "checks" },
  failed: { words: "chat-state-failed", icon: "warning" },
};

/** How far a message has come. */
export function stateOf(kind: MessageState["kind"]): { words: PlainId; icon: IconName } {
  return STATES[kind];
}
