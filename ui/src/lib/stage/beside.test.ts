import { describe, expect, test } from "vitest";
import { beside } from "./beside";

const WINDOW = { width: 900, height: 640 };
const PANEL = { width: 300, height: 200 };
const button = (left: number, top: number) => ({ left, right: left + 44, top, bottom: top + 44 });

describe("beside", () => {
  test("below the button, with the far edges in line", () => {
    expect(beside(button(600, 100), PANEL, WINDOW, "ltr")).toEqual({ left: 344, top: 152 });
    expect(beside(button(300, 100), PANEL, WINDOW, "rtl")).toEqual({ left: 300, top: 152 });
  });

  test("above it where there is more room", () => {
    expect(beside(button(600, 500), PANEL, WINDOW, "ltr")).toEqual({ left: 344, top: 292 });
  });

  test("inside the window wherever the button is", () => {
    expect(beside(button(10, 100), PANEL, WINDOW, "ltr").left).toBe(8);
    expect(beside(button(850, 100), PANEL, WINDOW, "rtl").left).toBe(592);
    expect(beside(button(10, 50), PANEL, { width: 310, height: 150 }, "ltr")).toEqual({ left: 8, top: 8 });
  });
});
