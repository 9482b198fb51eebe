// The page the product is for: the draft sentence by sentence on the left, what it rests on at the right.

import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useReducer, useState } from "react";
import type { Item, Revision } from "../../api/types";
import { mayDo } from "../../words";
import { announce } from "../announce";
import { Button } from "../Button";
import { useKeys } from "../keys";
import { Notice, ProblemNotice } from "../Notice";
import { ReasonForm } from "../ReasonForm";
import { useSession } from "../session";
import { Time } from "../Time";
import { useMedia } from "../useMedia";
import { ComparePane } from "./Compare";
import { DecisionBar, type Form } from "./DecisionBar";
import { DraftPane } from "./DraftPane";
import { Editor } from "./Editor";
import { dropEdits, keptEdit } from "./drafts";
import { differs, publicQuestion } from "./editing";
import { comparable, numberDraft } from "./numbering";
import { MadeBy } from "./MadeBy";
import { Outcome } from "./Outcome";
import { SectionList } from "./SectionList";
import { SourceChanges } from "./SourceChanges";
import { SourcesPane } from "./Sources";
import { useAttention, useSourcesOpened } from "./useAttention";
import { useCommands } from "./useCommands";
import { useReading } from "./useReading";

const FORMS: Record<Form, { title: string; verb: string; code: boolean; note: string; hint?: string; danger?: boolean }> = {
  request_changes: { title: "Request changes", verb: "Send back", code: true, note: "What has to change?", hint: "The item goes back to its author with this." },
  reject: { title: "Reject", verb: "Reject", code: true, note: "Why?", danger: true },
  take_over: { title: "Take over", verb: "Take over", code: false, note: "Why take it over now?", hint: "The person who holds it will see this; it is in the log." },
  cancel: { title: "Cancel the request", verb: "Cancel the request", code: false, note: "Why?", danger: true },
  withdraw: { title: "Withdraw from the public page", verb: "Withdraw", code: false, note: "Why?", hint: "The page will say that the answer was withdrawn.", danger: true },
};

export function Review({ item, revision }: { item: Item; revision: Revision }) {
  const { person, may } = useSession();
  const navigate = useNavigate();
  const { compare } = useSearch({ from: "/app/items/$id" });
  const narrow = useMedia("(max-width: 900px)");
  const numbered = useMemo(() => numberDraft(revision), [revision]);
  const { opened, open } = useSourcesOpened(item.id);
  const reading = useReading(numbered, open);
  const [form, setForm] = useState<Form | null>(null);
  const [editing, setEditing] = useState(false);
  const commands = useCommands(item, () => setForm(null));
  const [, look] = useReducer((looks: number) => looks + 1, 0);
  const kept = keptEdit(person.id, item.id);
  const unsaved = kept !== null && differs(kept.edit, item);
  const from = compare ? comparable(item)[compare] : null;
  useAttention(item.id, item.requester.id === person.id ? "requester" : "reviewer", item.held_by?.person.id === person.id);

  const ask = (next: Form): void => { commands.reset(); setForm((now) => (now === next ? null : next)); };
  const quiet = !editing;
  useKeys("This item", [
    { key: "n", does: "Next sentence", run: () => reading.move(1), when: quiet },
    { key: "p", does: "Sentence before", run: () => reading.move(-1), when: quiet },
    { key: "o", does: "Open the sentence's source", run: reading.openActive, when: quiet },
    { key: "e", does: "Edit", run: () => setEditing(true), when: quiet && mayDo(item.actions, "edit") },
    { key: "c", does: "Request changes", run: () => ask("request_changes"), when: quiet && mayDo(item.actions, "request_changes") },
    { key: "x", does: "Reject", run: () => ask("reject"), when: quiet && mayDo(item.actions, "reject") },
    { key: "a", does: "Approve", run: commands.approve, when: quiet && !unsaved && !commands.busy && mayDo(item.actions, "approve") },
    { key: "]", does: "Next item", run: commands.next, when: quiet && may.includes("item.review") },
  ]);

  const sections = item.kind === "newsletter" && !editing && from === null;
  const asked = form ? FORMS[form] : null;
  return (
    <div className="review" data-newsletter={sections || undefined}>
      <div className="review-notices">
        <Outcome item={item} />
        {!editing && <SourceChanges item={item} busy={commands.busy} onMove={commands.move_to_newer_sources} />}
        {unsaved && !editing && (
          <Notice meaning="person" title="You have text here that was not saved.">
            <p>Last typed <Time at={kept.at} /> on revision {kept.edit.base}; it is kept in this browser.</p>
            <div className="row">
              <Button onPress={() => setEditing(true)}>Go on editing</Button>
              <Button look="quiet" onPress={() => { dropEdits(person.id, item.id); look(); announce("What you had typed was dropped."); }}>Drop it</Button>
            </div>
          </Notice>
        )}
      </div>
      <div className="panes">
        {sections && <SectionList revision={revision} />}
        {editing
          ? <Editor item={item} start={reading.active} onDone={() => setEditing(false)} onClose={() => setEditing(false)} />
          : (
            <>
              {compare && from !== null
                ? <ComparePane item={item} from={from} what={compare === "draft" ? "Machine draft → now" : "Last reviewed → now"} />
                : <DraftPane revision={revision} question={publicQuestion(item)} numbered={numbered} pane={reading.draftPane} active={reading.active} onActive={reading.activate}
                    onOpen={reading.open} narrow={narrow} sources={item.sources} opened={opened} />}
              {!(narrow && from === null) && (
                <SourcesPane sources={item.sources} citations={numbered.citations} lit={reading.lit} opened={opened} onOpen={open}
                  onPick={reading.pick} pane={reading.sourcesPane} />
              )}
            </>
          )}
      </div>
      {!editing && <MadeBy item={item} />}
      {!editing && (
        <div className="decide">
          {form && asked && (
            <ReasonForm key={form} id={`${form}.${item.id}`} title={asked.title} verb={asked.verb} withCode={asked.code} noteLabel={asked.note}
              noteHint={asked.hint} danger={asked.danger} busy={commands.busy} error={commands.error}
              onSend={(reason) => commands.sendReason(form, reason)} onClose={() => setForm(null)} />
          )}
          {!form && <ProblemNotice error={commands.error} />}
          <DecisionBar item={item} form={form} busy={commands.busy} unsaved={unsaved}
            commands={{ ...commands, ask, edit: () => { void navigate({ to: "/items/$id", params: { id: item.id }, search: {} }); setEditing(true); } }} />
        </div>
      )}
    </div>
  );
}
