// Drives the staff application in Debian's Chromium: start it, sign people in, check accessibility, take pictures.
// The libraries are review-ui's development dependencies, so that one lock file serves the repository.

import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname } from "node:path";

const require = createRequire(new URL("../../review-ui/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** One browser for a run; `COUNTERSIGN_CHROMIUM` names another binary. */
export function launch() {
  return chromium.launch({ executablePath: process.env.COUNTERSIGN_CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

/**
 * A page with its own cookies. `problems` collects what no page may have: script errors, console errors and
 * violations of the content security policy. Answers with a 4xx status are left out: some are provoked on purpose.
 */
export async function open(browser, base, options = {}) {
  const context = await browser.newContext({
    baseURL: base, viewport: { width: 1280, height: 800 }, timezoneId: "America/New_York", bypassCSP: false, ...options,
  });
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(`script error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) problems.push(`console: ${message.text()}`);
  });
  page.setDefaultTimeout(15_000);
  return { page, context, problems };
}

/** Signs somebody in through the form and waits for their first page. */
export async function signIn(page, email, password) {
  await page.goto("/signin");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Main" }).waitFor();
}

/** The axe rules of WCAG 2.0 to 2.2, A and AA, on the page as it stands: a list of "rule: element" lines. */
export async function axe(page) {
  const session = await page.context().newCDPSession(page);
  // Through the debugger, because the page's own policy rightly refuses a foreign script.
  await session.send("Runtime.evaluate", { expression: axeSource });
  const { result } = await session.send("Runtime.evaluate", {
    awaitPromise: true, returnByValue: true, expression: `(${violations})()`,
  });
  await session.detach();
  return result.value;
}

/**
 * Runs in the page. A control that a bar at the window's edge half covers counts only if it is still too small when it is
 * scrolled clear, as whoever wants to press it would do.
 */
async function violations() {
  // Half-way through a change of colour nothing has the contrast that it will have.
  await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)));
  const run = (where, rules) => axe.run(where, { iframes: false, ...rules });
  const found = await run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
  const lines = [];
  for (const violation of found.violations) {
    for (const node of violation.nodes) {
      const element = document.querySelector(node.target.join(" "));
      if (violation.id === "target-size" && element) {
        const top = window.scrollY;
        element.scrollIntoView({ block: "center" });
        const again = await run(element, { runOnly: { type: "rule", values: ["target-size"] } });
        window.scrollTo(0, top);
        if (again.violations.length === 0) continue;
      }
      lines.push(`${violation.id}: ${node.target.join(" ")} — ${node.any[0]?.message ?? node.all[0]?.message ?? violation.help}`);
    }
  }
  return lines;
}

/**
 * Presses Tab until the element has the focus, as somebody without a mouse does. Every stop on the way must show that it
 * has the focus, and the way must not be longer than a page's controls.
 */
export async function tabTo(page, target, { most = 60, back = false } = {}) {
  for (let presses = 0; presses <= most; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement).catch(() => false)) return;
    await page.keyboard.press(back ? "Shift+Tab" : "Tab");
    const unseen = await page.evaluate(focusUnseen);
    expect(!unseen, `the focus can be seen on ${unseen}`);
  }
  throw new Error(`${target} was not reached with ${most} presses of Tab.`);
}

/** Runs in the page: the element that has the focus without showing it, in words. */
function focusUnseen() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  // A radio or checkbox of React Aria is drawn by its label, which shows the focus for it.
  const shown = element.closest("label")?.matches("[data-focus-visible], [data-focused]") ? element.closest("label") : element;
  const style = getComputedStyle(shown);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return outlined || style.boxShadow !== "none" ? null : `<${element.tagName.toLowerCase()}> “${(element.textContent ?? "").trim().slice(0, 40)}”`;
}

/** The page fits the width of the window: nobody has to scroll sideways to read it. What does not fit is named. */
export async function fitsTheWidth(page, name) {
  const wide = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth <= width) return null;
    const out = [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > width + 1);
    const named = out.slice(-3).map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
    return `${document.scrollingElement.scrollWidth} px in ${width}: ${named.join(", ")}`;
  });
  expect(wide === null, `"${name}" fits its window, found ${wide}`);
}

/** A picture of the whole page, or of what is in view. */
export async function shot(page, path, { whole = false } = {}) {
  await mkdir(dirname(path), { recursive: true });
  await page.screenshot({ path, fullPage: whole });
  return path;
}

/** Waits until a condition holds, or says what did not come true. */
export async function until(what, condition, timeoutMs = 30_000) {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    const value = await condition();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`Did not happen within ${timeoutMs / 1_000} s: ${what}.`);
}

/** Throws with the sentence if the claim does not hold. */
export function expect(claim, sentence) {
  if (!claim) throw new Error(`Expected: ${sentence}`);
}
