import { expect, test } from "vitest";
import { isNewer } from "./revision";

test("whatever the order in which views arrive, the newest is shown last and none goes back", () => {
  for (const order of [[1, 2, 3], [3, 1, 2], [2, 3, 1], [2, 2, 3]]) {
    let shown: { revision: number } | null = null;
    for (const revision of order) {
      const next = { revision };
      if (isNewer(shown, next)) shown = next;
    }
    expect(shown).toEqual({ revision: 3 });
  }
});
