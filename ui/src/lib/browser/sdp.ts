// The little that the page reads of a session description.

/**
 * Names the sender's transport: the session of its origin (RFC 8866, section 5.2) with the certificate's fingerprint
 * (RFC 8122, section 5). Another name is another transport, which has to be answered with a new one.
 */
export function transportName(sdp: string): string {
  const lines = sdp.split(/\r?\n/);
  const session = lines.find((line) => line.startsWith("o="))?.split(" ")[1] ?? "";
  const fingerprint = lines.find((line) => line.startsWith("a=fingerprint:")) ?? "";
  return `${session} ${fingerprint}`;
}
