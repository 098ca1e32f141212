// The safety words of one peer: the exchange of crates/call/src/core/safety.rs, which says why it is as it is. Both ends know
// three numbers in the end, and nobody between them can choose them.
import type { Signal } from "./wire";

/** So often numbers are drawn for one peer. Honest ones need one, or two after a restart. */
const MAX_ATTEMPTS = 8;
const [COMMIT, WORDS] = ["consilium safety commit 1", "consilium safety words 1"];

export type Words = [number, number, number];

/** The certificates of a transport, SHA-256 in hex, as its handshake has proved them. */
export interface Ends {
  own: string;
  peer: string;
}

/** The own number of an attempt, and what it is bound to. */
interface Bound {
  ends: Ends;
  nonce: string;
  /** The leader's hash that the follower answers. */
  answered: string | null;
  hash: string;
}

type Stage = { kind: "idle" } | { kind: "bound"; own: Bound } | { kind: "agreed"; own: Bound; theirs: string; words: Words } | { kind: "spent" };

/** The exchange with one peer. Its steps have to come one after the other: wait for each. */
export class Safety {
  readonly #leads: boolean;
  readonly #say: (signal: Signal) => void;
  #ends: Ends | null = null;
  #attempts = 0;
  #commit: string | null = null;
  #nonce: string | null = null;
  #stage: Stage = { kind: "idle" };

  /** Of two sides one leads: the one with the smaller seat. */
  constructor(leads: boolean, say: (signal: Signal) => void) {
    [this.#leads, this.#say] = [leads, say];
  }

  /** What both know; null until then. */
  get words(): Words | null {
    return this.#stage.kind === "agreed" && this.#fits(this.#stage.own) ? this.#stage.words : null;
  }

  /** The transport is replaced; who is at the other end of the next one is not known. */
  lost(): void {
    this.#ends = null;
  }

  /** The transport is encrypted between these ends. */
  async secured(ends: Ends): Promise<void> {
    this.#ends = ends;
    const own = this.#own();
    if (this.#stage.kind === "spent") return;
    if (own !== null && this.#fits(own)) return this.repeat();
    await this.#begin();
  }

  /** The peer may have missed something. */
  repeat(): void {
    const own = this.#own();
    if (own !== null && this.#leads) this.#say({ commit: { hash: own.hash } });
  }

  async hear({ commit, reveal }: Signal): Promise<void> {
    if (commit !== undefined && /^[0-9a-f]{64}$/.test(commit.hash)) {
      this.#commit = commit.hash;
      await this.#bindsItself();
    }
    if (reveal !== undefined && /^[0-9a-f]{32}$/.test(reveal.nonce)) {
      this.#nonce = reveal.nonce;
      await (this.#leads ? this.#checkAnswer() : this.#checkLeader());
    }
  }

  async #bindsItself(): Promise<void> {
    const own = this.#own();
    if (this.#leads) return this.#checkAnswer();
    if (this.#stage.kind === "spent") return;
    if (own === null || !this.#fits(own)) return this.#begin();
    this.#tell(own);
  }

  #own(): Bound | null {
    return this.#stage.kind === "bound" || this.#stage.kind === "agreed" ? this.#stage.own : null;
  }

  /** The attempt is the one of these ends, and answers what the leader has said last. */
  #fits(own: Bound): boolean {
    return own.ends.own === this.#ends?.own && own.ends.peer === this.#ends.peer && own.answered === this.#answered();
  }

  /** The leader answers nothing. */
  #answered(): string | null {
    return this.#leads ? null : this.#commit;
  }

  #tell(own: Bound): void {
    this.#say({ commit: { hash: own.hash } });
    if (!this.#leads) this.#say({ reveal: { nonce: own.nonce } });
  }

  /** A new number. The leader begins with it, the follower answers, once there is something to answer. */
  async #begin(): Promise<void> {
    const [ends, answered] = [this.#ends, this.#answered()];
    if (ends === null || (!this.#leads && answered === null)) return;
    if (this.#attempts === MAX_ATTEMPTS) {
      this.#stage = { kind: "spent" };
      return;
    }
    this.#attempts++;
    const nonce = hex(crypto.getRandomValues(new Uint8Array(16)));
    const own = { ends, nonce, answered, hash: await commitment(ends.own, nonce, answered) };
    this.#nonce = null;
    this.#stage = { kind: "bound", own };
    this.#tell(own);
  }

  /** The leader: has the follower answered this attempt? */
  async #checkAnswer(): Promise<void> {
    const [own, commit, theirs] = [this.#own(), this.#commit, this.#nonce];
    if (own === null || commit === null || theirs === null) return;
    if ((await commitment(own.ends.peer, theirs, own.hash)) !== commit) return;
    // The own number is out, and another one of theirs comes after it: that one may have been searched for.
    if (this.#stage.kind === "agreed" && this.#stage.theirs !== theirs) return this.#begin();
    this.#say({ reveal: { nonce: own.nonce } });
    if (this.#stage.kind === "bound") await this.#agree(own, theirs);
  }

  /** The follower: is this the number to which the leader was bound? */
  async #checkLeader(): Promise<void> {
    const [commit, theirs] = [this.#commit, this.#nonce];
    if (this.#stage.kind !== "bound" || commit === null || theirs === null) return;
    const { own } = this.#stage;
    if ((await commitment(own.ends.peer, theirs, null)) === commit) await this.#agree(own, theirs);
  }

  /** The words of both numbers; each side comes to the same. */
  async #agree(own: Bound, theirs: string): Promise<void> {
    const sides = [own.ends.own + own.nonce, own.ends.peer + theirs].sort();
    const [a, b, c] = await sha256(WORDS, sides.join(""));
    this.#stage = { kind: "agreed", own, theirs, words: [a!, b!, c!] };
  }
}

async function commitment(end: string, nonce: string, answered: string | null): Promise<string> {
  return hex(await sha256(COMMIT, end + nonce + (answered ?? "")));
}

async function sha256(label: string, digits: string): Promise<Uint8Array> {
  const bytes = digits.match(/../g) ?? [];
  const text = new Uint8Array([...new TextEncoder().encode(label), ...bytes.map((byte) => parseInt(byte, 16))]);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", text));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
