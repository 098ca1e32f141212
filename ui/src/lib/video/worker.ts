// The drawing engine in a worker, away from the page's own work.
import { Engine } from "./engine";
import type { FromEngine, ToEngine } from "./messages";

const say = (message: FromEngine) => self.postMessage(message);
const able = typeof OffscreenCanvas !== "undefined" && Engine.able();
say({ kind: "ready", able });

if (able) {
  const engine = new Engine(say);
  self.onmessage = (event: MessageEvent<ToEngine>) => {
    engine.handle(event.data);
    if (event.data.kind === "stop") self.close();
  };
}
