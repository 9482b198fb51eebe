// A document is replaced while a published answer rests on it: the exact difference is shown, the approval is void, and the
// answer moves onto the new version.

import { readFileSync } from "node:fs";
import { expect, signIn, until } from "./driver.mjs";
import { DRAFT_MS, PEOPLE, button } from "./stage.mjs";

const SOURCE = new URL("../../corpus/late-bus.md", import.meta.url);
const [BEFORE, NOW] = ["4:25 p.m.", "4:35 p.m."];

/** Marcus uploads late-bus.md with another time, Sam approves it, and Dana moves her answer, `item`. */
export async function superseded({ as, step, look }, item) {
  let version;
  await step("the administrator makes a reviewer a source owner too", async () => {
    const page = await as("alex");
    await page.goto("/people");
    await button(page, "Change the roles of Sam Okafor").click();
    await page.getByRole("checkbox", { name: /^Source owner/ }).check({ force: true });
    await button(page, "Save").click();
    await page.getByRole("row", { name: /Sam Okafor/ }).getByText(/Source owner/).waitFor();
    await signIn(await as("sam"), ...PEOPLE.sam);
  });

  await step("a source owner uploads a new version, corrects its last day, and another person approves it", async () => {
    const page = await as("marcus");
    await page.goto("/documents");
    await page.getByRole("link", { name: /^Late Bus/ }).first().click();
    await button(page, "Upload a new version").click();
    const text = readFileSync(SOURCE, "utf8");
    expect(text.includes(BEFORE), `the sample document says ${BEFORE}`);
    await page.locator("input[type=file]").setInputFiles({
      name: "late-bus.md", mimeType: "text/markdown", buffer: Buffer.from(text.replaceAll(BEFORE, NOW)),
    });
    await button(page, "Upload").last().click();
    await page.waitForURL(/\/versions\//);
    version = new URL(page.url()).pathname;
    await button(page, "Correct the days").click();
    await page.getByLabel("Expires").fill("2099-07-31");
    await look(page, "version-days");
    await button(page, "Save").click();
    await page.locator(".item-facts").getByText("2099").waitFor();
    const other = await as("sam");
    await other.goto(version);
    // Who decides sees first what changed since the version in force, the figures above all.
    const figures = other.getByRole("table", { name: "Figures that changed" });
    await figures.waitFor();
    const [was, is] = [await figures.locator("del").first().innerText(), await figures.locator("ins").first().innerText()];
    expect(was === BEFORE.replace(/\.$/, "") || was === BEFORE, `the time as it was, found "${was}"`);
    expect(is === NOW.replace(/\.$/, "") || is === NOW, `the time as it is now, found "${is}"`);
    await look(other, "version-changes");
    await button(other, /^Approve/).click();
    await other.getByText("decided by Sam Okafor").waitFor();
  });

  await step("the answer is listed for correction and shows what changed, word by word", async () => {
    const page = await as("dana");
    await page.goto("/published?show=void");
    await until("the answer stands among those whose approval is void", async () => {
      await page.goto("/published?show=void");
      return page.locator(`a[href="${item}"]`).waitFor({ timeout: 3_000 }).then(() => true, () => false);
    });
    await page.goto(item);
    await page.getByText("The approval is void.").waitFor();
    const changed = page.locator(".source-change");
    await changed.waitFor();
    const [was, is] = [await changed.locator("del").first().innerText(), await changed.locator("ins").first().innerText()];
    expect(was.includes("4:25") && is.includes("4:35"), `the two times, found "${was}" and "${is}"`);
    await look(page, "source-changed");
  });

  await step("it moves onto the new version, and what no longer agrees is marked", async () => {
    const page = await as("dana");
    await button(page, "Move to the newer version").click();
    await page.locator(".source-change").waitFor({ state: "detached", timeout: DRAFT_MS });
    await page.locator(`.sources article[data-version="${version.split("/").pop()}"]`).first().waitFor();
    const marked = await page.locator(".sentence.doubtful, .sentence.blocked").count();
    expect(marked > 0, "a sentence that is marked");
    await look(page, "source-moved");
  });
}
