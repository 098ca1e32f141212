/** The panel with the call's figures, by the name under which buttons open it. There is one in a window. */
export const DETAILS = "call-details";
