// The conference to which the people of the conversation are invited: whether it still goes on, and going in. The same as
// crates/app/src/chat/core/invitation.rs.
import type { InvitationState } from "../bindings/InvitationState";
import type { MessageBody } from "../bindings/MessageBody";
import type { ProblemCode } from "../bindings/ProblemCode";
import { cardOf, placeOf, type InvitationCard, type SessionConference, type WireMessage } from "./chat_wire";
import { asRefused, type Refused } from "./problem";

/** So often it is asked whether a conference still goes on, while its card is before the eyes; and one that is over. */
const AGAIN_MS = 10_000;
const SELDOM_MS = 60_000;
/** crates/wire/src/im.rs */
const MAX_NAME = 200;

type Standing = { kind: "unknown" | "unreached" | "over" } | { kind: "on"; visit: string | null };
type Entering = { kind: "not" } | { kind: "asked"; key: string } | { kind: "failed"; key: string; problem: ProblemCode };

export interface InvitationOptions {
  /** The way in as it is now; under that name, where one is given. */
  ask: (name: string | null) => Promise<SessionConference>;
  /** Opens the conference, and goes in. */
  enter: (accessToken: string) => Promise<void>;
  changed: () => void;
}

export class Invitation {
  readonly #options: InvitationOptions;
  #standing: Standing = { kind: "unknown" };
  #entering: Entering = { kind: "not" };
  #asking = false;
  #due = 0;
  /** The place of the newest card when it was last asked. */
  #askedAt = 0;

  constructor(options: InvitationOptions) {
    this.#options = options;
  }

  /** What a card says; `null` of every other message. `name` is the one to begin with, where one is asked for. */
  body(key: string, message: WireMessage, name: string | null, inCall: boolean): MessageBody | null {
    const card = cardOf(message);
    if (card === null) return null;
    const failed = this.#entering.kind === "failed" && this.#entering.key === key ? this.#entering.problem : null;
    return { kind: "invitation", title: card.title, name, state: this.#state(key, card, inCall), problem: failed };
  }

  /** A card is before the eyes: asks whether its conference goes on, when that is due. */
  look(newest: WireMessage | null, now: number): void {
    if (newest === null || this.#asking || this.#entering.kind === "asked") return;
    if (placeOf(newest) <= this.#askedAt && now < this.#due) return;
    this.#askedAt = placeOf(newest);
    void this.#ask();
  }

  /** Goes in by a card. */
  async enter(key: string, message: WireMessage, name: string | null): Promise<void> {
    const card = cardOf(message);
    if (card === null || this.#entering.kind === "asked" || this.#isOver(card) || !isName(name)) return;
    this.#entering = { kind: "asked", key };
    this.#options.changed();
    this.#entering = await this.#goIn(key, card, name);
    this.#options.changed();
  }

  async #goIn(key: string, card: InvitationCard, name: string | null): Promise<Entering> {
    try {
      const way = await this.#options.ask(name);
      this.#learned({ kind: "on", visit: way.visit ?? null });
      if (!this.#isOver(card)) await this.#options.enter(way.access_token);
    } catch (error) {
      const refused = asRefused(error);
      if (!isOverNow(refused)) return { kind: "failed", key, problem: refused.code };
      this.#learned({ kind: "over" });
    }
    return { kind: "not" };
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    try {
      const way = await this.#options.ask(null);
      this.#learned({ kind: "on", visit: way.visit ?? null });
    } catch (error) {
      const known = this.#standing.kind === "unknown" ? { kind: "unreached" as const } : this.#standing;
      this.#learned(isOverNow(asRefused(error)) ? { kind: "over" } : known);
    }
    this.#asking = false;
    this.#options.changed();
  }

  #learned(standing: Standing): void {
    this.#standing = standing;
    this.#due = performance.now() + (standing.kind === "over" ? SELDOM_MS : AGAIN_MS);
  }

  #state(key: string, card: InvitationCard, inCall: boolean): InvitationState {
    if (this.#isOver(card)) return "over";
    if (this.#entering.kind === "asked" && this.#entering.key === key) return "entering";
    if (inCall) return "in_call";
    // Where it is not known, pressing tells.
    return this.#standing.kind === "unknown" ? "checking" : "open";
  }

  /** The card of an older server names no conference, and opens the one that goes on. */
  #isOver(card: InvitationCard): boolean {
    const standing = this.#standing;
    if (standing.kind !== "on") return standing.kind === "over";
    return standing.visit !== null && card.conference !== null && standing.visit !== card.conference;
  }
}

const isOverNow = (refused: Refused): boolean => refused.status === "not_found";

function isName(name: string | null): boolean {
  return name === null || (name.trim() !== "" && [...name].length <= MAX_NAME && !/\p{Cc}/u.test(name));
}
