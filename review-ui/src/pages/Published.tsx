// What is public, and what was; each with its address for the public and its item here.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { queueQuery } from "../api/queries";
import { Chips } from "../parts/Chips";
import { PageHead } from "../parts/Frame";
import { ItemRows } from "../parts/ItemRows";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Notice";
import { SearchBox } from "../parts/SearchBox";
import { Loaded } from "../parts/Waiting";
import { plural } from "../words";

const SHOWS: { show: string | undefined; word: string; state: string | undefined; to_correct?: boolean }[] = [
  { show: undefined, word: "Public", state: "published" },
  { show: "ready", word: "Ready to publish", state: "approved" },
  { show: "to-correct", word: "To correct", state: undefined, to_correct: true },
  { show: "void", word: "Approval void", state: "stale" },
  { show: "withdrawn", word: "Withdrawn", state: "withdrawn" },
];

export function PublishedPage() {
  const search = useSearch({ from: "/app/published" });
  const navigate = useNavigate();
  const show = SHOWS.find((s) => s.show === search.show) ?? SHOWS[0]!;
  const list = useInfiniteQuery(queueQuery({ state: show.state, to_correct: show.to_correct, q: search.q, sort: "updated" }));
  return (
    <>
      <PageHead title="Published" below={
        <div className="filters">
          <Chips label="Show" chips={SHOWS.map((s) => ({ word: s.word, on: s === show, to: "/published", search: { ...search, show: s.show } }))} />
          <SearchBox label="Find in these" value={search.q ?? ""}
            onSearch={(q) => void navigate({ to: "/published", search: { ...search, q: q || undefined } })} />
        </div>
      }>
        <a className="button" href="/faq" target="_blank" rel="noreferrer">Public page</a>
      </PageHead>
      <Loaded query={list} lines={6}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.entries);
          if (entries.length === 0) {
            if (show.to_correct && !search.q) {
              return <Empty title="Nothing public needs correcting."><p>What is public and loses a source is listed here until it is corrected or withdrawn.</p></Empty>;
            }
            return (
              <Empty title={search.q ? "Nothing here has these words." : `Nothing under “${show.word}”.`}>
                <p>Approved text is published from its own page. <Link to="/published" search={{ show: "ready" }}>See what is ready</Link>.</p>
              </Empty>
            );
          }
          return (
            <>
              <ItemRows label={`Published: ${show.word}`} items={entries} showState={show.to_correct === true} onOpen={(item) => void navigate({ to: "/items/$id", params: { id: item.id } })} />
              <p className="quiet after-rows">
                {plural(pages[0]?.total ?? entries.length, "item")}.{show.to_correct && " Each is public and rests on a source that left force: correct it and publish it anew, or withdraw it."}{" "}
                {list.hasNextPage && <Button onPress={() => void list.fetchNextPage()}>Show more</Button>}
              </p>
            </>
          );
        }}
      </Loaded>
    </>
  );
}
