// What the mock answers in the chat: the panes, and what one's own steps change in them.
import type { ChatPane } from "../bindings/ChatPane";
import type { ChatStep } from "../bindings/ChatStep";
import type { ChatView } from "../bindings/ChatView";
import type { ConversationView } from "../bindings/ConversationView";
import type { InboxView } from "../bindings/InboxView";
import type { MessageBody } from "../bindings/MessageBody";
import type { MessageRow } from "../bindings/MessageRow";
import type { PeopleView } from "../bindings/PeopleView";
import type { Quote } from "../bindings/Quote";

/** What is there to be opened. */
export interface ChatShelf {
  inbox: InboxView;
  people: PeopleView;
  conversation: ConversationView;
  /** What comes before a history, the oldest first. */
  older: MessageRow[];
}

/** So many messages come at once. */
const PAGE = 40;

export function answerInChat(chat: ChatView, step: ChatStep, shelf: ChatShelf): ChatView {
  const { pane } = chat;
  if (step.kind === "set_preview") return { ...chat, preview: step.on };
  const next = opened(step, shelf) ?? (pane.kind === "inbox" ? inInbox(pane, step, shelf) : pane.kind === "conversation" ? inConversation(pane, step, shelf) : null);
  return next === null ? chat : { ...chat, pane: next };
}

function opened(step: ChatStep, shelf: ChatShelf): ChatPane | null {
  switch (step.kind) {
    case "open":
    case "back":
      return { kind: "inbox", ...shelf.inbox };
    case "close":
      return { kind: "closed" };
    case "open_visit":
      return { kind: "conversation", ...shelf.conversation };
    case "open_conversation": {
      const title = shelf.inbox.rows.find((row) => row.id === step.id)?.title ?? shelf.conversation.title;
      return { kind: "conversation", ...shelf.conversation, id: step.id, title };
    }
    case "open_found":
      return { kind: "conversation", ...shelf.conversation, id: step.id, focus: step.key, first_unread: null };
    case "find_people": {
      const rows = shelf.people.rows.filter((person) => has(person.name, step.text));
      return { kind: "people", ...shelf.people, query: step.text, rows };
    }
    case "begin":
      return { kind: "conversation", ...shelf.conversation, id: "begun", messages: [], earlier: "start", title: step.name ?? shelf.conversation.title };
    default:
      return null;
  }
}

function inInbox(inbox: InboxView, step: ChatStep, shelf: ChatShelf): ChatPane | null {
  switch (step.kind) {
    case "filter": {
      const fits = { all: () => true, patients: (patient: boolean) => patient, colleagues: (patient: boolean) => !patient }[step.filter];
      return { kind: "inbox", ...inbox, filter: step.filter, rows: shelf.inbox.rows.filter((row) => fits(row.with_patient)) };
    }
    case "search": {
      const found = step.text === "" ? [] : shelf.inbox.found.filter((row) => has(row.text, step.text));
      return { kind: "inbox", ...inbox, query: step.text, found };
    }
    case "pin":
      return { kind: "inbox", ...inbox, rows: inbox.rows.map((row) => (row.id === step.id ? { ...row, pinned: step.on } : row)) };
    default:
      return null;
  }
}

/** What comes from elsewhere into the conversation that is open, parsed anew like every view. */
export interface FromElsewhere {
  /** A message of somebody else. */
  row?: MessageRow;
  /** What else changes. */
  change?: Partial<ConversationView>;
}

export function arrived(chat: ChatView, { row, change }: FromElsewhere): ChatView {
  const { pane } = structuredClone(chat);
  if (pane.kind !== "conversation") return chat;
  const messages = row === undefined ? pane.messages : [...pane.messages, row];
  return { ...chat, pane: { ...pane, messages, ...change } };
}

function inConversation(view: ConversationView, step: ChatStep, shelf: ChatShelf): ChatPane | null {
  const change = (given: Partial<ConversationView>): ChatPane => ({ kind: "conversation", ...view, ...given });
  const rows = (key: string, given: (row: MessageRow) => MessageRow) => view.messages.map((row) => (row.key === key ? given(row) : row));
  switch (step.kind) {
    case "send":
      return change({ messages: [...view.messages, written(view, { kind: "text", text: step.text })], reply: null });
    case "send_card": {
      const title = view.visits.find((visit) => visit.id === step.id)?.title ?? "";
      return change({ messages: [...view.messages, written(view, { kind: "card", title, can_open: true })] });
    }
    case "invite": {
      const card: MessageBody = { kind: "invitation", title: step.title, state: "open", name: null, problem: null };
      return change({ messages: [...view.messages, written(view, card)], invite: { kind: "ready" } });
    }
    case "drop_invite":
      return change({ invite: { kind: "ready" } });
    case "enter":
      return change({
        messages: rows(step.key, (row) => (row.body.kind === "invitation" ? { ...row, body: { ...row.body, state: "entering" } } : row)),
      });
    case "reply":
      return change({ reply: step.key === null ? null : quoteOf(view, step.key) });
    case "earlier": {
      const there = shelf.older.findIndex((row) => row.key === view.messages[0]?.key);
      const end = there < 0 ? shelf.older.length : there;
      const page = shelf.older.slice(Math.max(0, end - PAGE), end);
      return change({ messages: [...page, ...view.messages], earlier: end <= PAGE ? "start" : "more" });
    }
    case "resend":
      return change({ messages: rows(step.key, (row) => ({ ...row, state: { kind: "sending", percent: null } })) });
    case "discard":
      return change({ messages: view.messages.filter((row) => row.key !== step.key) });
    case "enlarge":
      return change({ large: step.key });
    case "record":
      return change({ recording: { seconds: 0, level: 20, most_seconds: 300 } });
    case "end_recording":
      return change({ recording: null });
    case "play": {
      const playing = (row: MessageRow): MessageRow =>
        row.body.kind === "voice" ? { ...row, body: { ...row.body, playing_ms: row.key === step.key ? 0 : null } } : row;
      return change({ messages: view.messages.map(playing) });
    }
    case "open_topic":
      return change({ topic: { open: step.name, answered: false, can_open: false, can_close: true } });
    case "close_topic":
      return change({ topic: { open: null, answered: false, can_open: true, can_close: false } });
    default:
      return null;
  }
}

function written(view: ConversationView, body: MessageBody): MessageRow {
  return {
    key: `mine-${view.messages.length}`,
    mine: true,
    sender: "",
    at: new Date().toISOString(),
    body,
    reply: view.reply,
    forwarded: false,
    state: { kind: "stored" },
  };
}

function quoteOf(view: ConversationView, key: string): Quote | null {
  const row = view.messages.find((each) => each.key === key);
  if (row === undefined) return null;
  const { body } = row;
  if (body.kind === "text") return { key, sender: row.sender, kind: "text", text: body.text.slice(0, 120) };
  const kind = body.kind === "system" || body.kind === "article" ? "file" : body.kind;
  return { key, sender: row.sender, kind, text: "name" in body ? (body.name ?? "") : "" };
}

function has(text: string, query: string): boolean {
  return text.toLocaleLowerCase().includes(query.trim().toLocaleLowerCase());
}
