// Editing in place: a text area for each sentence, its citations kept, other sentences of the sources to choose.

import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import * as api from "../../api/client";
import { Problem } from "../../api/problem";
import { itemChanged } from "../../api/queries";
import type { Item } from "../../api/types";
import { announce } from "../announce";
import { Button } from "../Button";
import { Field } from "../Field";
import { Icon } from "../Icon";
import { Notice, ProblemNotice } from "../Notice";
import { useSession } from "../session";
import { Time } from "../Time";
import { Conflict } from "./Conflict";
import { useEdit } from "./drafts";
import {
  addSection, addSentence, asInput, changeSentence, differs, removeSentence, toggleCitation,
  type Edit, type EditSentence,
} from "./editing";
import { SourcePicker } from "./SourcePicker";

export function Editor({ item, byHand = false, start, onDone, onClose }: {
  item: Item; byHand?: boolean; start?: string | null; onDone: () => void; onClose: () => void;
}) {
  const { person } = useSession();
  const { edit, setEdit, drop, restored } = useEdit(person.id, item);
  const [target, setTarget] = useState<number | null>(() => sentenceAt(edit, start));
  const save = useMutation({
    mutationFn: (target: { id: string; version: number }) => {
      const text = { public_question: edit.question?.trim(), sections: asInput(edit) };
      return byHand ? api.items.writeByHand(target, text) : api.items.edit(target, { ...text, note: edit.note.trim() || undefined });
    },
    onSuccess: (saved: Item) => {
      drop();
      itemChanged(saved);
      announce("Saved. Every sentence was checked again.");
      onDone();
    },
  });
  const refused = save.error instanceof Problem && save.error.status === 409 ? (save.error.current as Item | null) : null;
  // The item may have been fetched again since: only while its text is the one edited does its newer version count.
  const standing = (item.revision?.number ?? 0) === edit.base;
  const onto = { id: item.id, version: standing ? item.version : edit.version };
  // One's own save may be fetched before its answer arrives; that is no conflict.
  const current = refused ?? (standing || save.isPending || save.isSuccess ? null : item);
  const conflictAt = useRef<HTMLDivElement>(null);
  // Whoever pressed Save must see why it was not saved, wherever on the page they are.
  useEffect(() => { if (refused) conflictAt.current?.focus(); }, [refused]);
  const changed = differs(edit, item);
  const all = edit.sections.flatMap((section) => section.sentences);
  const picked = all.find((sentence) => sentence.id === target) ?? null;

  function keys(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && changed && !current && !save.isPending) save.mutate(onto);
  }

  return (
    <>
      <section className="draft editor" aria-label={byHand ? "Write it by hand" : "Edit the draft"} onKeyDown={keys}>
        <h2 className="pane-title">{byHand ? "Write it by hand" : `Editing revision ${edit.base}`}</h2>
        {restored !== null && (
          <Notice meaning="person" title="This is what you typed and did not save." live>
            <p>Last typed <Time at={restored} />{byHand ? "" : ` on revision ${edit.base}`}; it was kept in this browser.</p>
            <Button onPress={() => { drop(); save.reset(); announce("What you had typed was dropped."); }}>Drop it</Button>
          </Notice>
        )}
        {edit.question !== null && (
          <Field label="Public question" rows={2} value={edit.question} onChange={(question) => setEdit({ ...edit, question })}
            hint="Heads the public page. Word it as families would look for it, without anything about one child."
            error={edit.question.trim() === "" ? "Write the question that is answered; the page needs a heading." : null} />
        )}
        {edit.sections.map((section, s) => (
          <div key={s} className="draft-section">
            {section.heading !== null && (
              <Field label="Section heading" value={section.heading}
                onChange={(heading) => setEdit({ ...edit, sections: edit.sections.map((x, i) => (i === s ? { ...x, heading } : x)) })} />
            )}
            <ol className="sentences">
              {section.sentences.map((sentence, i) => (
                <EditedSentence key={sentence.id} sentence={sentence} number={i + 1} picked={sentence.id === target}
                  onPick={() => setTarget(sentence.id)} onChange={setEdit} edit={edit}
                  onAdd={() => { setEdit(addSentence(edit, s, sentence.id)); setTarget(edit.next); }} />
              ))}
            </ol>
            <Button look="quiet" icon="plus" onPress={() => { setEdit(addSentence(edit, s, null)); setTarget(edit.next); }}>
              Add a sentence
            </Button>
          </div>
        ))}
        {item.kind === "newsletter" && <Button look="quiet" icon="plus" onPress={() => setEdit(addSection(edit))}>Add a section</Button>}
        {!byHand && <Field label="Note on this change" hint="Optional; shown in the history." value={edit.note} onChange={(note) => setEdit({ ...edit, note })} />}
        {current && (
          <div ref={conflictAt} tabIndex={-1} className="conflict">
            <Conflict base={edit.texts} current={current} onKeepMine={() => save.mutate(current)}
              onTakeTheirs={() => { drop(); itemChanged(current); onClose(); }} />
          </div>
        )}
        {!refused && <ProblemNotice error={save.error} />}
        <div className="row editor-end">
          {current
            ? <Button onPress={() => conflictAt.current?.focus()}>See what changed</Button>
            : <Button look="primary" isDisabled={!changed} isPending={save.isPending} onPress={() => save.mutate(onto)}>Save</Button>}
          <Button onPress={() => { drop(); onClose(); }}>Discard</Button>
          <span className="quiet" role="status">
            {save.isPending ? "Saving and checking every sentence…" : changed ? "What you type is kept in this browser until it is saved." : "Nothing changed yet."}
          </span>
        </div>
      </section>
      <SourcePicker item={item} sentence={picked}
        onToggle={(citation) => picked && setEdit(toggleCitation(edit, picked.id, citation))} />
    </>
  );
}

/** The sentence the reader was at when they pressed "e", else the first. */
function sentenceAt(edit: Edit, start: string | null | undefined): number | null {
  const [section = 0, index = 0] = (start ?? "0.0").split(".").map(Number);
  return edit.sections[section]?.sentences[index]?.id ?? edit.sections[0]?.sentences[0]?.id ?? null;
}

function EditedSentence({ sentence, number, picked, edit, onPick, onChange, onAdd }: {
  sentence: EditSentence; number: number; picked: boolean; edit: Edit; onPick: () => void; onChange: (edit: Edit) => void;
  onAdd: () => void;
}) {
  return (
    <li className="sentence edited" data-lit={picked || undefined} onFocus={onPick}>
      <textarea aria-label={`Sentence ${number}`} value={sentence.text} rows={2} autoFocus={picked}
        onChange={(event) => onChange(changeSentence(edit, sentence.id, { text: event.target.value }))} />
      <div className="cited">
        {sentence.citations.map((citation) => (
          <span key={`${citation.version}:${citation.start}`} className="cite-chip" title={citation.quote}>
            <span>{citation.title}: {citation.quote}</span>
            <button type="button" aria-label={`Take away the citation of ${citation.title}`}
              onClick={() => onChange(toggleCitation(edit, sentence.id, citation))}><Icon name="close" /></button>
          </span>
        ))}
        {sentence.citations.length === 0 && <span className="quiet">Cites nothing: it will be marked as person-written.</span>}
      </div>
      <div className="sentence-tools">
        <button type="button" className="link" onClick={onAdd}>Add one after it</button>
        <button type="button" className="link" onClick={() => onChange(removeSentence(edit, sentence.id))}>Remove sentence {number}</button>
      </div>
    </li>
  );
}
