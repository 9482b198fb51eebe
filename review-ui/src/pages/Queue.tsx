// The queue: what waits for a reviewer, by due date and risk. Its filters live in the address.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import * as api from "../api/client";
import { itemChanged, queueQuery } from "../api/queries";
import type { ItemSummary } from "../api/types";
import { Button } from "../parts/Button";
import { Chips } from "../parts/Chips";
import { PageHead } from "../parts/Frame";
import { ItemRows } from "../parts/ItemRows";
import { Empty } from "../parts/Notice";
import { SearchBox } from "../parts/SearchBox";
import { useMay } from "../parts/session";
import { Loaded } from "../parts/Waiting";
import { plural } from "../words";
import type { QueueSearch } from "../router";

const SHOWS: { show: string | undefined; word: string; state: string }[] = [
  { show: undefined, word: "To review", state: "pending_review,in_review" },
  { show: "sent-back", word: "Sent back", state: "changes_requested" },
  { show: "refused", word: "Refused", state: "refused" },
  { show: "drafting", word: "Being drafted", state: "requested,drafting" },
  { show: "approved", word: "Approved", state: "approved" },
  { show: "void", word: "Approval void", state: "stale" },
  { show: "all", word: "All", state: "" },
];

export function QueuePage() {
  const search = useSearch({ from: "/app/queue" });
  const navigate = useNavigate();
  const mayReview = useMay("item.review");
  const mayAsk = useMay("item.request");
  const show = SHOWS.find((s) => s.show === search.show) ?? SHOWS[0]!;
  const queue = useInfiniteQuery(queueQuery({
    state: show.state || undefined, kind: search.kind, held: search.held, mine: search.mine, q: search.q, sort: "due",
  }));
  const chip = (word: string, on: boolean, change: Partial<QueueSearch>) =>
    ({ word, on, to: "/queue" as const, search: { ...search, ...change } });
  const toggle = <K extends keyof QueueSearch>(word: string, name: K, value: QueueSearch[K]) =>
    chip(word, search[name] === value, { [name]: search[name] === value ? undefined : value });

  async function open(item: ItemSummary): Promise<void> {
    if (mayReview && item.state === "pending_review" && !item.held_by) {
      // The page opens either way and says why, if it could not be claimed.
      await api.items.claim(item).then(itemChanged, () => undefined);
    }
    await navigate({ to: "/items/$id", params: { id: item.id } });
  }

  return (
    <>
      <PageHead title="Queue" below={<>
        <Chips label="Show" chips={SHOWS.map((s) => chip(s.word, s === show, { show: s.show }))} />
        <div className="filters">
          <Chips label="Narrow down" chips={[
            toggle("FAQ answers", "kind", "faq"), toggle("Newsletters", "kind", "newsletter"),
            toggle("Held by me", "held", "me"), toggle("Not held", "held", "free"), toggle("Asked by me", "mine", true),
          ]} />
          <SearchBox label="Find in the queue" value={search.q ?? ""}
            onSearch={(q) => void navigate({ to: "/queue", search: { ...search, q: q || undefined } })} />
        </div>
      </>}>
        {mayAsk && <Link to="/ask" className="button primary">Ask</Link>}
      </PageHead>
      <Loaded query={queue} lines={8}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.entries);
          if (entries.length === 0) return <NothingHere search={search} word={show.word} mayAsk={mayAsk} />;
          return (
            <>
              <ItemRows label={`Queue: ${show.word}`} items={entries} onOpen={(item) => void open(item)}
                showState={show.show === "all" || show.show === "drafting"}
                enterDoes={mayReview ? "Open and claim" : "Open"} />
              <p className="quiet after-rows">
                {plural(pages[0]?.total ?? entries.length, "item")}, the earliest due first.{" "}
                {queue.hasNextPage && <Button onPress={() => void queue.fetchNextPage()} isPending={queue.isFetchingNextPage}>Show more</Button>}
              </p>
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function NothingHere({ search, word, mayAsk }: { search: QueueSearch; word: string; mayAsk: boolean }) {
  const narrowed = search.kind ?? search.held ?? search.mine ?? search.q;
  if (narrowed !== undefined) {
    return (
      <Empty title={`Nothing under “${word}” fits these filters.`}>
        <p><Link to="/queue" search={{ show: search.show }}>Take the filters away</Link></p>
      </Empty>
    );
  }
  return (
    <Empty title={search.show === undefined ? "Nothing waits for review." : `Nothing under “${word}”.`}>
      {mayAsk
        ? <p>Drafts appear here when they are sent to review. <Link to="/ask">Ask for one</Link>.</p>
        : <p>Drafts appear here when they are sent to review.</p>}
    </Empty>
  );
}
