// The people of the demo, each in a browser of their own, and the steps they take alike.

import { axe, expect, launch, open, shot, signIn } from "./driver.mjs";

/** Drafting by an unoptimised build on a busy machine takes this long at most. */
export const DRAFT_MS = 900_000;

export const PEOPLE = {
  dana: ["dana@quillhaven.example", "requester-demo-2026"],
  rosa: ["rosa@quillhaven.example", "reviewer-demo-2026"],
  sam: ["sam@quillhaven.example", "second-reviewer-demo-2026"],
  marcus: ["marcus@quillhaven.example", "source-owner-demo-2026"],
  priya: ["priya@quillhaven.example", "publisher-demo-2026"],
  alex: ["alex@quillhaven.example", "administrator-demo-2026"],
};

export const button = (page, name) => page.getByRole("button", { name });

/** One run: a browser, its people and where its pictures go. */
export async function stage(base, pictures) {
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

  /** The same person's browser after its tab was closed: cookies and storage are there, what was on the page is not. */
  async function reopened(name) {
    const seat = seats.get(name);
    await seat.page.close();
    seat.page = await seat.context.newPage();
    seat.page.setDefaultTimeout(15_000);
    return seat.page;
  }

  /** Gives a public page to `read`, as somebody without an account sees it; without scripts, unless they are asked for. */
  async function anyone(path, read, { scripts = false } = {}) {
    const { page, context } = await open(browser, base, { javaScriptEnabled: scripts });
    await page.goto(path);
    await read(page);
    await context.close();
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

  const problems = () => [...seats].flatMap(([name, seat]) => seat.problems.map((problem) => `${name}: ${problem}`));
  const contextOf = (name) => seats.get(name).context;
  return { base, as, reopened, anyone, step, look, problems, contextOf, close: () => browser.close() };
}

/** Waits until the request that is shown has a draft, and gives its address. */
export async function drafted(page, what) {
  const draft = page.getByRole("region", { name: "Draft", exact: true });
  await draft.or(page.getByRole("heading", { name: /nearest source/ })).waitFor({ timeout: DRAFT_MS });
  expect(await page.locator(".sentence").count() > 0, `a draft for "${what}", not a refusal`);
  return new URL(page.url()).pathname;
}

export async function ask(page, question) {
  await page.goto("/ask");
  await page.getByLabel("Paste the question").fill(question);
  await button(page, "Draft").click();
  await page.getByRole("heading", { level: 1, name: question }).waitFor();
  return drafted(page, question);
}

export async function claim(page, path) {
  await page.goto(path);
  await button(page, "Claim").click();
  await page.getByText("held by you until").waitFor();
}

/** Approve cannot be pressed, and its reason stands beside it in words. */
export async function approveIsRefused(page, pattern) {
  const approve = button(page, /^Approve/);
  await approve.waitFor();
  expect(await approve.getAttribute("aria-disabled") === "true", "Approve is disabled");
  const reason = await page.locator(".bar-reason").innerText();
  expect(pattern.test(reason), `a reason like ${pattern}, found "${reason}"`);
  return reason;
}
