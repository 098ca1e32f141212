// The conversation of the visit: read and sent over REST, told of over a WebSocket (`/api/v2`).
import type { ChatStep } from "../bindings/ChatStep";
import type { ChatView } from "../bindings/ChatView";
import type { ConversationView } from "../bindings/ConversationView";
import type { MessageRow } from "../bindings/MessageRow";
import type { ProblemCode } from "../bindings/ProblemCode";
import type { Api } from "./api";
import { ChatLog, keyOf } from "./chat_log";
import { fileOf, KIND, type Attachment, type FromMessenger, type LoggedIn, type Page, type SessionConference, type WireMessage, type WireSession } from "./chat_wire";
import { Files, pickFile } from "./files";
import { Invitation } from "./invitation";
import { Line } from "./line";
import { Refused } from "./problem";
import type { Rights } from "./wire";

const PAGE = 50;
const TYPING_MS = 5000;
const FIRST_PAUSE_MS = 2000;
const LAST_PAUSE_MS = 60_000;
const KIND_OF = { image: KIND.image, voice: KIND.voice, video: KIND.video, file: KIND.article };

export interface ChatOptions {
  /** The page shows the conversation, where it is open. */
  isShown: () => boolean;
  /** The person is in a call, from which no card leads into another. */
  isInCall: () => boolean;
  /** Opens the conference of that access token, and goes in. */
  enter: (accessToken: string) => Promise<void>;
  changed: () => void;
}

export class Chat {
  readonly #isShown: () => boolean;
  readonly #isInCall: () => boolean;
  readonly #changed: () => void;
  readonly #invitation: Invitation;
  readonly #files: Files;
  readonly #log = new ChatLog();
  readonly #typing = new Map<string, number>();
  #api: Api;
  #line: Line | null = null;
  #me: LoggedIn | null = null;
  #session: WireSession | null = null;
  #online = false;
  #open = false;
  #more = false;
  #reply: string | null = null;
  #large: string | null = null;
  #playing: string | null = null;
  #problem: ProblemCode | null = null;
  /** The beginning that still counts. */
  #start: symbol | null = null;
  #starts = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The newest page was read once. */
  #begun = false;
  #fetch: "none" | "running" | "again" = "none";

  constructor(api: Api, { isShown, isInCall, enter, changed }: ChatOptions) {
    [this.#api, this.#isShown, this.#isInCall, this.#changed] = [api, isShown, isInCall, changed];
    this.#files = new Files(api, changed);
    this.#invitation = new Invitation({ ask: (name) => this.#wayIn(name), enter, changed });
  }

  /** The person is in another conference of the same people: the conversation goes on with its access token. */
  moveTo(api: Api): void {
    [this.#api, this.#open] = [api, false];
    void this.start();
  }

  /** What is asked again by itself, while it is before the eyes. */
  pulse(now: number): void {
    const isSeen = this.#open && this.#isShown() && !document.hidden;
    if (isSeen) this.#invitation.look(this.#log.newestCard, now);
  }

  /** Begins, or begins anew with a token of now. A server without a messenger has no chat. */
  async start(): Promise<void> {
    this.stop();
    const start = Symbol();
    this.#start = start;
    try {
      const me = await this.#logIn();
      const session = await this.#api.ask<WireSession>("home/v1/visit_chat", this.#api.token, { method: "POST" });
      if (this.#start === start) this.#listen(me, session);
    } catch (error) {
      if (this.#start === start && error instanceof Refused && error.isRetryable) this.#startLater();
    }
  }

  /** Hears nothing until it is started again; what waits to be sent goes on waiting. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#line?.close();
    [this.#line, this.#start, this.#online] = [null, null, false];
  }

  #startLater(): void {
    this.stop();
    this.#timer = setTimeout(() => void this.start(), pause(this.#starts++));
    this.#changed();
  }

  #listen(me: LoggedIn, session: WireSession): void {
    [this.#me, this.#session] = [me, session];
    const { token, user } = me;
    const session_id = session.id;
    this.#line = new Line(this.#api.socket("api/v2/ws"), {
      onOpen: () => this.#line?.say({ type: "login", token, session_id, client_type: user.role }),
      onText: (text) => this.#hear(JSON.parse(text) as FromMessenger),
      onLost: () => {
        this.#online = false;
        this.#changed();
      },
    });
    this.#changed();
  }

  /** The address of a picture's bytes. */
  attachment(id: string, size: "thumbnail" | "whole"): string {
    return this.#me === null ? "" : this.#files.picture(this.#me.token, id, size);
  }

  act(step: ChatStep): void {
    switch (step.kind) {
      case "open":
      case "open_visit":
        this.#open = true;
        this.#read();
        break;
      case "close":
      case "back":
        this.#open = false;
        break;
      case "send":
        void this.#send(KIND.text, step.text);
        break;
      case "resend":
        this.#log.fail(step.key, null);
        void this.#post(step.key);
        break;
      case "discard":
        this.#log.discard(step.key);
        break;
      case "reply":
        this.#reply = step.key;
        break;
      case "earlier":
        void this.#earlier();
        break;
      case "seen":
        this.#read();
        break;
      case "draft":
        if (step.text !== "") this.#line?.say({ type: "typing" });
        return;
      case "attach":
        void this.#attach();
        break;
      case "save":
        void this.#save(step.key);
        break;
      case "enlarge":
        this.#large = step.key;
        break;
      case "play":
        void this.#play(step.key);
        break;
      case "enter":
        void this.#enter(step.key, step.name);
        break;
      default:
        return;
    }
    this.#changed();
  }

  view(rights: Rights): ChatView | null {
    if (this.#session === null || this.#me === null || !rights.read) return null;
    return {
      unread: this.#open ? 0 : this.#log.unread(this.#me.user.user_id, this.#readUpTo(this.#me.user.user_id)),
      line: this.#online ? "online" : "reconnecting",
      waiting: this.#log.waiting.length,
      preview: false,
      kept: true,
      pane: this.#open ? { kind: "conversation", ...this.#conversation(this.#session, this.#me.user.user_id, rights.write) } : { kind: "closed" },
    };
  }

  close(): void {
    this.stop();
    this.#files.close();
  }

  #conversation(session: WireSession, me: string, canWrite: boolean): ConversationView {
    const others = session.participants.filter((each) => each.participant_id !== me);
    const now = performance.now();
    const replied = this.#reply === null ? null : this.#log.find(this.#reply);
    const read = others.map((each) => Date.parse(each.last_fetch_time));
    const rows = this.#log.rows(me, this.#nameOf, read.length === 0 ? 0 : Math.max(...read));
    return {
      id: session.id,
      title: others.map(({ name }) => name).join(", "),
      people: others.map(({ participant_id: id, name, role }) => ({ id, name, patient: role === "patient" })),
      group: others.length > 1,
      has_inbox: false,
      messages: rows.map((row) => this.#cardRow(this.#playingRow(row))),
      earlier: this.#more ? (this.#online ? "more" : "offline") : "start",
      later: false,
      first_unread: null,
      focus: null,
      typing: [...this.#typing].filter(([, until]) => until > now).map(([id]) => this.#nameOf(id)),
      topic: { open: null, answered: false, can_open: false, can_close: false },
      draft: "",
      reply: replied === null ? null : this.#log.quote(replied.id, this.#nameOf),
      recording: null,
      can_write: canWrite,
      can_record: false,
      visits: [],
      invite: null,
      large: this.#large,
      forward_to: [],
      problem: this.#problem ?? (canWrite ? null : "not-allowed"),
    };
  }

  #playingRow<Row extends { key: string; body: { kind: string } }>(row: Row): Row {
    const plays = row.key === this.#playing && row.body.kind === "voice";
    return plays ? { ...row, body: { ...row.body, playing_ms: this.#files.at } } : row;
  }

  /** Cards say what is known about their conference. */
  #cardRow(row: MessageRow): MessageRow {
    const [message, me] = [this.#log.find(row.key), this.#me?.user];
    if (message === null || me === undefined) return row;
    const name = me.role === "patient" ? this.#nameOf(me.user_id) : null;
    const body = this.#invitation.body(row.key, message, name, this.#isInCall());
    return body === null ? row : { ...row, body };
  }

  readonly #nameOf = (id: string): string => this.#session?.participants.find((each) => each.participant_id === id)?.name ?? "";

  #readUpTo(me: string): string {
    return this.#session?.participants.find((each) => each.participant_id === me)?.last_fetch_time ?? new Date(0).toISOString();
  }

  #hear(message: FromMessenger): void {
    switch (message.type) {
      case "badge":
        // From here on nothing of the session is missed; what was missed before is fetched now.
        [this.#online, this.#starts] = [true, 0];
        for (const { key, failed } of this.#log.waiting) if (failed === null) void this.#post(key);
        void this.#catchUp();
        break;
      case "error":
        // The login was refused: its token may be too old.
        if (!this.#online) this.#startLater();
        return;
      case "stored":
      case "message":
        this.#typing.delete(message.message.sender_id);
        this.#take([message.message]);
        break;
      case "read":
        for (const each of this.#session?.participants ?? []) {
          if (each.participant_id === message.participant_id) each.last_fetch_time = message.last_fetch_time;
        }
        break;
      case "typing":
        this.#typing.set(message.participant_id, performance.now() + TYPING_MS);
        setTimeout(() => this.#changed(), TYPING_MS + 50);
        break;
      default:
        return;
    }
    this.#changed();
  }

  #take(messages: WireMessage[]): void {
    if (this.#log.add(messages)) this.#read();
    if (this.#log.hasHole) void this.#catchUp();
  }

  /** Fetches what is missing, and asks again until it is here or the line is lost. */
  async #catchUp(): Promise<void> {
    const runs = this.#fetch !== "none";
    this.#fetch = "again";
    if (runs) return;
    for (let failed = 0; this.#online && this.#fetch === "again"; ) {
      this.#fetch = "running";
      const next = await this.#fetchNext();
      if (next === "failed") await new Promise((done) => setTimeout(done, pause(failed++)));
      if (next !== "done") this.#fetch = "again";
    }
    this.#fetch = "none";
  }

  async #fetchNext(): Promise<"done" | "more" | "failed"> {
    const from = this.#begun ? this.#log.end : null;
    const page = await this.#messages(from === null ? `page_size=${PAGE}` : `after=${from.id}&page_size=200`);
    if (page === null) return "failed";
    if (!this.#begun) [this.#begun, this.#more] = [true, page.more];
    const isNew = this.#log.add(page.content);
    if (isNew) this.#read();
    this.#changed();
    // A page that brings nothing would bring nothing again.
    return isNew && (this.#log.hasHole || (from !== null && page.more)) ? "more" : "done";
  }

  async #earlier(): Promise<void> {
    const { oldest } = this.#log;
    const page = oldest === null ? null : await this.#messages(`before=${oldest.id}&page_size=${PAGE}`);
    if (page === null) return;
    this.#more = page.more;
    this.#log.add(page.content);
    this.#changed();
  }

  async #messages(query: string): Promise<Page | null> {
    if (this.#session === null || this.#me === null) return null;
    return this.#api.ask<Page>(`api/v2/sessions/${this.#session.id}/messages?${query}`, this.#me.token).catch(() => null);
  }

  /** What is shown has been seen; what came since then has not. */
  #read(): void {
    const { newest } = this.#log;
    if (newest !== null && this.#open && this.#isShown() && document.visibilityState === "visible") this.#line?.say({ type: "read", up_to: newest.id });
  }

  async #send(kind: number, content: string): Promise<void> {
    const replied = this.#reply === null ? null : this.#log.find(this.#reply);
    const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.#log.wait({ key, kind, content, reply: replied?.id ?? null, at: new Date().toISOString(), failed: null });
    this.#reply = null;
    this.#changed();
    await this.#post(key);
  }

  /** A message that cannot be sent now waits for the line; the same key gives the same message again. */
  async #post(key: string): Promise<void> {
    const message = this.#log.waiting.find((each) => each.key === key);
    if (message === undefined || this.#session === null || this.#me === null) return;
    const { kind, content, reply } = message;
    const body = JSON.stringify({ type: kind, content, client_message_id: key, ...(reply !== null && { reply_to: reply }) });
    try {
      const path = `api/v2/sessions/${this.#session.id}/messages`;
      const stored = await this.#api.ask<WireMessage>(path, this.#me.token, { method: "POST", body, headers: { "content-type": "application/json" } });
      this.#take([stored]);
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused("server-failed");
      if (!refused.isRetryable || this.#online) this.#log.fail(key, refused.code);
    }
    this.#changed();
  }

  async #enter(key: string, name: string | null): Promise<void> {
    const message = this.#log.find(key);
    const isNamed = name !== null || this.#me?.user.role !== "patient";
    if (message !== null && isNamed && !this.#isInCall()) await this.#invitation.enter(key, message, name);
  }

  /** One's own way into the conference of the session's people. */
  async #wayIn(name: string | null): Promise<SessionConference> {
    try {
      return await this.#askWayIn(name);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== "unauthorized") throw error;
      // The messenger's own token is too old; that of the visit gives another.
      this.#me = await this.#logIn();
      return this.#askWayIn(name);
    }
  }

  #logIn(): Promise<LoggedIn> {
    return this.#api.ask<LoggedIn>("home/v1/messenger", this.#api.token, { method: "POST" });
  }

  async #askWayIn(name: string | null): Promise<SessionConference> {
    if (this.#session === null || this.#me === null) throw new Refused("unreachable");
    const path = `api/v2/sessions/${this.#session.id}/conference`;
    if (name === null) return this.#api.ask<SessionConference>(path, this.#me.token);
    const init = { method: "POST", body: JSON.stringify({ name }), headers: { "content-type": "application/json" } };
    return this.#api.ask<SessionConference>(path, this.#me.token, init);
  }

  async #attach(): Promise<void> {
    const file = await pickFile();
    if (file === null || this.#session === null || this.#me === null) return;
    this.#problem = null;
    try {
      const path = `api/v2/sessions/${this.#session.id}/attachments?name=${encodeURIComponent(file.name)}`;
      const init = { method: "POST", body: file, signal: AbortSignal.timeout(300_000) };
      const stored = await this.#api.ask<Attachment>(path, this.#me.token, init);
      const { id, kind, name, size, width, height } = stored;
      const content = kind === "file" ? { title: name, file: id, size } : { file: id, size, ...(width && height && { width, height }) };
      await this.#send(KIND_OF[kind], JSON.stringify(content));
    } catch (error) {
      const code = error instanceof Refused ? error.code : "server-failed";
      this.#problem = code === "message-too-long" ? "file-too-large" : code === "message-refused" ? "file-refused" : code;
      this.#changed();
    }
  }

  async #save(key: string): Promise<void> {
    const message = this.#log.find(key);
    if (message === null || this.#me === null) return;
    const saved = await this.#files.save(this.#me.token, fileOf(message));
    this.#problem = saved ? null : "file-not-saved";
    this.#changed();
  }

  async #play(key: string | null): Promise<void> {
    this.#files.stop();
    this.#playing = key;
    const message = key === null ? null : this.#log.find(key);
    const file = message === null ? undefined : fileOf(message).file;
    if (message === null || file === undefined || this.#me === null) return this.#changed();
    const ended = () => {
      if (this.#playing === keyOf(message)) this.#playing = null;
      this.#changed();
    };
    if (!(await this.#files.play(this.#me.token, file, ended))) {
      [this.#playing, this.#problem] = [null, "cannot-play"];
    }
    this.#changed();
  }
}

function pause(tries: number): number {
  return Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries, 8));
}
