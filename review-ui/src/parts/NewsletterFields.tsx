// What a newsletter needs besides audience and due date: an issue template, a period and its topics.

import { useQuery } from "@tanstack/react-query";
import { templatesQuery } from "../api/queries";
import { Field, Plain } from "./Field";
import { Loaded } from "./Waiting";

export type Order = { template: string; from: string; to: string; topics: string; title: string };
export const EMPTY_ORDER: Order = { template: "", from: "", to: "", topics: "", title: "" };

export function orderProblem(order: Order): string | null {
  if (order.template === "") return "Choose an issue template first.";
  if (order.from === "" || order.to === "") return "Choose the first and the last day it covers.";
  if (order.to < order.from) return "The last day is before the first.";
  return null;
}

export function NewsletterFields({ order, onChange }: { order: Order; onChange: (order: Order) => void }) {
  const templates = useQuery(templatesQuery);
  const set = (change: Partial<Order>): void => onChange({ ...order, ...change });
  return (
    <Loaded query={templates}>
      {({ entries }) => {
        const chosen = entries.find((template) => template.id === order.template);
        return (
          <>
            <Plain label="Issue template" id="template">
              <select id="template" value={order.template} onChange={(event) => set({ template: event.target.value })}>
                <option value="">Choose one</option>
                {entries.map((template) => <option key={template.id} value={template.id}>{template.name}</option>)}
              </select>
            </Plain>
            {chosen && order.topics.trim() === "" && <p className="quiet">Sections: {chosen.sections.map((section) => section.heading).join(" · ")}</p>}
            <Field label="Title" hint="Leave it empty to have the template's." value={order.title} onChange={(title) => set({ title })} />
            <div className="pair">
              <Plain label="First day it covers" id="from">
                <input id="from" type="date" value={order.from} onChange={(event) => set({ from: event.target.value })} />
              </Plain>
              <Plain label="Last day it covers" id="to">
                <input id="to" type="date" value={order.to} min={order.from} onChange={(event) => set({ to: event.target.value })} />
              </Plain>
            </div>
            <Field label="Topics" hint="One on a line; each becomes a section. Without any, the template's sections are drafted." rows={4} value={order.topics}
              onChange={(topics) => set({ topics })} />
          </>
        );
      }}
    </Loaded>
  );
}
