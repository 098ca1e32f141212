import { expect, test } from "vitest";
import { Chosen } from "./chosen";

test("a contact and a team of one id are two, and a second tick takes one back", () => {
  const chosen = new Chosen();
  chosen.toggle("team", { id: "1", name: "On duty" });
  chosen.toggle("contact", { id: "1", name: "Pat Reed" });
  chosen.toggle("contact", { id: "2", name: "Ann Lowe" });
  expect([chosen.size, chosen.ids()]).toEqual([3, { contacts: ["1", "2"], teams: ["1"] }]);
  chosen.toggle("contact", { id: "1", name: "Pat Reed" });
  expect([chosen.has("contact", "1"), chosen.has("team", "1")]).toEqual([false, true]);
  expect(chosen.all.map(({ name }) => name)).toEqual(["On duty", "Ann Lowe"]);
});
