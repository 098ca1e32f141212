import { expect, test } from "vitest";
import { problemOf } from "./devices";

test("in use, not allowed and not there are told apart", () => {
  const problem = (name: string) => problemOf(new DOMException("", name));
  expect(["NotAllowedError", "SecurityError"].map(problem)).toEqual(["not_allowed", "not_allowed"]);
  expect(["NotFoundError", "OverconstrainedError"].map(problem)).toEqual(["missing", "missing"]);
  expect(["NotReadableError", "AbortError"].map(problem)).toEqual(["in_use", "in_use"]);
  expect([problem("InvalidStateError"), problemOf(new TypeError()), problemOf("?")]).toEqual(["failed", "failed", "failed"]);
});
