import { expect, test } from "vitest";
import { initials } from "./initials";

test.each([
  ["Margaret Ann Holloway", "MH"],
  ["пётр берестов", "ПБ"],
  ["מרים אלון־שגב", "מא"],
  ["Cher", "C"],
  ["  ", ""],
  ["Arthur (room 4)", "A"],
])("%s is %s", (name, letters) => expect(initials(name)).toBe(letters));
