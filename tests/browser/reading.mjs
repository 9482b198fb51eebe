// What is read before it is approved, and found afterwards: the original beside its text, search as one types, and the one
// pair of sources of the sample district that disagree.

import { expect, until } from "./driver.mjs";
import { button } from "./stage.mjs";

export async function reading({ as, step, look }) {
  await step("a sentence with the focus is shown in the original, in a PDF by its page and elsewhere by its place", async () => {
    const page = await as("marcus");
    for (const [title, place] of [["Family Handbook", /#page=\d+&/], ["Transportation Handbook", /#s3$/]]) {
      await page.goto(`/documents?q=${encodeURIComponent(title)}&standing=in_force`);
      await page.getByRole("link", { name: new RegExp(`^${title}`) }).first().click();
      await page.getByRole("link", { name: /^Version/ }).first().click();
      await page.locator("[data-sentence='0']").waitFor();
      await page.evaluate(() => document.querySelector("[data-sentence='0']").focus());
      for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press("ArrowDown");
      const here = page.locator("[data-sentence='3'][aria-pressed='true']");
      await here.waitFor();
      expect(await here.evaluate((sentence) => sentence === document.activeElement), "the focus on the fourth sentence");
      const source = await page.locator(".original iframe").getAttribute("src");
      expect(place.test(source), `an original that shows the sentence, found ${source}`);
      expect(/[?&]at=\d+/.test(page.url()), "an address for the sentence");
      await page.getByText(/figures? of the original are in the text/).waitFor();
      await look(page, `reading-${title.split(" ")[0].toLowerCase()}`);
    }
  });

  await step("search answers as one types, and Enter lands on the sentence", async () => {
    const page = await as("dana");
    await page.goto("/search");
    const box = page.getByRole("searchbox");
    await box.pressSequentially("when does the late bus leave", { delay: 15 });
    await page.locator(".source[data-chosen]").first().waitFor();
    await until("the address holds what was typed", async () => page.url().includes("q=when"));
    await look(page, "search-instant");
    await box.press("Enter");
    await page.waitForURL(/\/versions\/.*at=\d+/);
    const here = page.locator(".a-sentence[aria-pressed='true']");
    await here.waitFor();
    expect(/late bus/i.test(await here.innerText()), "the sentence that was looked for");
    await page.goto("/search?q=bus&within=history");
    await page.locator(".source").first().waitFor();
    await page.getByText("Superseded").first().waitFor();
    await look(page, "search-history");
  });

  await step("the report of disagreeing sources names the planted pair, and a person can say that it is none", async () => {
    const page = await as("marcus");
    await page.goto("/conflicts");
    await page.locator(".conflict").first().waitFor();
    await page.getByRole("heading", { name: /\$(50|45).*\$(50|45)/ }).waitFor();
    await look(page, "conflicts");
    const pair = page.locator(".conflict", { hasText: "$45" }).first();
    // The list is long; who works by keyboard gets here with the browser's own search.
    await pair.getByRole("button", { name: "Not a conflict" }).focus();
    await page.keyboard.press("Enter");
    // What is typed before the form has the focus would be lost; a slow machine takes a moment.
    await page.waitForFunction(() => document.activeElement?.closest("form"));
    await page.keyboard.type("The owners have talked; the schedule holds.");
    await page.getByRole("form").getByRole("button", { name: "Not a conflict" }).click();
    await page.getByText(/somebody said is no conflict/).click();
    await page.getByText("The owners have talked").waitFor();
    await button(page, "It is a conflict after all").click();
    await page.getByText(/somebody said is no conflict/).waitFor({ state: "detached" });
  });
}
