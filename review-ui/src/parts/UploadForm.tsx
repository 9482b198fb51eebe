// Uploading a document or a new version of one: a file, what it is called, who owns it, from when to when.

import { useQuery } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";
import { Button as AriaButton, DropZone, FileTrigger, ProgressBar, Label, Text, type FileDropItem } from "react-aria-components";
import { choicesQuery, documentsQuery, queryClient } from "../api/queries";
import type { DistrictDocument } from "../api/types";
import { uploadDocument, type Stored, type Upload } from "../api/upload";
import { AUDIENCES } from "../words";
import { announce } from "./announce";
import { Button } from "./Button";
import { Choice } from "./Choice";
import { DaysFields, daysProblem } from "./DaysFields";
import { Field, Plain } from "./Field";
import { useKept } from "./kept";
import { ProblemNotice } from "./Notice";
import { useSession } from "./session";

const ACCEPTED = [".pdf", ".docx", ".xlsx", ".pptx", ".eml", ".html", ".htm", ".md", ".txt"];
const NOTHING = { title: "", owner: "", audience: "families", owner_person: "", topics: "", effective: "", expires: "", supersedes: "" };

export function UploadForm({ of, onDone, onClose }: {
  of?: DistrictDocument; onDone: (document: DistrictDocument) => void; onClose: () => void;
}) {
  const [facts, setFacts, forgetFacts] = useKept(`upload.${of?.id ?? "new"}`, NOTHING);
  const [file, setFile] = useState<File | null>(null);
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [missing, setMissing] = useState<string | null>(null);
  const upload = useRef<Upload<Stored> | null>(null);
  const others = useQuery(documentsQuery({}));
  const choices = useQuery({ ...choicesQuery, enabled: !of });
  const { person: me } = useSession();
  const set = (change: Partial<typeof NOTHING>): void => setFacts({ ...facts, ...change });

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!file) return setMissing("Choose a file first.");
    const wrong = daysProblem(facts);
    setMissing(wrong);
    if (wrong !== null) return;
    setError(null);
    const form = new FormData();
    for (const [name, value] of Object.entries(facts)) if (value.trim() !== "" && !(of && name === "audience")) form.append(name, value.trim());
    if (of) form.append("document", of.id);
    form.append("file", file);
    upload.current = uploadDocument(form, setShare);
    setShare(0);
    try {
      const stored = await upload.current.done;
      forgetFacts();
      announce(stored.isNew ? "Uploaded. It waits for another person's approval." : "The same file was here already. Nothing was added.");
      await queryClient.invalidateQueries({ queryKey: ["documents"] });
      onDone(stored.document);
    } catch (problem) {
      setError(problem);
    } finally {
      setShare(null);
    }
  }

  return (
    <form className="panel stack" onSubmit={(event) => void submit(event)} aria-label={of ? `New version of ${of.title}` : "Upload a document"}>
      <h2>{of ? `New version of ${of.title}` : "Upload a document"}</h2>
      <FileChoice file={file} onFile={setFile} />
      {!of && (
        <div className="pair">
          <Field label="Title" hint="The file's name, if left empty." value={facts.title} onChange={(title) => set({ title })} />
          <Field label="Owner" hint="The person or office to ask." value={facts.owner} onChange={(owner) => set({ owner })} />
        </div>
      )}
      {!of && (
        <div className="pair">
          <Plain label="Looked after by" hint="Is told when it expires or is to be looked at again." id="owner-person">
            <select id="owner-person" aria-describedby="owner-person-hint" value={facts.owner_person || me.id} onChange={(event) => set({ owner_person: event.target.value })}>
              {choices.data?.people.every((one) => one.id !== me.id) !== false && <option value={me.id}>{me.name}</option>}
              {choices.data?.people.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
            </select>
          </Plain>
          <Field label="Topics" hint="A word or two each, with commas between." value={facts.topics} onChange={(topics) => set({ topics })} />
        </div>
      )}
      {!of && <Choice label="Who is it for?" value={facts.audience} onChange={(audience) => set({ audience })} options={AUDIENCES} />}
      <DaysFields days={facts} onChange={set} />
      {!of && (others.data?.entries.length ?? 0) > 0 && (
        <Plain label="Supersedes" hint="The document that this one replaces once it is approved." id="supersedes">
          <select id="supersedes" aria-describedby="supersedes-hint" value={facts.supersedes} onChange={(event) => set({ supersedes: event.target.value })}>
            <option value="">None</option>
            {others.data?.entries.map((document) => <option key={document.id} value={document.id}>{document.title}</option>)}
          </select>
        </Plain>
      )}
      {missing && <p className="field-error" role="alert">{missing}</p>}
      <ProblemNotice error={error} />
      {share !== null && (
        <ProgressBar value={share * 100} className="progress">
          {({ percentage, valueText }) => (
            <>
              <Label>{share < 1 ? `Sending ${file?.name}` : "Extracting the text"}</Label>
              <span className="quiet">{share < 1 ? valueText : ""}</span>
              <span className="progress-track"><span style={{ width: `${percentage ?? 0}%` }} /></span>
            </>
          )}
        </ProgressBar>
      )}
      <div className="row">
        {share === null
          ? <Button type="submit" look="primary">Upload</Button>
          : <Button onPress={() => upload.current?.cancel()}>Stop</Button>}
        <Button look="quiet" onPress={onClose}>Close</Button>
        <span className="quiet">Nothing is drafted from it until another person has approved it.</span>
      </div>
    </form>
  );
}

function FileChoice({ file, onFile }: { file: File | null; onFile: (file: File) => void }) {
  return (
    <DropZone className="drop" aria-label="Drop a file here" onDrop={(event) => {
      const dropped = event.items.find((item): item is FileDropItem => item.kind === "file");
      if (dropped) void dropped.getFile().then(onFile);
    }}>
      <FileTrigger acceptedFileTypes={ACCEPTED} onSelect={(files) => { if (files?.[0]) onFile(files[0]); }}>
        <AriaButton className="button plain">{file ? "Choose another file" : "Choose a file"}</AriaButton>
      </FileTrigger>
      <Text slot="label" className="quiet">{file ? `${file.name}, ${(file.size / 1024).toFixed(0)} KB` : "or drop it here: PDF, DOCX, XLSX, PPTX, EML, HTML, Markdown or text"}</Text>
    </DropZone>
  );
}
