// Builds the gallery and serves it with the content security policy of the desktop window.
import { build, preview } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    gallery: string;
  }
}

const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "worker-src 'self'",
  "object-src 'none'",
  "frame-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "connect-src 'self' ipc: http://ipc.localhost ws://127.0.0.1:*",
].join("; ");

export default async function serve(project: TestProject): Promise<() => Promise<void>> {
  const configFile = "vite.gallery.config.ts";
  await build({ configFile, logLevel: "warn" });
  const server = await preview({
    configFile,
    logLevel: "warn",
    preview: { port: 0, host: "127.0.0.1", headers: { "Content-Security-Policy": POLICY } },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === "string") throw new Error("the preview has no port");
  project.provide("gallery", `http://127.0.0.1:${address.port}/`);
  return () => server.close();
}
