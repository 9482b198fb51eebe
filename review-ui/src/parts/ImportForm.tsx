// Adding many documents at once: a ZIP, a folder, or several files.

import { useRef, useState, type FormEvent } from "react";
import {
  Button as AriaButton, DropZone, FileTrigger, Label, ProgressBar, Text, type DirectoryDropItem, type DropItem,
} from "react-aria-components";
import type { Import } from "../api/types";
import { importDocuments, type Upload } from "../api/upload";
import { AUDIENCES, plural } from "../words";
import { announce } from "./announce";
import { Button } from "./Button";
import { Choice } from "./Choice";
import { Field } from "./Field";
import { useKept } from "./kept";
import { ProblemNotice } from "./Notice";

const NOTHING = { owner: "", audience: "families" };

/** A file with the path that it is added under. */
type Chosen = { path: string; file: File };

export function ImportForm({ onDone, onClose }: { onDone: (begun: Import) => void; onClose: () => void }) {
  const [facts, setFacts, forgetFacts] = useKept("import", NOTHING);
  const [chosen, setChosen] = useState<Chosen[]>([]);
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [missing, setMissing] = useState<string | null>(null);
  const upload = useRef<Upload<Import> | null>(null);
  const set = (change: Partial<typeof NOTHING>): void => setFacts({ ...facts, ...change });

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (chosen.length === 0) return setMissing("Choose a ZIP, a folder or some files first.");
    setMissing(null);
    setError(null);
    const form = new FormData();
    for (const [name, value] of Object.entries(facts)) if (value.trim() !== "") form.append(name, value.trim());
    for (const { path, file } of chosen) form.append("file", file, path);
    upload.current = importDocuments(form, setShare);
    setShare(0);
    try {
      const begun = await upload.current.done;
      forgetFacts();
      announce("Sent. Each file is being read now.");
      onDone(begun);
    } catch (problem) {
      setError(problem);
    } finally {
      setShare(null);
    }
  }

  const bytes = chosen.reduce((sum, { file }) => sum + file.size, 0);
  return (
    <form className="panel stack" onSubmit={(event) => void submit(event)} aria-label="Add many documents">
      <h2>Add many documents</h2>
      <p className="quiet">
        A ZIP, a folder or several files. What is here already and has not changed is left as it is; a changed file becomes a new
        version. A <code>manifest.csv</code> or <code>manifest.toml</code> beside the files can give each its title, owner and days.
      </p>
      <DropZone className="drop" aria-label="Drop a ZIP, a folder or files here" onDrop={(event) => void dropped(event.items).then(setChosen)}>
        <FileTrigger allowsMultiple onSelect={(files) => setChosen(listed(files))}>
          <AriaButton className="button plain">Choose a ZIP or files</AriaButton>
        </FileTrigger>
        <FileTrigger acceptDirectory onSelect={(files) => setChosen(listed(files))}>
          <AriaButton className="button plain">Choose a folder</AriaButton>
        </FileTrigger>
        <Text slot="label" className="quiet">
          {chosen.length === 0 ? "or drop them here"
            : chosen.length === 1 ? `${chosen[0]?.path}, ${size(bytes)}` : `${plural(chosen.length, "file")}, ${size(bytes)}`}
        </Text>
      </DropZone>
      <div className="pair">
        <Field label="Owner" hint="For files that no manifest gives one." value={facts.owner} onChange={(owner) => set({ owner })} />
        <Choice label="Who are they for?" value={facts.audience} onChange={(audience) => set({ audience })} options={AUDIENCES} />
      </div>
      {missing && <p className="field-error" role="alert">{missing}</p>}
      <ProblemNotice error={error} />
      {share !== null && (
        <ProgressBar value={share * 100} className="progress">
          {({ percentage, valueText }) => (
            <>
              <Label>Sending</Label>
              <span className="quiet">{valueText}</span>
              <span className="progress-track"><span style={{ width: `${percentage ?? 0}%` }} /></span>
            </>
          )}
        </ProgressBar>
      )}
      <div className="row">
        {share === null
          ? <Button type="submit" look="primary">Add them</Button>
          : <Button onPress={() => upload.current?.cancel()}>Stop</Button>}
        <Button look="quiet" onPress={onClose}>Close</Button>
        <span className="quiet">Nothing is drafted from any of them until another person has approved it.</span>
      </div>
    </form>
  );
}

function size(bytes: number): string {
  return bytes < 1_048_576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
}

/** What a file dialogue gives; a folder's files carry their path within it. */
function listed(files: FileList | null): Chosen[] {
  return [...(files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

async function dropped(items: DropItem[]): Promise<Chosen[]> {
  const chosen: Chosen[] = [];
  for (const item of items) await gather(item, "", chosen);
  return chosen;
}

async function gather(item: DropItem, above: string, chosen: Chosen[]): Promise<void> {
  if (item.kind === "file") chosen.push({ path: above + item.name, file: await item.getFile() });
  if (item.kind === "directory") {
    for await (const below of (item as DirectoryDropItem).getEntries()) await gather(below, `${above}${item.name}/`, chosen);
  }
}
