// What the page and the drawing engine say to each other. The engine lives in a worker, or in the page where
// workers cannot draw.
import type { DrawStats } from "../bindings/DrawStats";
import type { Surface } from "./surface";

export type ToEngine =
  /** Get pictures from here, from now on. */
  | { kind: "connect"; url: string }
  /** Draw a stream here. `ticket` tells this canvas from an earlier one of the same stream. */
  | { kind: "attach"; stream: number; ticket: number; surface: Surface }
  /** The canvas is gone. */
  | { kind: "detach"; stream: number; ticket: number }
  /** Close everything. */
  | { kind: "stop" };

export type FromEngine =
  /** First of all: whether this place can draw. */
  | { kind: "ready"; able: boolean }
  /** A stream cannot go on before a key frame. */
  | { kind: "need_key_frame"; stream: number }
  /** A stream's first picture, or its first of another size, is on its canvas. */
  | { kind: "picture"; stream: number; width: number; height: number }
  /** About once a second, while anything arrives. */
  | { kind: "drawn"; streams: DrawStats[] };
