// What a document is called, who looks after it, whom it is for, its topics, and when somebody looks at it again.

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import * as api from "../api/client";
import { Problem } from "../api/problem";
import { choicesQuery, queryClient } from "../api/queries";
import type { DistrictDocument, DocumentChoices } from "../api/types";
import { dateIn } from "../time";
import { AUDIENCES } from "../words";
import { announce } from "./announce";
import { Button } from "./Button";
import { Choice } from "./Choice";
import { Field, Plain } from "./Field";
import { useKept } from "./kept";
import { ProblemNotice } from "./Notice";
import { useZone } from "./session";
import { Loaded } from "./Waiting";

export function CareForm({ of, onClose }: { of: DistrictDocument; onClose: () => void }) {
  const choices = useQuery(choicesQuery);
  return <Loaded query={choices} lines={4}>{(found) => <Form of={of} choices={found} onClose={onClose} />}</Loaded>;
}

function Form({ of, choices, onClose }: { of: DistrictDocument; choices: DocumentChoices; onClose: () => void }) {
  const [care, setCare, forgetCare] = useKept(`care.${of.id}`, {
    title: of.title, office: of.owner, audience: of.audience, owner: of.owner_person?.id ?? "", deputy: of.deputy_person?.id ?? "",
    topics: of.topics.join(", "), review: of.review_by ?? "",
  });
  const [based, setBased] = useState(of.version);
  const zone = useZone();
  const save = useMutation({
    mutationFn: () => api.documents.change({ id: of.id, version: based }, {
      title: care.title, owner: care.office, audience: care.audience, owner_person: care.owner || null, deputy_person: care.deputy || null,
      topics: [care.topics], review_by: care.review || null,
    }),
    onSuccess: (changed) => {
      queryClient.setQueryData(["document", of.id], changed);
      void queryClient.invalidateQueries({ queryKey: ["documents"] });
      forgetCare();
      announce("Saved.");
      onClose();
    },
    onError: (error) => {
      // What was typed stays; saving once more is then meant for the document as it stands.
      if (error instanceof Problem && error.status === 409 && error.current) {
        const current = error.current as DistrictDocument;
        queryClient.setQueryData(["document", of.id], current);
        setBased(current.version);
      }
    },
  });
  const set = (change: Partial<typeof care>): void => setCare({ ...care, ...change });
  function submit(event: FormEvent): void {
    event.preventDefault();
    save.mutate();
  }
  const audiences = AUDIENCES.some(({ value }) => value === of.audience)
    ? AUDIENCES : [...AUDIENCES, { value: of.audience, word: of.audience }];
  const person = (id: "owner" | "deputy", label: string, hint: string, named: DistrictDocument["owner_person"]) => (
    <Plain label={label} hint={hint} id={id}>
      <select id={id} aria-describedby={`${id}-hint`} value={care[id]} onChange={(event) => set({ [id]: event.target.value })}>
        <option value="">Nobody</option>
        {named && !named.acts && <option value={named.id}>{named.name} (left)</option>}
        {choices.people.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
      </select>
    </Plain>
  );
  return (
    <form className="panel stack" onSubmit={submit} aria-label={`Change ${of.title}`}>
      <h2>Title, owner, topics and review</h2>
      <div className="pair">
        <Field label="Title" hint="As drafts cite it from now on. What was drafted or published before keeps the old one."
          autoFocus isRequired value={care.title} onChange={(title) => set({ title })} />
        <Field label="Office" hint="Who answers for it; a refusal names it as whom to ask."
          isRequired value={care.office} onChange={(office) => set({ office })} />
      </div>
      <div className="pair">
        {person("owner", "Looked after by", "Is told when it expires or is to be looked at again.", of.owner_person)}
        {person("deputy", "Deputy", "Takes over once the owner has left.", of.deputy_person)}
      </div>
      <Choice label="Who is it for?" value={care.audience} onChange={(audience) => set({ audience })} options={audiences} />
      <div className="pair">
        <Field label="Topics" hint={topicsHint(choices)} value={care.topics} onChange={(topics) => set({ topics })} />
        <Plain label="Look at it again by" hint="Never, if left empty." id="review">
          <input id="review" type="date" aria-describedby="review-hint" min={of.review_due ? undefined : dateIn(zone)} value={care.review}
            onChange={(event) => set({ review: event.target.value })} />
        </Plain>
      </div>
      <ProblemNotice error={save.error} />
      <div className="row">
        <Button type="submit" look="primary" isPending={save.isPending}>Save</Button>
        <Button look="quiet" onPress={() => { forgetCare(); onClose(); }}>Not now</Button>
      </div>
    </form>
  );
}

/** The topics in use, the most used first, so that the same thing is called the same. */
function topicsHint({ topics }: DocumentChoices): string {
  const used = [...topics].sort((a, b) => b.documents - a.documents).slice(0, 6).map(({ topic }) => topic);
  return used.length === 0 ? "A word or two each, with commas between." : `With commas between. In use: ${used.join(", ")}.`;
}
