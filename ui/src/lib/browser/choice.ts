// With what the person goes in. Nothing goes out that its own hand has not switched on, or «join» said to.
import { NOTHING, type Intent } from "./latch";

/** Camera and microphone. */
const BOTH: Intent = { mic: true, camera: true, screen: false };

export class Choice {
  readonly #unset: Intent;
  /** What the switches were moved to; `null` until one was. */
  #moved: Intent | null = null;
  /** What goes out once it may; `null` while the person does not go in. */
  #going: Intent | null = null;

  /** Pressing «join» means both; a guest presses nothing when it is let in. */
  constructor(isGuest: boolean) {
    this.#unset = isGuest ? NOTHING : BOTH;
  }

  /** With what the person would go in now. */
  get chosen(): Intent {
    return this.#moved ?? this.#unset;
  }

  /** What the check opens for the person's own eyes; it chooses nothing. */
  get looked(): Intent {
    return this.#moved ?? BOTH;
  }

  /** What goes out once it may. */
  get intent(): Intent {
    return this.#going ?? NOTHING;
  }

  /** The person's own hand moves a switch: for the next call, and for the one that it is in or on the way to. */
  move(change: Partial<Intent>): void {
    if (this.#going !== null) this.#going = { ...this.#going, ...change };
    this.#moved = { ...(this.#going ?? this.chosen), ...change };
  }

  /** The person goes in with what it has chosen. */
  begin(): void {
    this.#going = this.chosen;
  }

  /** The person is in already, and has switched nothing on from here. */
  resume(): void {
    this.#going ??= NOTHING;
  }

  /** Put outside: what the hand has set holds when it is let in again. */
  putOutside(): void {
    [this.#moved, this.#going] = [this.#going ?? this.#moved, null];
  }

  /** Out of it: nothing goes out. */
  end(): void {
    this.#going = null;
  }
}
