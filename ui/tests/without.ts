// The gallery with something taken from its worker: a script runs there before the worker's own.
import { createServer, type Server } from "node:http";

export class ChangedGallery {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.url = `http://127.0.0.1:${port}/`;
  }

  static async listen(gallery: string, script: string): Promise<ChangedGallery> {
    const server = createServer(async (request, response) => {
      const original = await fetch(new URL(request.url ?? "/", gallery));
      const body = Buffer.from(await original.arrayBuffer());
      for (const name of ["content-type", "content-security-policy"]) {
        const value = original.headers.get(name);
        if (value !== null) response.setHeader(name, value);
      }
      const worker = request.url?.includes("/worker-") === true;
      response.writeHead(original.status).end(worker ? Buffer.concat([Buffer.from(`${script}\n`), body]) : body);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return new ChangedGallery(server, address.port);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
