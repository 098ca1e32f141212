// Whoever has a link and no application: owns all state, and publishes one whole view at every change, as the application
// does. What the person does becomes an action; what the server tells becomes the next view.
import type { Action } from "../bindings/Action";
import type { AppView } from "../bindings/AppView";
import type { Locale } from "../bindings/Locale";
import type { NoticeCode } from "../bindings/NoticeCode";
import type { OtpView } from "../bindings/OtpView";
import type { ProblemCode } from "../bindings/ProblemCode";
import type { Stage } from "../bindings/Stage";
import type { VisitAction } from "../bindings/VisitAction";
import type { Unsubscribe } from "../backend/types";
import { Api } from "./api";
import { Chat } from "./chat";
import { Devices } from "./devices";
import { Line } from "./line";
import { asRefused, type Refused } from "./problem";
import { Streams } from "./streams";
import { Visit } from "./visit";

const PULSE_MS = 250;
const OTP_DIGITS = 6;

export interface GuestOptions {
  /** The server's address, with a slash at its end. */
  server: URL;
  accessToken: string;
  locale: Locale;
  /** Another conference was opened in this page. */
  onMoved: (accessToken: string) => void;
  /** The guest has left, or cannot come in. */
  onLeft: () => void;
}

type State =
  | { kind: "opening" }
  | { kind: "otp"; busy: OtpView["busy"]; sent: boolean; problem: ProblemCode | null }
  | { kind: "visit"; visit: Visit }
  | { kind: "problem"; code: ProblemCode; canRetry: boolean };

export class Guest {
  readonly streams = new Streams();
  readonly #options: GuestOptions;
  readonly #devices: Devices;
  readonly #listeners = new Set<(view: AppView) => void>();
  #api: Api;
  #state: State = { kind: "opening" };
  #chat: Chat | null = null;
  #news: Line | null = null;
  #locale: Locale;
  #notice: NoticeCode | null = null;
  #revision = 0;
  #published = false;

  constructor(options: GuestOptions) {
    this.#options = options;
    this.#locale = options.locale;
    this.#api = new Api(options.server, options.accessToken);
    this.#devices = new Devices(() => this.#publish());
    setInterval(() => this.#pulse(), PULSE_MS);
    // Whoever closes the page leaves at once, and does not hang on in the others' windows.
    addEventListener("pagehide", () => this.#visit?.closeRoom());
    addEventListener("pageshow", (event) => event.persisted && location.reload());
    void this.#open();
  }

  onView(callback: (view: AppView) => void): Unsubscribe {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  }

  attachment(id: string, size: "thumbnail" | "whole"): string {
    return this.#chat?.attachment(id, size) ?? "";
  }

  view(): AppView {
    const visit = this.#visit;
    return {
      revision: ++this.#revision,
      locale: this.#locale,
      vertical: "medicine",
      stage: this.#stage(),
      notice: this.#notice,
      devices: this.#devices.view(),
      chat: visit !== null && this.#showsChat ? (this.#chat?.view(visit.rights) ?? null) : null,
      knocks: visit?.knocks() ?? [],
      check: visit?.check() ?? null,
      calls: null,
      ringing: [],
      held: null,
    };
  }

  act(action: Action): void {
    switch (action.kind) {
      case "set_locale":
        this.#locale = action.locale;
        break;
      case "dismiss_notice":
        this.#notice = null;
        break;
      case "retry":
        void this.#retry();
        break;
      case "go_home":
        return location.reload();
      case "open_link":
        return follow(action.link);
      case "send_otp":
        void this.#sendOtp();
        break;
      case "verify_otp":
        void this.#verifyOtp(action.code);
        break;
      case "visit":
        void this.#step(action.action);
        break;
      case "chat":
        this.#chat?.act(action.step);
        break;
      case "refresh_devices":
        return this.#devices.refresh();
      case "set_processing":
        this.#devices.process(action.part, action.on);
        this.#visit?.deviceChosen("microphone");
        break;
      case "choose_device":
        this.#devices.choose(action.device, action.id);
        this.#visit?.deviceChosen(action.device);
        break;
      default:
        this.#visit?.act(action);
    }
    this.#publish();
  }

  get #visit(): Visit | null {
    return this.#state.kind === "visit" ? this.#state.visit : null;
  }

  get #showsChat(): boolean {
    return this.#visit !== null && !this.#visit.isOutside && !this.#visit.isTaken && this.#visit.rights.read;
  }

  #stage(): Stage {
    const state = this.#state;
    switch (state.kind) {
      case "opening":
        return { kind: "opening" };
      case "otp":
        return { kind: "otp", digits: OTP_DIGITS, busy: state.busy, sent: state.sent, problem: state.problem, has_home: false };
      case "visit":
        // Of the visit nothing is shown to whoever has somebody else's link.
        if (state.visit.isTaken) return { kind: "problem", code: "link-in-use", can_retry: true, has_home: false };
        return { kind: "visit", ...state.visit.view(this.#locale) };
      case "problem":
        return { kind: "problem", code: state.code, can_retry: state.canRetry, has_home: false };
    }
  }

  async #retry(): Promise<void> {
    if (this.#visit !== null) return this.#visit.again();
    this.#state = { kind: "opening" };
    this.#publish();
    await this.#open();
  }

  async #open(): Promise<void> {
    try {
      const visit = await this.#visitOf(this.#api);
      this.#state = { kind: "visit", visit };
      this.#listen(visit);
      this.#chat ??= this.#newChat();
      void this.#chat.start();
      visit.arrive();
    } catch (error) {
      this.#fail(asRefused(error));
    }
    this.#publish();
  }

  #visitOf(api: Api): Promise<Visit> {
    return Visit.open({
      api,
      devices: this.#devices,
      streams: this.streams,
      onGone: (refused) => this.#fail(refused),
      onLeft: this.#options.onLeft,
      onNotice: (notice) => (this.#notice = notice),
      changed: () => this.#publish(),
    });
  }

  #newChat(): Chat {
    return new Chat(this.#api, {
      isShown: () => this.#showsChat,
      isInCall: () => this.#visit?.isInCall === true,
      enter: (accessToken) => this.#moveTo(accessToken),
      changed: () => this.#publish(),
    });
  }

  /** Goes into another conference, by the person's own hand; the visit stays as it is where that cannot be opened. */
  async #moveTo(accessToken: string): Promise<void> {
    const api = new Api(this.#options.server, accessToken);
    const before = this.#visit;
    const visit = await this.#visitOf(api).catch((error: unknown) => {
      const refused = asRefused(error);
      // Its password is asked for where that of a link is.
      if (refused.code !== "otp-expected") throw refused;
      return refused;
    });
    // Whoever has gone elsewhere meanwhile is not taken into the call.
    if (before === null || before !== this.#visit || before.isInCall) return visit instanceof Visit ? visit.close() : undefined;
    before.close();
    this.#news?.close();
    this.#api = api;
    this.#options.onMoved(accessToken);
    this.#chat?.moveTo(api);
    if (!(visit instanceof Visit)) return this.#fail(visit);
    this.#state = { kind: "visit", visit };
    this.#listen(visit);
    this.#publish();
    await visit.join();
  }

  /** Every piece of news is a reason to read, and none is read by itself. */
  #listen(visit: Visit): void {
    this.#news?.close();
    this.#news = new Line(this.#api.socket("meets/v1/ws"), {
      onOpen: () => {
        this.#news?.say({ path: "handshake", at: this.#api.token });
        visit.online(true);
      },
      onText: () => void visit.read(),
      onLost: () => visit.online(false),
    });
  }

  #fail(refused: Refused): void {
    this.#visit?.close();
    this.#news?.close();
    this.#chat?.stop();
    if (refused.code === "otp-expected") {
      this.#state = { kind: "otp", busy: null, sent: false, problem: null };
      void this.#sendOtp();
    } else {
      this.#state = { kind: "problem", code: refused.code, canRetry: !refused.isGone };
    }
    this.#publish();
  }

  async #sendOtp(): Promise<void> {
    await this.#otp("sending", async (otp) => {
      await this.#api.otpSend();
      otp.sent = true;
    });
  }

  async #verifyOtp(typed: string): Promise<void> {
    await this.#otp("verifying", async () => {
      await this.#api.otpVerify(typed.replace(/\D/g, ""));
      await this.#retry();
    });
  }

  async #otp(busy: OtpView["busy"], step: (otp: Extract<State, { kind: "otp" }>) => Promise<void>): Promise<void> {
    const otp = this.#state;
    if (otp.kind !== "otp" || otp.busy !== null) return;
    [otp.busy, otp.problem] = [busy, null];
    this.#publish();
    try {
      await step(otp);
    } catch (error) {
      const refused = asRefused(error);
      if (refused.isGone) return this.#fail(refused);
      otp.problem = busy === "sending" && !refused.isRetryable ? "otp-not-sent" : refused.code;
      otp.sent ||= refused.code === "too-many-attempts";
    }
    otp.busy = null;
    this.#publish();
  }

  async #step(action: VisitAction): Promise<void> {
    await this.#visit?.step(action);
    this.#publish();
  }

  /** What moves by itself: levels and clocks. */
  #pulse(): void {
    if (this.#visit?.pulse() === true) this.#publish();
    this.#chat?.pulse(performance.now());
  }

  /** One view for everything that happens at once. */
  #publish(): void {
    if (this.#published) return;
    this.#published = true;
    queueMicrotask(() => {
      this.#published = false;
      if (this.#listeners.size === 0) return;
      const view = this.view();
      this.#listeners.forEach((tell) => tell(view));
    });
  }
}

/** Another link leads to its own page, or to the application. */
function follow(link: string): void {
  const url = URL.canParse(link) ? new URL(link) : null;
  if (url !== null && ["https:", "http:", "consilium:"].includes(url.protocol)) location.assign(url);
}
