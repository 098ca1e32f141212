// The page of a browser, for those without the application: it owns the state that the shell owns elsewhere.
import { Guest, type GuestOptions } from "../browser/guest";
import type { Backend } from "./types";

export function browserBackend(options: GuestOptions): Backend {
  const guest = new Guest(options);
  return {
    act: async (action) => guest.act(action),
    snapshot: async () => guest.view(),
    attachment: (id, size) => guest.attachment(id, size),
    onView: async (callback) => guest.onView(callback),
    live: guest.streams,
  };
}
