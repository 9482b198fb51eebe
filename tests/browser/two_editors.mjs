// Two people edit the same text: who saves second sees what the first changed, and loses nothing they typed, neither to
// the conflict nor to a closed tab nor to an ended session.

import { expect } from "./driver.mjs";
import { DRAFT_MS, PEOPLE, button } from "./stage.mjs";

const ASKED_TWICE = "Ask the school office twice if you are not sure.";
export const PUBLIC_QUESTION = "What time does the late bus leave the middle school?";

async function edit(page, path) {
  await page.goto(path);
  await button(page, /^Edit/).click();
  await page.getByLabel("Sentence 1").waitFor();
}

/** `last` is the sentence that both have before them; Rosa wrote it, so both may edit. */
export async function twoEditors({ as, reopened, step, look, contextOf }, item, last) {
  await step("two people edit the same text, and the second to save sees what changed", async () => {
    const [dana, rosa] = [await as("dana"), await as("rosa")];
    await edit(dana, item);
    await edit(rosa, item);
    await dana.getByLabel("Public question").fill(PUBLIC_QUESTION);
    await look(dana, "edit-public-question");
    await rosa.getByRole("textbox", { name: /^Sentence \d/ }).last().fill(ASKED_TWICE);
    await button(rosa, "Save").click();
    await rosa.getByText("revision 3 by Rosa Ortiz").waitFor({ timeout: DRAFT_MS });

    await button(dana, "Save").click();
    await seesTheConflict(dana, last);
    await inSight(dana, dana.getByText("while you were typing"));
    await inSight(dana, button(dana, "Save mine as the next revision"));
    await look(dana, "conflict");
  });

  await step("a closed tab loses nothing of it, and what is kept can be seen and dropped", async () => {
    const dana = await reopened("dana");
    await dana.goto(item);
    await dana.getByText("You have text here that was not saved.").waitFor();
    await button(dana, "Drop it").waitFor();
    await look(dana, "kept");
    await button(dana, "Go on editing").click();
    await dana.getByText("This is what you typed and did not save.").waitFor();
    await seesTheConflict(dana, last);
    await look(dana, "restored");
  });

  await step("an ended session loses nothing of it either", async () => {
    const dana = await as("dana");
    const save = button(dana, "Save mine as the next revision");
    await contextOf("dana").clearCookies();
    // The page's own calls may notice before the save does; then the dialog is in its way.
    await save.click({ timeout: 5_000 }).catch(() => undefined);
    await dana.getByText("Your session ended").waitFor();
    await dana.getByLabel("Password").fill(PEOPLE.dana[1]);
    await button(dana, "Sign in").click();
    await dana.getByText("Your session ended").waitFor({ state: "hidden" });
    if (await save.isVisible()) await save.click();
    await dana.getByText("revision 4 by Dana Whitfield").waitFor({ timeout: DRAFT_MS });
    await dana.getByRole("heading", { level: 1, name: PUBLIC_QUESTION }).waitFor();
    await look(dana, "public-question");
    await dana.goto(`${item}/history`);
    await dana.getByText("revision 3").first().waitFor();
    await dana.goto(item);
    expect(await dana.getByText("was not saved").count() === 0, "nothing is kept any more once it is saved");
  });

  await step("what was typed can be dropped", async () => {
    const rosa = await as("rosa");
    await edit(rosa, item);
    await rosa.getByLabel("Sentence 1").fill("Something else.");
    await rosa.goto("/queue");
    await rosa.goto(item);
    await button(rosa, "Drop it").click();
    await rosa.getByText("was not saved").waitFor({ state: "detached" });
    await rosa.reload();
    await rosa.getByRole("region", { name: "Draft", exact: true }).waitFor();
    expect(await rosa.getByText("was not saved").count() === 0, "what was dropped is gone");
  });
}

/** In the window and not under the bars at its foot. */
async function inSight(page, target) {
  const box = await target.boundingBox();
  const seen = box && await page.evaluate(({ x, y, width, height }) => {
    const at = document.elementFromPoint(x + width / 2, y + height / 2);
    return at?.textContent ?? null;
  }, box);
  expect(seen?.includes(await target.innerText()), `"${await target.innerText()}" is in sight`);
}

async function seesTheConflict(page, last) {
  await page.getByText("Rosa Ortiz saved revision 3 while you were typing.").waitFor();
  const changes = page.locator(".notice .changes");
  expect((await changes.locator("ins").innerText()).includes(ASKED_TWICE), "the conflict shows what Rosa wrote");
  expect((await changes.locator("del").innerText()).includes(last), "the conflict shows what Rosa took away");
  expect(await page.getByLabel("Public question").inputValue() === PUBLIC_QUESTION, "what Dana typed is still there");
}
