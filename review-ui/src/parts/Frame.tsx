// The frame around every page: skip link, rail, page title with its one primary action, status line.

import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState, type ReactNode } from "react";
import * as api from "../api/client";
import { statusQuery } from "../api/queries";
import type { Status } from "../api/types";
import { plural } from "../words";
import { announceIn } from "./announce";
import { Icon, type IconName } from "./Icon";
import { useKeys } from "./keys";
import { KeysHelp } from "./KeysHelp";
import { useSession } from "./session";
import { SignInAgain } from "./SignInAgain";

/** `holds` are pages that belong to a place and stand at addresses of their own. */
const PLACES: { to: string; word: string; icon: IconName; needs?: string; holds?: string[] }[] = [
  { to: "/ask", word: "Ask", icon: "ask", needs: "item.request" },
  { to: "/queue", word: "Queue", icon: "queue", needs: "item.read", holds: ["/items"] },
  { to: "/published", word: "Published", icon: "published", needs: "item.read" },
  { to: "/documents", word: "Documents", icon: "document", needs: "document.read", holds: ["/imports", "/versions", "/conflicts"] },
  { to: "/search", word: "Search", icon: "search", needs: "document.read" },
  { to: "/notices", word: "Notices", icon: "bell" },
  { to: "/pilot", word: "Pilot", icon: "pilot", needs: "pilot.read" },
  { to: "/audit", word: "Audit log", icon: "audit", needs: "audit.read" },
  { to: "/people", word: "People", icon: "people", needs: "people.manage" },
];

/** Where a person lands: the first place their roles are for. */
export function homeFor(may: string[]): string {
  if (may.includes("item.review")) return "/queue";
  return PLACES.find((place) => place.needs !== undefined && may.includes(place.needs))?.to ?? "/search";
}

export function Frame() {
  const { person, district, may } = useSession();
  const navigate = useNavigate();
  const [help, setHelp] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useFocusOnArrival(path);
  useKeys("Everywhere", [
    { key: "/", does: "Search the documents", run: () => focusSearch(() => void navigate({ to: "/search" })) },
    { key: "g q", does: "Go to the queue", run: () => void navigate({ to: "/queue" }) },
    { key: "g a", does: "Ask for a draft", run: () => void navigate({ to: "/ask" }), when: may.includes("item.request") },
    { key: "g d", does: "Go to the documents", run: () => void navigate({ to: "/documents" }) },
    { key: "g n", does: "Go to your notices", run: () => void navigate({ to: "/notices" }) },
    { key: "?", does: "Show the keys", run: () => setHelp(true) },
  ]);
  return (
    <div className="frame">
      <a className="skip" href="#main">Skip to the content</a>
      <header className="rail" style={district.colour ? { borderTopColor: district.colour } : undefined}>
        <p className="district" title={district.name}>{district.short_name}</p>
        <nav aria-label="Main">
          <ul>
            {PLACES.filter((place) => place.needs === undefined || may.includes(place.needs)).map((place) => (
              <li key={place.to}>
                <Link to={place.to} activeProps={{}}
                  aria-current={[place.to, ...place.holds ?? []].some((one) => isUnder(path, one)) ? "page" : undefined}>
                  <Icon name={place.icon} />{place.word}{place.to === "/notices" && <Unread />}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="main" tabIndex={-1}><Outlet /></main>
      <StatusLine name={person.name} onKeys={() => setHelp(true)} />
      <div className="hidden" role="status" aria-live="polite" ref={announceIn} />
      <KeysHelp open={help} onClose={() => setHelp(false)} />
      <SignInAgain />
    </div>
  );
}

/** How much the person was told and has not read. */
function Unread() {
  const { data } = useQuery(statusQuery);
  if (!data?.notices_unread) return null;
  return <span className="unread">{data.notices_unread > 99 ? "99+" : data.notices_unread}<span className="hidden"> not read</span></span>;
}

function focusSearch(go: () => void): void {
  const box = document.querySelector<HTMLInputElement>("[data-search]");
  if (box) box.focus();
  else go();
}

function isUnder(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

/** On a new page the heading gets the focus, so that a screen reader starts where the eye does. */
function useFocusOnArrival(path: string): void {
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    const frame = requestAnimationFrame(() => {
      if (document.activeElement && document.activeElement !== document.body && document.activeElement.closest("main")) return;
      (document.querySelector<HTMLElement>("main h1") ?? document.getElementById("main"))?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [path]);
}

function modelWords({ model }: Status): string {
  if (model.state === "ready") return "Model ready";
  if (model.state === "loading") return "Model loading; requests wait until it is ready";
  if (model.state === "absent") return "No model; drafts are written by hand";
  return `Model failed to load${model.reason ? `: ${model.reason}` : ""}`;
}

function indexWords({ index }: Status): string {
  const far = index.progress ? ` (${index.progress.done} of ${index.progress.of} documents)` : "";
  if (index.building) return `Search index being built${far}; drafts wait for it`;
  return `${plural(index.documents, "document")} in force${index.progress ? `, index being brought up to date${far}` : ""}`;
}

function StatusLine({ name, onKeys }: { name: string; onKeys: () => void }) {
  const { data } = useQuery(statusQuery);
  async function signOut(): Promise<void> {
    await api.session.signOut();
    window.location.assign("/signin");
  }
  return (
    <footer className="status-line">
      {data && (
        <>
          <span title={data.model.name ?? undefined}>
            <Icon name={data.model.state === "ready" ? "check" : data.model.state === "failed" ? "doubt" : "clock"} />
            {modelWords(data)}
          </span>
          <span>{data.jobs.waiting + data.jobs.running === 0
            ? "No jobs waiting"
            : `${plural(data.jobs.waiting, "job")} waiting, ${data.jobs.running} running`}</span>
          <span className="wide">{indexWords(data)}</span>
        </>
      )}
      <span className="push" />
      <button type="button" className="link" onClick={onKeys}>Keys</button>
      <span>{name}</span>
      <button type="button" className="link" onClick={() => void signOut()}>Sign out</button>
    </footer>
  );
}

/** Title left, the page's one primary action right. Sets the window's title too. */
export function PageHead({ title, children, below }: { title: string; children?: ReactNode; below?: ReactNode }) {
  const { district } = useSession();
  useEffect(() => { document.title = `${title} · ${district.short_name}`; }, [title, district.short_name]);
  return (
    <div className="page-head">
      <div className="page-head-line">
        <h1 tabIndex={-1}>{title}</h1>
        {children && <div className="page-head-action">{children}</div>}
      </div>
      {below}
    </div>
  );
}
