// Answers and a newsletter from question to public page and back, in a real browser, by the people it takes.
//
// node tests/browser/scenario.mjs http://127.0.0.1:8080 [folder for pictures]
//
// Wants a running `countersign demo` of its own: it publishes, changes roles and revokes a document.

import { expect, signIn, until } from "./driver.mjs";
import { asksByKeyboard, reviewsByKeyboard } from "./keyboard.mjs";
import { newsletter } from "./newsletter.mjs";
import { DRAFT_MS, PEOPLE, approveIsRefused, ask, button, claim, stage } from "./stage.mjs";
import { PUBLIC_QUESTION, twoEditors } from "./two_editors.mjs";
import { reading } from "./reading.mjs";
import { superseded } from "./superseded.mjs";
import { looksAfter, told } from "./told.mjs";
import { zoomed } from "./zoom.mjs";

const [base, pictures] = process.argv.slice(2);
if (!base) {
  console.error("usage: node scenario.mjs BASE_URL [PICTURES]");
  process.exit(2);
}

const QUESTION = "When does the late bus leave the middle school?";
const SECOND = "How many minutes before the scheduled time should students be at the bus stop in the morning?";

const run = await stage(base, pictures);
const { as, anyone, step, look } = run;
let item, second, publicPath;
const edited = "Ask the school office if you are not sure.";

try {
  await step("the requester asks and watches the draft appear", async () => {
    const page = await as("dana");
    await page.goto("/ask");
    await look(page, "ask");
    item = await ask(page, QUESTION);
    await look(page, "draft-as-requester");
  });

  await step("a reviewer claims, opens a source and adds a sentence", async () => {
    const page = await as("rosa");
    await page.goto("/queue");
    await page.locator(`a[href="${item}"]`).waitFor();
    await look(page, "queue");
    await claim(page, item);
    await page.locator(".draft button.number").first().click();
    await page.getByText(/1 of \d+ opened by you/).waitFor();
    await page.locator(".sources mark[data-lit]").first().waitFor();
    await look(page, "review");
    await page.keyboard.press("e");
    await page.getByLabel("Sentence 1").waitFor();
    await button(page, "Add a sentence").last().click();
    await page.keyboard.type(edited);
    await look(page, "edit");
    await button(page, "Save").click();
    await page.getByText("by Rosa Ortiz").first().waitFor({ timeout: DRAFT_MS });
  });

  await step("who edited may not approve, and is told so", async () => {
    const page = await as("rosa");
    console.log(`     ${await approveIsRefused(page, /edit|someone else|another/i)}`);
    await button(page, "Release").click();
    await button(page, "Claim").waitFor();
  });

  await twoEditors(run, item, edited);

  await step("another reviewer approves", async () => {
    const page = await as("sam");
    await claim(page, item);
    await button(page, /^Approve/).click();
    await page.getByText("Approved by Sam Okafor").waitFor();
  });

  await step("the publisher publishes and the public page shows it under the public question", async () => {
    const page = await as("priya");
    await page.goto(item);
    await button(page, "Publish").click();
    await page.getByText("Published by Priya Raman").waitFor();
    publicPath = new URL(await page.locator(".notice a").first().getAttribute("href"), base).pathname;
    expect(publicPath === "/faq/what-time-does-the-late-bus-leave-the-middle-school", `an address from the public question, found ${publicPath}`);
    await anyone(publicPath, async (reader) => {
      await reader.getByRole("heading", { level: 1, name: PUBLIC_QUESTION }).waitFor();
      const said = await reader.locator("body").innerText();
      expect(said.includes(edited) && !said.includes(QUESTION), `the edited sentence and not the asker's words on ${publicPath}`);
    });
    await anyone(publicPath, (reader) => look(reader, "public-page"), { scripts: true });
  });

  await superseded(run, item);
  await reading(run);
  await told(run, item);
  await looksAfter(run);
  await newsletter(run);

  await step("the administrator makes the requester a reviewer too", async () => {
    const page = await as("alex");
    await page.goto("/people");
    await button(page, "Change the roles of Dana Whitfield").click();
    await page.getByRole("checkbox", { name: /^Reviewer/ }).check({ force: true });
    await look(page, "people");
    await button(page, "Save").click();
    await page.getByRole("row", { name: /Dana Whitfield/ }).getByText("Requester, Reviewer").waitFor();
    await signIn(await as("dana"), ...PEOPLE.dana);
  });

  second = await asksByKeyboard(run, SECOND);

  await step("who asked may still not approve, and is told so", async () => {
    const page = await as("dana");
    await claim(page, second);
    console.log(`     ${await approveIsRefused(page, /ask|request|someone else|another/i)}`);
    await button(page, "Release").click();
    await button(page, "Claim").waitFor();
  });

  await zoomed(run, second, publicPath);
  await reviewsByKeyboard(run, second);

  await step("a source owner revokes the document it rests on", async () => {
    const reader = await as("sam");
    await reader.goto(second);
    const version = await reader.locator(".sources article").first().getAttribute("data-version");
    const page = await as("marcus");
    await page.goto(`/versions/${version}`);
    await page.locator(`a[href="${second}"]`).waitFor();
    await look(page, "version");
    await button(page, "Revoke").click();
    await page.getByLabel("Why?").fill("The timetable changed.");
    await page.getByRole("form").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("reason: The timetable changed.").waitFor();
  });

  await step("the approval is void, for everybody to see", async () => {
    const page = await as("sam");
    await until("the second item's approval is void", async () => {
      await page.goto(second);
      return page.getByText("The approval is void.").waitFor({ timeout: 3_000 }).then(() => true, () => false);
    });
    await look(page, "void");
  });

  const problems = run.problems();
  expect(problems.length === 0, `no script error and nothing the security policy refused, found:\n${problems.join("\n")}`);
} catch (error) {
  console.error(`FAIL ${error.message}`);
  process.exitCode = 1;
} finally {
  await run.close();
}
