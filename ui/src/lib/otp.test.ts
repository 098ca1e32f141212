import { expect, test } from "vitest";
import { RESEND_AFTER, isWhole, otpDigits, resendIn } from "./otp";

test.each([
  ["123456", "123456"],
  [" 123 456\n", "123456"],
  ["Your code: 123-456.", "123456"],
  ["\u200e12\u00a034\u202f56", "123456"],
  ["1234567", "1234567"],
  ["1234567890123", "1234567890"],
  ["١٢٣٤٥٦", "123456"],
  ["۱۲۳-४५६", "123456"],
  ["１２３４", "1234"],
  ["𝟗𝟎𝟘𝟙", "9001"],
  ["½²Ⅷ", ""],
  ["12", "12"],
  ["abc", ""],
])("%j is %s", (typed, digits) => expect(otpDigits(typed)).toBe(digits));

test("a code has four to ten digits", () => {
  expect(["", "123", "1234", "1234567890"].map(isWhole)).toEqual([false, false, true, true]);
});

test("a digit of any script is the digit that the system takes it for", () => {
  const scripts = Intl.supportedValuesOf("numberingSystem");
  const rows = scripts.map((system) => new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false }).format(9876543210));
  const decimal = rows.filter((row) => /^\p{Nd}{10}$/u.test(row));
  expect(decimal.length).toBeGreaterThan(20);
  expect(new Set(decimal.map(otpDigits))).toEqual(new Set(["9876543210"]));
});

test("the wait for another code ends, and never goes below nothing", () => {
  expect([0, 1, 29_001, 30_000, 999_000].map(resendIn)).toEqual([RESEND_AFTER, RESEND_AFTER, 1, 0, 0]);
});
