// One item, whatever its state: being drafted, refused, or a text to read, edit and decide on.

import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { itemQuery } from "../api/queries";
import type { Item } from "../api/types";
import { Drafting } from "../parts/Drafting";
import { PageHead } from "../parts/Frame";
import { Empty, Word } from "../parts/Notice";
import { RefusalView } from "../parts/RefusalView";
import { CompareMenu } from "../parts/review/Compare";
import { publicQuestion } from "../parts/review/editing";
import { Review } from "../parts/review/Review";
import { useSession } from "../parts/session";
import { CalendarDay, Time } from "../parts/Time";
import { Loaded } from "../parts/Waiting";
import { KIND, STATE, STATE_MEANING, spaced } from "../words";

export function ItemPage() {
  const { id } = useParams({ from: "/app/items/$id" });
  const item = useQuery({
    ...itemQuery(id),
    // While it is drafted the stream tells; elsewhere somebody else may change it under the reader.
    refetchInterval: ({ state }) => (state.data && ["requested", "drafting"].includes(state.data.state) ? 5_000 : 20_000),
  });
  return <Loaded query={item} lines={8}>{(found) => <ItemBody key={found.id} item={found} />}</Loaded>;
}

function ItemBody({ item }: { item: Item }) {
  const drafting = item.state === "requested" || item.state === "drafting";
  return (
    <>
      <PageHead title={item.title} below={<Facts item={item} />}>
        <CompareMenu item={item} />
        <Link to="/items/$id/history" params={{ id: item.id }} className="button quiet">History</Link>
      </PageHead>
      <Question item={item} />
      {drafting && <Drafting item={item} />}
      {!drafting && item.revision && <Review key={item.id} item={item} revision={item.revision} />}
      {!drafting && !item.revision && item.refusal && <RefusalView item={item} refusal={item.refusal} />}
      {!drafting && !item.revision && !item.refusal && (
        <Empty title={item.state === "cancelled" ? "This request was cancelled before there was a text." : "There is no text here yet."}>
          <p>The <Link to="/items/$id/history" params={{ id: item.id }}>history</Link> says what happened.</p>
        </Empty>
      )}
    </>
  );
}

function Facts({ item }: { item: Item }) {
  const { revision, held_by: held } = item;
  const { person } = useSession();
  return (
    <p className="item-facts">
      <Word meaning={STATE_MEANING[item.state]}>{STATE[item.state]}</Word>
      <span className={item.overdue ? "overdue" : undefined}>{item.overdue ? "was due " : "due "}<Time at={item.due_at} /></span>
      <span>{KIND[item.kind]} for {item.audience}</span>
      {item.risk.length > 0 && <span>risk: {item.risk.map(spaced).join(", ")}</span>}
      {held && <span>{held.person.id === person.id ? "held by you" : `${held.person.name} reviewing`} until <Time at={held.until} /></span>}
      {revision && <span>revision {revision.number} by {revision.author?.name ?? "the machine"}</span>}
    </p>
  );
}

function Question({ item }: { item: Item }) {
  if (item.newsletter) {
    return (
      <p className="asked">
        <span className="quiet">{item.requester.name} asked for a newsletter for <CalendarDay date={item.newsletter.from} /> to <CalendarDay date={item.newsletter.to} />
          {item.newsletter.topics.length > 0 && <>: {item.newsletter.topics.join(", ")}</>}</span>
      </p>
    );
  }
  // The draft shows the public question; the asker's words are said again only where they are others.
  const same = item.revision !== null && publicQuestion(item) === item.question;
  return (
    <p className="asked">
      <span className="quiet">{item.requester.name} asked{same ? " this" : ""}, <Time at={item.created_at} />{same ? "." : ":"}</span> {same ? null : item.question}
    </p>
  );
}
