// The one-time code as it is typed.

/** How long a person waits before having another code sent, in seconds. */
export const RESEND_AFTER = 30;

/** How many digits a code may have: clinics send shorter and longer ones. */
const SHORTEST = 4;
const LONGEST = 10;

/** The digits of what was typed or pasted, in ASCII whatever the script: "Code: ١٢٣ 456" is 123456. */
export function otpDigits(typed: string): string {
  return Array.from(typed.matchAll(DIGIT), ([letter]) => digitValue(letter)).slice(0, LONGEST).join("");
}

/** Whether a code may have so few digits. */
export function isWhole(code: string): boolean {
  return code.length >= SHORTEST;
}

const DIGIT = /\p{Nd}/gu;
const IS_DIGIT = /^\p{Nd}$/u;

/** Unicode keeps decimal digits in unbroken rows from 0 to 9; one row may follow upon another. */
function digitValue(letter: string): number {
  const code = letter.codePointAt(0) ?? 0;
  let first = code;
  while (IS_DIGIT.test(String.fromCodePoint(first - 1))) first -= 1;
  return (code - first) % 10;
}

/** Seconds until another code may be had, `since` milliseconds after the last was sent. */
export function resendIn(since: number): number {
  return Math.max(0, Math.ceil(RESEND_AFTER - since / 1000));
}
