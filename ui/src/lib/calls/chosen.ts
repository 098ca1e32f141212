// People and teams that are ticked to be called together.
import { SvelteMap } from "svelte/reactivity";

/** Somebody, or several under one name. */
export interface Pickable {
  id: string;
  name: string;
}

export type PickKind = "contact" | "team";

export interface Picked extends Pickable {
  kind: PickKind;
}

export class Chosen {
  readonly #picked = new SvelteMap<string, Picked>();

  get size(): number {
    return this.#picked.size;
  }

  /** In the order in which they were ticked. */
  get all(): Picked[] {
    return [...this.#picked.values()];
  }

  has(kind: PickKind, id: string): boolean {
    return this.#picked.has(key(kind, id));
  }

  toggle(kind: PickKind, { id, name }: Pickable): void {
    if (!this.#picked.delete(key(kind, id))) this.#picked.set(key(kind, id), { kind, id, name });
  }

  /** The ids, as a call wants them. */
  ids(): { contacts: string[]; teams: string[] } {
    const of = (kind: PickKind) => this.all.filter((picked) => picked.kind === kind).map(({ id }) => id);
    return { contacts: of("contact"), teams: of("team") };
  }
}

/** A contact and a team may have the same id. */
function key(kind: PickKind, id: string): string {
  return `${kind} ${id}`;
}
