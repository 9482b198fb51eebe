// A newsletter from its plan to its public page and files, by the people it takes.

import { expect } from "./driver.mjs";
import { button, claim, drafted } from "./stage.mjs";

const TITLE = "Late bus news";

export async function newsletter({ base, as, anyone, step, look }) {
  let item, address;
  await step("the requester plans a newsletter and watches its sections appear", async () => {
    const page = await as("dana");
    await page.goto("/ask?kind=newsletter");
    await page.getByLabel("Issue template").selectOption({ index: 1 });
    await page.getByLabel("Title").fill(TITLE);
    await page.getByLabel("First day it covers").fill("2026-11-30");
    await page.getByLabel("Last day it covers").fill("2026-12-04");
    await page.getByLabel("Topics").fill("late bus for students who stay after school\nbreakfast and lunch prices");
    await look(page, "newsletter-plan");
    await button(page, "Draft").click();
    await page.getByRole("heading", { level: 1, name: TITLE }).waitFor();
    item = await drafted(page, TITLE);
  });

  await step("a reviewer goes through its sections and approves the whole", async () => {
    const page = await as("rosa");
    await claim(page, item);
    const sections = page.getByRole("navigation", { name: "Sections" });
    expect(await sections.getByRole("listitem").count() === 2, "the newsletter has the two sections asked for");
    await sections.getByRole("button").last().click();
    await page.locator(".draft button.number").last().click();
    await page.getByText(/1 of \d+ opened by you/).waitFor();
    await look(page, "newsletter-review");
    await button(page, /^Approve/).click();
    await page.getByText("Approved by Rosa Ortiz").waitFor();
  });

  await step("the publisher publishes it as a page and as files", async () => {
    const page = await as("priya");
    await page.goto(item);
    await button(page, "Publish").click();
    await page.getByText("Published by Priya Raman").waitFor();
    address = new URL(await page.locator(".notice a").first().getAttribute("href"), base).pathname;
    await anyone(address, async (reader) => {
      await reader.getByRole("heading", { level: 1, name: TITLE }).waitFor();
      expect((await reader.locator("body").innerText()).includes("November 30 to December 4, 2026"), `the period on ${address}`);
      for (const ending of ["md", "html"]) {
        const file = await reader.request.get(`${base}${address}.${ending}`);
        expect(file.ok() && (await file.text()).includes(TITLE), `the newsletter as ${ending}`);
      }
    });
    await anyone(address, (reader) => look(reader, "newsletter-page"), { scripts: true });
  });
  return address;
}
