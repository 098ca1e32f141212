// What the messages of a conversation share.
import { createContext } from "svelte";
import type { MessageRow } from "../bindings/MessageRow";

export interface Log {
  /** The message whose buttons the keyboard reaches: one at a time, so that the way past many messages is short. */
  readonly active: string | null;
  /** Something can be sent in this conversation. */
  readonly canWrite: boolean;
  /** Goes to a message that is loaded. */
  jump(key: string): void;
  /** Opens what can be done with a message, beside the button that was pressed. */
  offer(row: MessageRow, button: HTMLElement): void;
  /** Watches whether the end of a message comes into sight. */
  watch(element: Element, key: string): () => void;
}

export const [getLog, setLog] = createContext<Log>();
