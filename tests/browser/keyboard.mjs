// From question to decision without a mouse: first with Tab and Enter alone, where that is the way, then with the keys.

import { expect, tabTo } from "./driver.mjs";
import { button, drafted } from "./stage.mjs";

/** Dana asks; gives the item's address. */
export async function asksByKeyboard({ as, step }, question) {
  let item;
  await step("with the keyboard alone: the requester asks", async () => {
    const page = await as("dana");
    await page.goto("/search");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.evaluate(() => document.activeElement?.blur());
    await tabTo(page, page.getByRole("link", { name: "Ask", exact: true }));
    await page.keyboard.press("Enter");
    await tabTo(page, page.getByLabel("Paste the question"));
    await page.keyboard.type(question);
    await tabTo(page, button(page, "Draft"));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: question }).waitFor();
    item = await drafted(page, question);
  });
  return item;
}

/** Sam sends Dana's item back and then approves it. */
export async function reviewsByKeyboard({ as, step, look }, item) {
  await step("with the keyboard alone: a reviewer finds it in the queue, reads it beside its sources and sends it back", async () => {
    const page = await as("sam");
    await page.goto("/search");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.evaluate(() => document.activeElement?.blur());
    await page.keyboard.press("g");
    await page.keyboard.press("q");
    const row = page.locator(`a[data-row][href="${item}"]`);
    await row.waitFor();
    await presses(page, "j", row);
    await page.keyboard.press("Enter");
    await page.getByText("held by you until").waitFor();
    await page.keyboard.press("n");
    await focused(page, page.locator(".sentence").first());
    await page.keyboard.press("o");
    await page.getByText(/1 of \d+ opened by you/).waitFor();
    await page.locator(".sources mark[data-lit]").first().waitFor();

    await page.keyboard.press("c");
    const note = page.getByLabel("What has to change?");
    await note.waitFor();
    await tabTo(page, page.getByRole("radio").first());
    await page.keyboard.press("Space");
    await tabTo(page, note);
    await page.keyboard.type("Name the days on which it runs.");
    await look(page, "request-changes");
    await tabTo(page, button(page, "Send back"));
    await page.keyboard.press("Enter");
    await page.getByText(/Sent back by Sam Okafor/).waitFor();
  });

  await step("with the keyboard alone: the requester sends it to review again, and it is approved", async () => {
    const dana = await as("dana");
    await dana.goto(item);
    await button(dana, "Send to review").waitFor();
    await tabTo(dana, button(dana, "Send to review"));
    await dana.keyboard.press("Enter");
    await button(dana, "Send to review").waitFor({ state: "detached" });

    const sam = await as("sam");
    await sam.goto(item);
    await button(sam, "Claim").waitFor();
    await tabTo(sam, button(sam, "Claim"));
    await sam.keyboard.press("Enter");
    await sam.getByText("held by you until").waitFor();
    await sam.keyboard.press("?");
    await sam.getByRole("dialog").getByText("Approve").first().waitFor();
    await sam.keyboard.press("Escape");
    await sam.getByRole("dialog").waitFor({ state: "hidden" });
    await sam.keyboard.press("a");
    await sam.getByText("Approved by Sam Okafor").waitFor();
  });
}

async function focused(page, target) {
  await page.waitForFunction((element) => element === document.activeElement, await target.elementHandle());
}

async function presses(page, key, target, most = 60) {
  for (let i = 0; i < most; i += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  expect(false, `${target} is reached with the key ${key}`);
}
