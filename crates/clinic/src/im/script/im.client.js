/**
 * The messenger of a clinic server for the clinic's own pages. It needs nothing else.
 *
 *   <script src="https://clinic.example.org/sdk/im.client.js"></script>
 *
 *   const im = new ImClient({ clientType: "patient" });
 *   im.on("message", (message) => show(message));
 *   await im.login(userId, password);
 *   const messages = await im.open((await im.sessions())[0].id);
 *   await im.send("Good morning");
 *
 * Messages come in the order of their session, each once, also over lost connections. What people write is text: put
 * it into `textContent`, never into `innerHTML`. The script keeps nothing in the browser; the token is the page's to keep.
 */
(() => {
  "use strict";

  /**
   * @typedef {object} User
   * @property {string} user_id
   * @property {string} name
   * @property {"doctor" | "patient"} role
   *
   * @typedef {object} Message
   * @property {string} id
   * @property {string} session_id
   * @property {string} sender_id
   * @property {number} type 1 text, 2 image, 3 voice, 4 article or file, 5 card, 6 and 7 a topic's start and end, 12 video
   * @property {string} content the text itself, or one JSON object for the types that are not text
   * @property {string} client_message_id
   * @property {string} [reply_to]
   * @property {string} timestamp
   *
   * @typedef {object} Session
   * @property {string} id
   * @property {number} type
   * @property {string | null} name
   * @property {boolean} sticky
   * @property {number} unread_count
   * @property {Message | null} last_message
   * @property {{ participant_id: string, name: string, role: string, last_fetch_time: string }[]} participants
   *
   * @typedef {object} Attachment
   * @property {string} id
   * @property {"image" | "voice" | "video" | "file"} kind
   * @property {string} name
   * @property {number} size
   * @property {number} [width]
   * @property {number} [height]
   *
   * @typedef {object} Events
   * @property {Message} message a new message of the open session, also one's own
   * @property {number} badge unread messages over all sessions
   * @property {{ session_id: string, participant_id: string, last_fetch_time: string }} read
   * @property {{ session_id: string, participant_id: string }} typing
   * @property {object} topic
   * @property {"connecting" | "online" | "offline" | "signed_out"} state
   */

  const SOURCE = globalThis.document?.currentScript?.src;
  const PAGE = 50;
  const CATCH_UP = 200;
  /** Milliseconds between tries: doubled from the first to the last. */
  const FIRST_PAUSE = 500;
  const LAST_PAUSE = 30_000;
  /** Without a word on a socket for so long, the server is asked what was missed. */
  const DOUBT = 60_000;
  const KINDS = { image: 2, voice: 3, video: 12, file: 4 };

  /** The server has refused something. */
  class ImError extends Error {
    /**
     * @param {string} code of the server, for example `too_large`
     * @param {number} status of HTTP
     */
    constructor(code, status) {
      super(code);
      this.name = "ImError";
      this.code = code;
      this.status = status;
    }

    /** Trying again later may help. */
    get isRetryable() {
      return this.status === 429 || this.status >= 500;
    }
  }

  /** @param {number} tries so far */
  const pause = (tries, most = LAST_PAUSE) => {
    const longest = Math.min(FIRST_PAUSE * 2 ** Math.min(tries, 10), most);
    return longest / 2 + (Math.random() * longest) / 2;
  };

  /** The place of a message in its session, from 1. */
  const placeOf = (/** @type {{ id: string }} */ message) => Number(message.id.slice(message.id.lastIndexOf("-") + 1));

  /** Works on plain HTTP as well, where `randomUUID` is not there. */
  const randomId = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  class ImClient {
    #api;
    #clientType;
    #token = "";
    #state = "offline";
    #listeners = new Map();
    /** @type {WebSocket | null} */
    #socket = null;
    #tries = 0;
    #timer = 0;
    #heardAt = 0;
    /** The session that the socket looks at. */
    #looking = null;
    /** @type {string | null} */
    #open = null;
    /** The place of the newest message that the page has got. */
    #last = 0;
    /** One catching-up after the other. */
    #catchingUp = Promise.resolve();
    #sending = Promise.resolve();
    #closed = new AbortController();

    /**
     * @param {object} options
     * @param {"patient" | "doctor"} options.clientType
     * @param {string} [options.server] the server's address; without it, the one that the script came from
     */
    constructor({ clientType, server }) {
      const base = server ? new URL(server.endsWith("/") ? server : `${server}/`) : new URL("..", SOURCE);
      this.#api = new URL("api/v2/", base);
      this.#clientType = clientType;
    }

    /**
     * Hears of something from now on.
     * @template {keyof Events} Name
     * @param {Name} name
     * @param {(value: Events[Name]) => void} listener
     * @returns {() => void} ends it
     */
    on(name, listener) {
      const listeners = this.#listeners.get(name) ?? new Set();
      this.#listeners.set(name, listeners.add(listener));
      return () => listeners.delete(listener);
    }

    /** @returns {Events["state"]} */
    get state() {
      return this.#state;
    }

    /**
     * Signs in: a specialist's login and password, or a patient's id and the token of the link to a visit.
     * @param {string} userId
     * @param {string} password
     * @returns {Promise<User>}
     */
    async login(userId, password) {
      const { token, user } = await this.#call("POST", "users/login", { user_id: userId, password });
      this.use(token);
      return user;
    }

    /**
     * Goes on with a token that was given earlier, or by the clinic's own server.
     * @param {string} token
     */
    use(token) {
      this.close();
      this.#closed = new AbortController();
      this.#token = token;
      const { signal } = this.#closed;
      globalThis.addEventListener?.("online", () => this.#connect(), { signal });
      globalThis.document?.addEventListener("visibilitychange", () => this.#doubt(), { signal });
      const doubts = setInterval(() => this.#doubt(), DOUBT);
      signal.addEventListener("abort", () => clearInterval(doubts));
      this.#connect();
    }

    /** Signs out; the token is worth nothing afterwards. */
    async logout() {
      const ended = this.#call("POST", "users/logout");
      this.close();
      await ended;
      this.#token = "";
    }

    /** Ends the connection and whatever is under way. */
    close() {
      this.#closed.abort();
      clearTimeout(this.#timer);
      this.#socket?.close();
      this.#socket = null;
      this.#open = null;
      this.#become("offline");
    }

    /**
     * The sessions with messages: pinned ones first, then by the newest message.
     * @param {number} [page] from 1
     * @returns {Promise<Session[]>}
     */
    async sessions(page = 1) {
      return (await this.#call("GET", `sessions/recent?page=${page}`)).content;
    }

    /**
     * Unread messages over all sessions.
     * @returns {Promise<number>}
     */
    async unread() {
      return (await this.#call("GET", "sessions/unread_message_count")).count;
    }

    /**
     * Looks at a session from now on: `message` tells of what comes after these.
     * @param {string} session
     * @returns {Promise<Message[]>} the newest, oldest first
     */
    async open(session) {
      const messages = await this.#page(session, `page_size=${PAGE}`);
      this.#open = session;
      this.#last = messages.length > 0 ? placeOf(messages[messages.length - 1]) : 0;
      this.#look();
      return messages;
    }

    /**
     * Older messages of the open session.
     * @param {Message} message the oldest that the page has
     * @returns {Promise<Message[]>} oldest first; none at the beginning
     */
    before(message) {
      return this.#page(message.session_id, `before=${encodeURIComponent(message.id)}&page_size=${PAGE}`);
    }

    /**
     * Writes into the open session. It is tried until the server has it or refuses it, and is there once.
     * @param {string} text
     * @param {{ replyTo?: string }} [options]
     * @returns {Promise<Message>} as it is stored
     */
    send(text, { replyTo } = {}) {
      return this.#send(1, text, replyTo);
    }

    /**
     * Sends a file into the open session.
     * @param {File} file
     * @returns {Promise<Message>}
     */
    async sendFile(file) {
      const path = `sessions/${this.#session()}/attachments?name=${encodeURIComponent(file.name)}`;
      const stored = /** @type {Attachment} */ (await this.#call("POST", path, file));
      const { id, kind, name, size, width, height } = stored;
      const content = kind === "file" ? { title: name, file: id, size } : { file: id, width, height, size };
      return this.#send(KINDS[kind], JSON.stringify(content));
    }

    /**
     * A file of a message.
     * @param {string} id
     * @param {{ thumbnail?: boolean }} [options]
     * @returns {Promise<Blob>}
     */
    async file(id, { thumbnail = false } = {}) {
      const path = `attachments/${encodeURIComponent(id)}${thumbnail ? "/thumbnail" : ""}`;
      return (await this.#request("GET", path)).blob();
    }

    /** Everything in the open session has been read. */
    async read() {
      if (this.#state === "online") {
        this.#tell({ type: "read" });
      } else {
        await this.#call("GET", `sessions/${this.#session()}/messages/unread?page_size=1`);
      }
    }

    /** The user writes at this moment. */
    typing() {
      this.#tell({ type: "typing" });
    }

    #session() {
      if (this.#open === null) {
        throw new Error("no session is open");
      }
      return encodeURIComponent(this.#open);
    }

    /** One after the other, so that they arrive as they were written. */
    #send(type, content, replyTo) {
      const path = `sessions/${this.#session()}/messages`;
      const body = { type, content, client_message_id: randomId(), reply_to: replyTo };
      const { signal } = this.#closed;
      const sent = this.#sending.then(() => this.#persist(path, body, signal));
      this.#sending = sent.then(
        () => {},
        () => {},
      );
      return sent;
    }

    async #persist(path, body, signal) {
      for (let tries = 0; ; tries += 1) {
        signal.throwIfAborted();
        try {
          const message = await this.#call("POST", path, body, signal);
          this.#accept(message);
          return message;
        } catch (error) {
          // `fetch` throws a `TypeError` when the server was not reached, or perhaps was.
          const isLost = error instanceof ImError ? error.isRetryable : error instanceof TypeError;
          if (!isLost) {
            throw error;
          }
          await new Promise((resolve) => setTimeout(resolve, pause(tries, 5000)));
        }
      }
    }

    async #page(session, query) {
      const path = `sessions/${encodeURIComponent(session)}/messages?${query}`;
      return (await this.#call("GET", path)).content.reverse();
    }

    async #call(method, path, body, signal) {
      const response = await this.#request(method, path, body, signal);
      return response.status === 204 ? undefined : response.json();
    }

    async #request(method, path, body, signal) {
      const isFile = body instanceof Blob;
      /** @type {Record<string, string>} */
      const headers = this.#token ? { authorization: `Bearer ${this.#token}` } : {};
      if (body !== undefined) {
        headers["content-type"] = isFile ? "application/octet-stream" : "application/json";
      }
      const text = isFile || body === undefined ? body : JSON.stringify(body);
      const response = await fetch(new URL(path, this.#api), { method, headers, body: text, signal });
      if (response.ok) {
        return response;
      }
      const { error } = await response.json().catch(() => ({}));
      if (response.status === 401 && this.#token) {
        this.#signedOut();
      }
      throw new ImError(error?.code ?? "internal", response.status);
    }

    #signedOut() {
      this.close();
      this.#token = "";
      this.#become("signed_out");
    }

    #become(state) {
      if (this.#state !== state) {
        this.#state = state;
        this.#emit("state", state);
      }
    }

    #emit(name, value) {
      for (const listener of this.#listeners.get(name) ?? []) {
        try {
          listener(value);
        } catch (error) {
          // A page's mistake must not cost it the next message.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    }

    #connect() {
      clearTimeout(this.#timer);
      this.#socket?.close();
      const address = new URL("ws", this.#api);
      address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
      const socket = new WebSocket(address);
      this.#socket = socket;
      this.#become("connecting");
      socket.onopen = () => {
        const [token, session_id, client_type] = [this.#token, this.#open, this.#clientType];
        this.#looking = session_id;
        socket.send(JSON.stringify({ type: "login", token, session_id, client_type }));
      };
      socket.onmessage = ({ data }) => socket === this.#socket && this.#hear(JSON.parse(data));
      socket.onclose = () => socket === this.#socket && this.#lost();
    }

    #lost() {
      this.#socket = null;
      this.#become("offline");
      this.#timer = setTimeout(() => this.#connect(), pause(this.#tries));
      this.#tries += 1;
    }

    /** The socket looks at the open session, and nothing of it is missed. */
    #look() {
      if (this.#state !== "online") {
        return;
      }
      if (this.#looking === this.#open) {
        this.#catchUp();
      } else {
        // A badge is the answer: what comes after it is pushed.
        this.#looking = this.#open;
        this.#tell({ type: "look", session_id: this.#open });
      }
    }

    #tell(message) {
      if (this.#socket?.readyState === WebSocket.OPEN && this.#state === "online") {
        this.#socket.send(JSON.stringify(message));
      }
    }

    #hear(push) {
      this.#heardAt = Date.now();
      switch (push.type) {
        case "logged_in":
          this.#tries = 0;
          this.#become("online");
          // Another session may have been opened meanwhile.
          this.#look();
          break;
        case "message":
        case "stored":
          this.#accept(push.message);
          break;
        case "badge":
          this.#emit("badge", push.count);
          this.#catchUp();
          break;
        case "read":
        case "typing":
          this.#emit(push.type, push);
          break;
        case "topic":
          this.#emit("topic", push.topic);
          break;
        case "error":
          if (push.code === "unauthorized" || push.code === "forbidden") {
            this.#signedOut();
          }
          break;
      }
    }

    /** Places have no gaps: one that is missing is fetched before those after it are told. */
    #accept(message) {
      if (message.session_id !== this.#open || placeOf(message) <= this.#last) {
        return;
      }
      if (placeOf(message) === this.#last + 1) {
        this.#last += 1;
        this.#emit("message", message);
      } else {
        this.#catchUp();
      }
    }

    #catchUp() {
      // What fails now comes with the next message, or when the connection is there again.
      this.#catchingUp = this.#catchingUp.then(() => this.#fetchMissed()).catch(() => {});
    }

    async #fetchMissed() {
      const session = this.#open;
      for (let more = session !== null; more; ) {
        // There is no message 0 to come after.
        const from = this.#last > 0 ? `after=${session}-${this.#last}` : `before=${session}-${CATCH_UP + 1}`;
        const path = `sessions/${encodeURIComponent(session)}/messages?${from}&page_size=${CATCH_UP}`;
        const page = await this.#call("GET", path);
        if (this.#open !== session) {
          return;
        }
        for (const message of page.content.reverse()) {
          if (placeOf(message) === this.#last + 1) {
            this.#last += 1;
            this.#emit("message", message);
          }
        }
        more = page.content.length === CATCH_UP;
      }
    }

    /** A connection can be dead without anybody knowing, above all after a sleep. */
    #doubt() {
      if (globalThis.document?.visibilityState === "hidden") {
        return;
      }
      if (this.#state === "offline" && this.#token) {
        this.#connect();
      } else if (this.#state === "online" && Date.now() - this.#heardAt > DOUBT) {
        const last = this.#last;
        // A socket that has not told of a message is dead.
        const hasMissed = () => this.#last !== last && this.#connect();
        this.#fetchMissed().then(hasMissed, () => this.#connect());
      }
    }
  }

  globalThis.ImClient = ImClient;
  globalThis.ImError = ImError;
})();
