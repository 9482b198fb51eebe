// At 200 % on a screen of 1280 pixels a page is as wide as 640 pixels are: nothing may have to be scrolled sideways.

import { fitsTheWidth } from "./driver.mjs";
import { button, claim } from "./stage.mjs";

const ZOOMED = { width: 640, height: 400 };
const WHOLE = { width: 1280, height: 800 };

/** `item` waits for review. */
export async function zoomed({ as, anyone, step, look }, item, publicPath) {
  await step("at 200 % no page has to be scrolled sideways", async () => {
    for (const [name, paths] of [
      ["dana", ["/ask", "/ask?kind=newsletter", "/notices?show=all"]],
      ["rosa", ["/queue", "/queue?show=all", item, `${item}?compare=draft`, `${item}/history`, "/published", "/published?show=to-correct", "/documents", "/conflicts", "/search?q=late+bus", "/search?q=bus&within=history"]],
      ["alex", ["/people", "/audit", "/pilot"]],
    ]) {
      const page = await as(name);
      await page.setViewportSize(ZOOMED);
      for (const path of paths) {
        await page.goto(path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForLoadState("networkidle");
        await fitsTheWidth(page, path);
      }
      await look(page, `zoomed-${name}`);
    }
    const rosa = await as("rosa");
    await claim(rosa, item);
    await rosa.locator(".sentence").first().waitFor();
    await look(rosa, "zoomed-review");
    await button(rosa, /^Edit/).click();
    await rosa.getByLabel("Sentence 1").waitFor();
    await fitsTheWidth(rosa, "the editor");
    await look(rosa, "zoomed-editor");
    await button(rosa, "Discard").click();
    await button(rosa, "Release").click();
    await button(rosa, "Claim").waitFor();
    for (const name of ["dana", "rosa", "alex"]) await (await as(name)).setViewportSize(WHOLE);

    for (const path of ["/faq", publicPath, "/newsletters"]) {
      await anyone(path, async (reader) => {
        await reader.setViewportSize(ZOOMED);
        await fitsTheWidth(reader, path);
      }, { scripts: true });
    }
  });
}
