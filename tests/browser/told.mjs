// People hear of what became of their documents and texts: the bell, what is to be corrected, who looks after a document.

import { expect, until } from "./driver.mjs";
import { button } from "./stage.mjs";

/** `item` is public and rests on a version that was replaced. */
export async function told({ as, step, look }, item) {
  await step("who published it is told that it is to be corrected, once, and reads it", async () => {
    const page = await as("priya");
    await page.goto("/notices");
    const line = page.getByRole("listitem").filter({ has: page.locator(`a[href="${item}"]`) });
    await line.locator(".word").getByText("To correct").waitFor();
    expect(await line.count() === 1, "one notice of it");
    await until("the frame counts it", async () => {
      await page.goto("/notices");
      return page.locator(".unread").waitFor({ timeout: 3_000 }).then(() => true, () => false);
    });
    await look(page, "notices");
    await button(page, "Mark all as read").click();
    await button(page, "Mark all as read").waitFor({ state: "detached" });
    await page.locator(".unread").waitFor({ state: "detached" });
    await line.locator("a").click();
    await page.waitForURL(`**${item}`);
  });

  await step("it is listed as public and to be corrected, also after its text has moved on", async () => {
    const page = await as("priya");
    await page.goto("/published?show=to-correct");
    await page.locator(`a[href="${item}"]`).waitFor();
    await look(page, "to-correct");
  });

  await step("the replaced version says which sentence rests on which of its own", async () => {
    const page = await as("marcus");
    await page.goto("/documents?q=late+bus");
    await page.getByRole("link", { name: /^Late Bus/ }).first().click();
    await page.getByRole("link", { name: /^Version 1:/ }).click();
    const use = page.locator(".used-by > li").filter({ has: page.locator(`a[href="${item}"]`) });
    await use.getByText("to correct").waitFor();
    await use.locator("summary").press("Enter");
    await use.getByText(/4:25/).first().waitFor();
    await look(page, "what-rests-on-it");
  });
}

/** Marcus names Ines as his deputy for a document and files it. */
export async function looksAfter({ as, step, look }) {
  await step("a source owner says who looks after a document, what it is about and when it is reviewed", async () => {
    const page = await as("marcus");
    await page.goto("/documents");
    await look(page, "documents");
    await page.getByRole("link", { name: /^Late Bus/ }).first().click();
    await button(page, "Title, owner, topics, review").click();
    await page.getByLabel("Title").fill("Late Bus and activity bus");
    await page.getByLabel("Deputy").selectOption({ label: "Ines Duarte" });
    await page.getByLabel("Topics").fill("Late Bus, after-school, <b>");
    await page.getByLabel("Look at it again by").fill("2031-05-01");
    await button(page, "Save").click();
    await page.getByText(/The topic .* has the sign/).waitFor();
    await look(page, "care-refused");
    await page.getByLabel("Topics").fill("Late Bus, after-school");
    await button(page, "Save").click();
    await page.getByRole("heading", { level: 1, name: "Late Bus and activity bus" }).waitFor();
    await page.getByText("deputy Ines Duarte").waitFor();
    await page.getByText("review by").waitFor();
    await look(page, "document");
    await page.getByRole("link", { name: "after-school", exact: true }).click();
    await page.waitForURL(/topic=after-school/);
    await page.getByText("1 document", { exact: true }).waitFor();
    await look(page, "documents-of-a-topic");
  });

  await step("the list is narrowed down and sorted by its address", async () => {
    const page = await as("alex");
    await page.goto("/documents?owner=nobody");
    await page.getByText("Every document has somebody who looks after it.").waitFor();
    await page.goto("/documents");
    await page.getByLabel("Order").selectOption({ label: "What ends first" });
    await page.waitForURL(/sort=expires/);
    await page.getByRole("link", { name: "Expires soon", exact: true }).click();
    await page.waitForURL(/standing=expires_soon/);
    await page.locator("table.rows, .empty").waitFor();
    await look(page, "documents-expiring");
  });
}
