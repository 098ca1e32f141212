// The steps of a visit as they are pressed: one at a time, and what ends something is asked about first.
import type { Action } from "./bindings/Action";
import type { VisitAction } from "./bindings/VisitAction";
import { needsConfirmation, type Confirmed } from "./actions";

export class Steps {
  readonly #act: (action: Action) => void;
  readonly #busy: () => VisitAction | null;
  #asking = $state<Confirmed | null>(null);

  /** `busy` tells the step that is under way. */
  constructor(act: (action: Action) => void, busy: () => VisitAction | null) {
    this.#act = act;
    this.#busy = busy;
  }

  /** The step that waits for an answer. */
  get asking(): Confirmed | null {
    return this.#asking;
  }

  readonly press = (action: VisitAction): void => {
    if (this.#busy() !== null) return;
    if (needsConfirmation(action)) this.#asking = action;
    else this.#act({ kind: "visit", action });
  };

  readonly confirm = (action: VisitAction): void => {
    this.#asking = null;
    this.#act({ kind: "visit", action });
  };

  readonly dismiss = (): void => {
    this.#asking = null;
  };
}
