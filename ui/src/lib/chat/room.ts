// Where the pane stands in the window.
import { createContext } from "svelte";
import { MediaQuery } from "svelte/reactivity";

/** Whether the pane fits beside what the window is about; otherwise it takes its place. */
export const wide = new MediaQuery("min-width: 52rem", true);

export interface Room {
  /** The pane's title is the only heading of the page. */
  readonly alone: boolean;
}

export const [getRoom, setRoom] = createContext<Room>();
