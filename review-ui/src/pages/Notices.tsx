// What the signed-in person was told: about documents they look after and texts of theirs. Each line leads to the thing.

import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import * as api from "../api/client";
import { noticesQuery, noticesRead } from "../api/queries";
import type { Notice } from "../api/types";
import { announce } from "../parts/announce";
import { Button } from "../parts/Button";
import { Chips } from "../parts/Chips";
import { PageHead } from "../parts/Frame";
import { Empty, ProblemNotice, Word } from "../parts/Notice";
import { CalendarDay, Time } from "../parts/Time";
import { Loaded } from "../parts/Waiting";
import { NOTICE, plural } from "../words";

export function NoticesPage() {
  const { show } = useSearch({ from: "/app/notices" });
  const list = useInfiniteQuery(noticesQuery(show === "all"));
  const newest = list.data?.pages[0]?.entries[0];
  const unread = list.data?.pages.some((page) => page.entries.some((notice) => !notice.read)) === true;
  const readAll = useMutation({
    mutationFn: (until: string) => api.notices.readUntil(until),
    onSuccess: () => { noticesRead(); announce("All of them are marked as read."); },
  });
  return (
    <>
      <PageHead title="Notices" below={
        <Chips label="Show" chips={[
          { word: "To do", on: show !== "all", to: "/notices", search: {} },
          { word: "Everything", on: show === "all", to: "/notices", search: { show: "all" } },
        ]} />
      }>
        {newest && unread && <Button isPending={readAll.isPending} onPress={() => readAll.mutate(newest.told_at)}>Mark all as read</Button>}
      </PageHead>
      <ProblemNotice error={readAll.error} />
      <Loaded query={list} lines={6}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.entries);
          if (entries.length === 0) {
            return (
              <Empty title={show === "all" ? "You were told nothing yet." : "Nothing is waiting for you here."}>
                <p>You hear when a document you look after ends or is to be reviewed, when a version waits for your approval, and when a text of yours loses a source.</p>
              </Empty>
            );
          }
          return (
            <>
              <ul className="plain-list notices" aria-label="Notices">{entries.map((notice) => <Row key={notice.id} notice={notice} />)}</ul>
              <p className="quiet after-rows">
                {plural(pages[0]?.total ?? entries.length, "notice")}, the newest first.{" "}
                {list.hasNextPage && <Button onPress={() => void list.fetchNextPage()} isPending={list.isFetchingNextPage}>Show more</Button>}
              </p>
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function Row({ notice }: { notice: Notice }) {
  const read = useMutation({ mutationFn: () => api.notices.read(notice.id), onSuccess: noticesRead });
  const { word, meaning } = NOTICE[notice.kind];
  return (
    <li data-unread={!notice.read || undefined}>
      <div>
        <p>
          <Word meaning={notice.settled ? "plain" : meaning}>{word}</Word>{" "}
          {!notice.read && <span className="new">new</span>}
        </p>
        <p className="notice-line">{sentence(notice, <ThingLink notice={notice} onOpen={() => { if (!notice.read) read.mutate(); }} />)}</p>
        <p className="quiet notice-facts">
          <Time at={notice.told_at} />
          {notice.times > 1 && <span>told {notice.times} times, first <Time at={notice.first_at} day /></span>}
          {notice.settled && <span>done</span>}
        </p>
        <ProblemNotice error={read.error} />
      </div>
      {!notice.read && <Button look="quiet" isPending={read.isPending} onPress={() => read.mutate()}>Mark as read<span className="hidden">: {word}, {notice.title}</span></Button>}
    </li>
  );
}

function ThingLink({ notice: { leads_to, title }, onOpen }: { notice: Notice; onOpen: () => void }) {
  if (!leads_to) return <>{title}</>;
  const { kind, id } = leads_to;
  const to = kind === "document" ? "/documents/$id" : kind === "version" ? "/versions/$id" : "/items/$id";
  return <Link to={to} params={{ id }} onClick={onOpen}>{title}</Link>;
}

/** What there is to know and to do, around the thing's link. */
function sentence({ kind, reason, day }: Notice, thing: ReactNode): ReactNode {
  const on = day && <CalendarDay date={day} />;
  switch (kind) {
    case "expires_soon": return <>{thing}: the last day is {on}. See that what comes after it is uploaded and approved by then.</>;
    case "expired": return <>{thing}: the last day was {on}, and nothing follows it. Upload a newer version, or leave it if it is no longer needed.</>;
    case "review_due": return <>{thing}: somebody was to look at it again by {on}. Read it, then set the next day.</>;
    case "to_approve": return <>{thing}: a version waits for your approval.</>;
    case "owner_left": return <>{thing}: {reason ?? "its owner"} can no longer look after it. Name somebody who does.</>;
    case "to_correct": return <>{thing}: it is public and rests on a source that left force. {reason}</>;
    case "approval_lost": return <>{thing}: its approval is void. {reason}</>;
    case "sent_back": return <>{thing}: it came back from review. {reason}</>;
  }
}
