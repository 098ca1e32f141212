import { expect, test } from "vitest";
import { RESEND_AFTER, otpDigits, resendIn } from "./otp";

test.each([
  ["123456", "123456"],
  [" 123 456\n", "123456"],
  ["Your code: 123-456.", "123456"],
  ["\u200e12\u00a034\u202f56", "123456"],
  ["1234567", "123456"],
  ["12", "12"],
  ["abc", ""],
])("%j is %s", (typed, digits) => expect(otpDigits(typed, 6)).toBe(digits));

test("the wait for another code ends, and never goes below nothing", () => {
  expect([0, 1, 29_001, 30_000, 999_000].map(resendIn)).toEqual([RESEND_AFTER, RESEND_AFTER, 1, 0, 0]);
});
