// One answer from question to public page and back, in a real browser, by the people it takes.
//
// node tests/browser/scenario.mjs http://127.0.0.1:8080 [folder for pictures]
//
// Wants a running `countersign demo` of its own: it publishes, changes roles and revokes a document.

import { axe, expect, launch, open, shot, signIn, until } from "./driver.mjs";

const [base, pictures] = process.argv.slice(2);
if (!base) {
  console.error("usage: node scenario.mjs BASE_URL [PICTURES]");
  process.exit(2);
}

/** Drafting by an unoptimised build on a busy machine takes this long at most. */
const DRAFT_MS = 900_000;
const QUESTION = "When does the late bus leave the middle school?";
const SECOND = "Does my child need to sign up for the late bus?";
const PEOPLE = {
  dana: ["dana@quillhaven.example", "requester-demo-2026"],
  rosa: ["rosa@quillhaven.example", "reviewer-demo-2026"],
  sam: ["sam@quillhaven.example", "second-reviewer-demo-2026"],
  marcus: ["marcus@quillhaven.example", "source-owner-demo-2026"],
  priya: ["priya@quillhaven.example", "publisher-demo-2026"],
  alex: ["alex@quillhaven.example", "administrator-demo-2026"],
};

const browser = await launch();
const seats = new Map();

/** A person's own browser, signed in once. */
async function as(name) {
  if (!seats.has(name)) {
    const seat = await open(browser, base);
    seats.set(name, seat);
    await signIn(seat.page, ...PEOPLE[name]);
  }
  return seats.get(name).page;
}

async function step(words, run) {
  const begun = Date.now();
  try {
    await run();
  } catch (error) {
    if (pictures) for (const [name, { page }] of seats) await shot(page, `${pictures}/failed-${name}.png`);
    throw new Error(`${words}: ${error.message}`, { cause: error });
  }
  console.log(`ok   ${words} (${((Date.now() - begun) / 1_000).toFixed(1)} s)`);
}

/** The page as it stands has no accessibility violation; with a folder given it is also kept as a picture. */
async function look(page, name) {
  await page.locator("h1").first().waitFor();
  const found = await axe(page);
  expect(found.length === 0, `no accessibility violation on "${name}", found:\n${found.join("\n")}`);
  if (pictures) await shot(page, `${pictures}/${name}.png`);
}

const button = (page, name) => page.getByRole("button", { name });

async function ask(page, question) {
  await page.goto("/ask");
  await page.getByLabel("Paste the question").fill(question);
  await button(page, "Draft").click();
  await page.getByRole("heading", { level: 1, name: question }).waitFor();
  await page.getByRole("region", { name: "Draft", exact: true }).or(page.getByRole("heading", { name: /nearest source/ })).waitFor({ timeout: DRAFT_MS });
  expect(await page.locator(".sentence").count() > 0, `a draft for "${question}", not a refusal`);
  return new URL(page.url()).pathname;
}

async function claim(page, path) {
  await page.goto(path);
  await button(page, "Claim").click();
  await page.getByText("held by you until").waitFor();
}

/** Approve cannot be pressed, and its reason stands beside it in words. */
async function approveIsRefused(page, pattern) {
  const approve = button(page, /^Approve/);
  await approve.waitFor();
  expect(await approve.getAttribute("aria-disabled") === "true", "Approve is disabled");
  const reason = await page.locator(".bar-reason").innerText();
  expect(pattern.test(reason), `a reason like ${pattern}, found "${reason}"`);
  return reason;
}

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

  await step("another reviewer approves", async () => {
    const page = await as("sam");
    await claim(page, item);
    await button(page, /^Approve/).click();
    await page.getByText("Approved by Sam Okafor").waitFor();
  });

  await step("the publisher publishes and the public page shows it", async () => {
    const page = await as("priya");
    await page.goto(item);
    await button(page, "Publish").click();
    await page.getByText("Published by Priya Raman").waitFor();
    publicPath = new URL(await page.locator(".notice a").first().getAttribute("href"), base).pathname;
    const { page: anyone } = await open(browser, base, { javaScriptEnabled: false });
    await anyone.goto(publicPath);
    expect((await anyone.locator("body").innerText()).includes(edited), `the edited sentence on ${publicPath}`);
    await anyone.context().close();
  });

  await step("the administrator makes the requester a reviewer too", async () => {
    const page = await as("alex");
    await page.goto("/people");
    await button(page, "Change the roles of Dana Whitfield").click();
    await page.getByRole("checkbox", { name: /^Reviewer/ }).check({ force: true });
    await look(page, "people");
    await button(page, "Save").click();
    await page.getByRole("row", { name: /Dana Whitfield/ }).getByText("Requester, Reviewer").waitFor();
  });

  await step("who asked may still not approve, and is told so", async () => {
    const page = await as("dana");
    await signIn(page, ...PEOPLE.dana);
    second = await ask(page, SECOND);
    if (await button(page, "Claim").isVisible()) await button(page, "Claim").click();
    console.log(`     ${await approveIsRefused(page, /ask|request|someone else|another/i)}`);
    if (await button(page, "Release").isVisible()) await button(page, "Release").click();
  });

  await step("a reviewer approves the second answer", async () => {
    const page = await as("sam");
    await claim(page, second);
    await button(page, /^Approve/).click();
    await page.getByText("Approved by Sam Okafor").waitFor();
  });

  await step("a source owner revokes the document it rests on", async () => {
    const reader = await as("sam");
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

  const problems = [...seats].flatMap(([name, seat]) => seat.problems.map((problem) => `${name}: ${problem}`));
  expect(problems.length === 0, `no script error and nothing the security policy refused, found:\n${problems.join("\n")}`);
} catch (error) {
  console.error(`FAIL ${error.message}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
