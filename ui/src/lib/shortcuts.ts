// The keys of the call. By the place of the key and not by its letter, so that they work in every keyboard layout.
import type { Action } from "./bindings/Action";
import type { MediaSwitch } from "./bindings/MediaSwitch";
import type { MyMedia } from "./bindings/MyMedia";

const KEYS: Readonly<Record<string, MediaSwitch>> = { KeyM: "mic", KeyV: "camera" };

/** Moves a switch when its key was pressed and the person is neither typing nor answering a question. */
export function mediaShortcuts(event: KeyboardEvent, me: MyMedia, act: (action: Action) => void): void {
  const media = KEYS[event.code];
  if (media === undefined || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof Element && event.target.closest("input, select, textarea, dialog, [contenteditable]")) return;
  if (me[media].allowed) act({ kind: "set_media", switch: media, on: !me[media].on });
}
