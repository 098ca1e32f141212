// The keyboard and what rings. The focus is never taken: keys that were meant for something else must not answer a call.
// The first Tab, from wherever, goes to the answers; when they are gone, the focus returns to where it was.

/** Where the answers are: the first button of each who rings. */
const ANSWER = "[data-answer]";

export class Reach {
  #element: HTMLElement | null = null;
  #before: HTMLElement | null = null;
  #within = false;
  #met = false;

  /** Follows the focus in what rings, for as long as it is there. */
  readonly follow = (element: HTMLElement): (() => void) => {
    this.#element = element;
    const into = ({ relatedTarget }: FocusEvent): void => {
      this.#met = true;
      if (!this.#within) this.#before = relatedTarget instanceof HTMLElement ? relatedTarget : this.#before;
      this.#within = true;
    };
    const out = ({ relatedTarget }: FocusEvent): void => {
      this.#within = relatedTarget === null || element.contains(relatedTarget as Node);
    };
    element.addEventListener("focusin", into);
    element.addEventListener("focusout", out);
    return () => {
      this.#element = null;
      this.#return();
    };
  };

  /** Somebody else rings. */
  rung(): void {
    this.#met = false;
  }

  /** Somebody rings no more: the focus may have gone with it. */
  over(): void {
    if (document.activeElement === document.body) this.#return();
  }

  readonly key = (event: KeyboardEvent): void => {
    if (event.key !== "Tab" || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || this.#met) return;
    const first = this.#element?.querySelector<HTMLElement>(ANSWER);
    if (first == null) return;
    event.preventDefault();
    if (document.activeElement instanceof HTMLElement) this.#before = document.activeElement;
    first.focus();
  };

  #return(): void {
    if (this.#within && this.#before?.isConnected === true) this.#before.focus();
    this.#within = false;
    this.#before = null;
  }
}
