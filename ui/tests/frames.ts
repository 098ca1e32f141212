// A loopback socket that speaks the app's side of the picture protocol, on nothing but node.
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import { crc16 } from "../src/lib/video/frame_clock";
import { HEADER_BYTES } from "../src/lib/video/header";

/** RFC 6455 section 1.3. */
const HANDSHAKE_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const BINARY = 2;

export class FramesServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Acknowledged pictures: `stream:sequence`. */
  readonly acknowledged = new Set<string>();
  connections = 0;
  /** What the newest connection asked for: the query of its address. */
  query = "";
  #url = "";

  private constructor() {
    this.#server = createServer();
    this.#server.on("upgrade", (request, socket: Socket) => {
      const key = createHash("sha1").update(request.headers["sec-websocket-key"] + HANDSHAKE_SALT).digest("base64");
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`);
      this.query = new URL(request.url ?? "/", "ws://127.0.0.1").search;
      this.#take(socket);
    });
  }

  static async listen(): Promise<FramesServer> {
    const frames = new FramesServer();
    await new Promise<void>((done) => frames.#server.listen(0, "127.0.0.1", done));
    const address = frames.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    frames.#url = `ws://127.0.0.1:${address.port}/frames`;
    return frames;
  }

  get url(): string {
    return this.#url;
  }

  send(picture: Uint8Array): void {
    this.#sockets.forEach((socket) => socket.write(Buffer.concat([frameHeader(picture.length), picture])));
  }

  /** Cuts every connection, as a crash would. */
  drop(): void {
    this.#sockets.forEach((socket) => socket.destroy());
  }

  close(): void {
    this.drop();
    this.#server.close();
  }

  #take(socket: Socket): void {
    this.connections++;
    this.#sockets.add(socket);
    let rest = Buffer.alloc(0);
    socket.on("data", (data) => {
      rest = Buffer.concat([rest, data]);
      // Acknowledgements are 8 bytes: a masked frame of 2 + 4 + 8.
      for (; rest.length >= 14; rest = rest.subarray(14)) this.#acknowledge(rest);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
  }

  #acknowledge(frame: Buffer): void {
    if ((frame[0]! & 15) !== BINARY || frame[1] !== (0x80 | 8)) return;
    const bytes = Buffer.from(frame.subarray(6, 14).map((byte, index) => byte ^ frame[2 + (index & 3)]!));
    this.acknowledged.add(`${bytes.readUInt32LE(0)}:${bytes.readUInt32LE(4)}`);
  }
}

function frameHeader(length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | BINARY, length]);
  const header = Buffer.alloc(length < 65_536 ? 4 : 10);
  header[0] = 0x80 | BINARY;
  header[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}

export interface Head {
  stream: number;
  sequence: number;
  width: number;
  height: number;
  flags: number;
}

export function message(head: Head, payload: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes[0] = 1;
  bytes[1] = head.flags;
  bytes.writeUInt16LE(head.width, 2);
  bytes.writeUInt16LE(head.height, 4);
  bytes.writeUInt32LE(head.stream, 8);
  bytes.writeUInt32LE(head.sequence, 12);
  bytes.writeDoubleLE(Date.now(), 16);
  return Buffer.concat([bytes, payload]);
}

/** A raw I420 picture in one colour, with the frame clock of `millis` drawn on top. */
export function i420(width: number, height: number, colour: readonly [number, number], millis: number, counter: number): Uint8Array {
  const luma = Buffer.alloc(width * height, 110);
  const chroma = Buffer.alloc(Math.ceil(width / 2) * Math.ceil(height / 2));
  const block = Math.round(height / 22.5);
  const bits = clockBits(millis, counter);
  for (let line = 0; line < 2 * block; line++) {
    for (let x = 0; x < width; x++) {
      const bit = Math.floor(line / block) * 32 + Math.floor((x * 32) / width);
      luma[line * width + x] = bits[bit] ? 235 : 16;
    }
  }
  return Buffer.concat([luma, Buffer.from(chroma).fill(colour[0]), Buffer.from(chroma).fill(colour[1])]);
}

/** The 64 bits of a frame clock. */
export function clockBits(millis: number, counter: number): boolean[] {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(millis % 2 ** 32, 0);
  bytes.writeUInt16BE(counter & 0xffff, 4);
  bytes.writeUInt16BE(crc16(bytes.subarray(0, 6)), 6);
  return Array.from({ length: 64 }, (_, bit) => (bytes[bit >> 3]! & (0x80 >> (bit & 7))) !== 0);
}
