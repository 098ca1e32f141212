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

/** The certificate of a description, SHA-256 in hex (RFC 8122, section 5); null when it names another hash or several. */
export function fingerprint(sdp: string): string | null {
  const all = new Set([...sdp.matchAll(/^a=fingerprint:(\S+) (\S+)/gim)].map(([, hash, value]) => `${hash} ${value}`.toLowerCase()));
  const [only] = all;
  const found = all.size === 1 ? /^sha-256 ([0-9a-f]{2}(?::[0-9a-f]{2}){31})$/.exec(only ?? "") : null;
  return found?.[1]?.replaceAll(":", "") ?? null;
}
