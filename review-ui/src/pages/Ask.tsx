// Asking for an FAQ answer or a newsletter. The draft then appears on the item's own page.

import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import * as api from "../api/client";
import { itemChanged, queueQuery } from "../api/queries";
import type { Item, ItemInput } from "../api/types";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { Field, Plain } from "../parts/Field";
import { PageHead } from "../parts/Frame";
import { ItemRows } from "../parts/ItemRows";
import { useKept } from "../parts/kept";
import { NewsletterFields, EMPTY_ORDER, orderProblem } from "../parts/NewsletterFields";
import { ProblemNotice } from "../parts/Notice";
import { useZone } from "../parts/session";
import { dateIn, instantOf } from "../time";
import { AUDIENCES } from "../words";

/** Requests are due at five in the afternoon of the day chosen. */
const DUE_HOUR = 17;

export function AskPage() {
  const { kind = "faq" } = useSearch({ from: "/app/ask" });
  const navigate = useNavigate();
  return (
    <>
      <PageHead title="Ask" />
      <div className="read">
        <Choice label="What should it be?" value={kind}
          options={[{ value: "faq", word: "FAQ answer" }, { value: "newsletter", word: "Newsletter" }]}
          onChange={(next) => void navigate({ to: "/ask", search: next === "newsletter" ? { kind: next } : {}, replace: true })} />
        <AskForm key={kind} kind={kind} />
      </div>
      <MyRequests />
    </>
  );
}

function AskForm({ kind }: { kind: "faq" | "newsletter" }) {
  const zone = useZone();
  const navigate = useNavigate();
  const [question, setQuestion, clearQuestion] = useKept("ask.question", "");
  const [order, setOrder, clearOrder] = useKept("ask.order", EMPTY_ORDER);
  const [audience, setAudience] = useState("families");
  const [due, setDue] = useState(dateIn(zone, kind === "faq" ? 1 : 3));
  const [missing, setMissing] = useState<string | null>(null);
  const ask = useMutation({
    mutationFn: (body: ItemInput) => api.items.request(body),
    onSuccess: (item: Item) => {
      itemChanged(item);
      if (kind === "faq") clearQuestion();
      else clearOrder();
      void navigate({ to: "/items/$id", params: { id: item.id } });
    },
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    const problem = kind === "faq"
      ? (question.trim() === "" ? "Paste or write the question first." : null)
      : orderProblem(order);
    setMissing(problem);
    if (problem !== null) return;
    const common = { audience, due_at: due ? instantOf(zone, due, DUE_HOUR) : undefined };
    ask.mutate(kind === "faq"
      ? { kind, question: question.trim(), ...common }
      : {
        kind, ...common, template: order.template, from: order.from, to: order.to,
        topics: order.topics.split("\n").map((topic) => topic.trim()).filter(Boolean),
        title: order.title.trim() || undefined,
      });
  }

  return (
    <form className="stack" onSubmit={submit}>
      {kind === "faq"
        ? <Field label="Paste the question as it came in" hint="Leave out names, student numbers and anything else about one child."
            rows={5} value={question} onChange={setQuestion} autoFocus name="question" />
        : <NewsletterFields order={order} onChange={setOrder} />}
      <div className="pair">
        <Choice label="Who is it for?" value={audience} onChange={setAudience} options={AUDIENCES} />
        <Plain label="Due" id="due">
          <input id="due" type="date" value={due} min={dateIn(zone)} onChange={(event) => setDue(event.target.value)} />
        </Plain>
      </div>
      {missing && <p className="field-error" role="alert">{missing}</p>}
      <ProblemNotice error={ask.error} />
      <div className="row">
        <Button type="submit" look="primary" isPending={ask.isPending}>Draft</Button>
        <span className="quiet">Drafts come from approved documents only. A person reviews every one.</span>
      </div>
    </form>
  );
}

function MyRequests() {
  const navigate = useNavigate();
  const mine = useInfiniteQuery(queueQuery({ mine: true, sort: "updated" }));
  const entries = mine.data?.pages[0]?.entries.slice(0, 8) ?? [];
  if (entries.length === 0) return null;
  return (
    <section className="below">
      <div className="section-head">
        <h2>Your requests</h2>
        <Link to="/queue" search={{ mine: true, show: "all" }}>All of them</Link>
      </div>
      <ItemRows label="Your requests" items={entries}
        onOpen={(item) => void navigate({ to: "/items/$id", params: { id: item.id } })} />
    </section>
  );
}
