// The one-time code as it is typed.

/** How long a person waits before having another code sent, in seconds. */
export const RESEND_AFTER = 30;

/** The digits of what was typed or pasted, at most `count`: "Code: 123 456" is 123456. */
export function otpDigits(typed: string, count: number): string {
  return typed.replaceAll(/\D/g, "").slice(0, count);
}

/** Seconds until another code may be had, `since` milliseconds after the last was sent. */
export function resendIn(since: number): number {
  return Math.max(0, Math.ceil(RESEND_AFTER - since / 1000));
}
