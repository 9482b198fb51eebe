// Every address of the staff application, and what each keeps in its query string.

import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import type { StandingFilter } from "./api/types";
import { Problem } from "./api/problem";
import { queryClient, sessionQuery } from "./api/queries";
import { Frame, homeFor } from "./parts/Frame";
import { Lost, PageProblem } from "./pages/Lost";
import { QueuePage } from "./pages/Queue";
import { SetupPage } from "./pages/Setup";
import { SignInPage } from "./pages/SignIn";
import { STANDING_FILTER } from "./words";

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;

/** A number of versions or bytes; anything else is as if it were not there. */
const whole = (value: unknown): number | undefined =>
  value !== undefined && value !== "" && Number.isInteger(Number(value)) && Number(value) >= 0 ? Number(value) : undefined;

const STANDINGS = Object.keys(STANDING_FILTER) as StandingFilter[];
const oneOf = <T extends string>(value: unknown, allowed: readonly T[]): T | undefined =>
  allowed.find((word) => word === value);

const root = createRootRoute({ component: Outlet, notFoundComponent: Lost });

const signIn = createRoute({
  getParentRoute: () => root, path: "/signin", component: SignInPage,
  validateSearch: (search): { to?: string } => ({ to: text(search.to) }),
});

const setup = createRoute({ getParentRoute: () => root, path: "/setup/$token", component: SetupPage });

/** Everything below needs a session; without one the person signs in and comes back here. */
const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  component: Frame,
  errorComponent: PageProblem,
  beforeLoad: async ({ location }) => {
    try {
      return { session: await queryClient.ensureQueryData(sessionQuery) };
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        throw redirect({ to: "/signin", search: { to: location.href === "/" ? undefined : location.href } });
      }
      throw error;
    }
  },
});

const home = createRoute({
  getParentRoute: () => app, path: "/",
  beforeLoad: ({ context }) => { throw redirect({ to: homeFor(context.session.may), replace: true }); },
});

const ask = createRoute({
  getParentRoute: () => app, path: "/ask",
  component: lazyRouteComponent(() => import("./pages/Ask"), "AskPage"),
  validateSearch: (search): { kind?: "newsletter" } => ({ kind: search.kind === "newsletter" ? "newsletter" : undefined }),
});

export type QueueSearch = { show?: string; kind?: "faq" | "newsletter"; held?: "me" | "free"; mine?: boolean; q?: string };
const queue = createRoute({
  getParentRoute: () => app, path: "/queue", component: QueuePage,
  validateSearch: (search): QueueSearch => ({
    show: text(search.show), kind: oneOf(search.kind, ["faq", "newsletter"]), held: oneOf(search.held, ["me", "free"]),
    mine: search.mine === true || undefined, q: text(search.q),
  }),
});

export type ItemSearch = { compare?: "draft" | "reviewed" };
const item = createRoute({
  getParentRoute: () => app, path: "/items/$id",
  component: lazyRouteComponent(() => import("./pages/Item"), "ItemPage"),
  validateSearch: (search): ItemSearch => ({
    compare: search.compare === "draft" || search.compare === "reviewed" ? search.compare : undefined,
  }),
});

const history = createRoute({
  getParentRoute: () => app, path: "/items/$id/history",
  component: lazyRouteComponent(() => import("./pages/History"), "HistoryPage"),
});

const published = createRoute({
  getParentRoute: () => app, path: "/published",
  component: lazyRouteComponent(() => import("./pages/Published"), "PublishedPage"),
  validateSearch: (search): { q?: string; show?: string } => ({ q: text(search.q), show: text(search.show) }),
});

export type DocumentsSearch = {
  standing?: StandingFilter; topic?: string; owner?: string; q?: string; sort?: "expires" | "review" | "newest"; add?: boolean | "many";
};
const documents = createRoute({
  getParentRoute: () => app, path: "/documents",
  component: lazyRouteComponent(() => import("./pages/Documents"), "DocumentsPage"),
  validateSearch: (search): DocumentsSearch => ({
    standing: oneOf(search.standing, STANDINGS), topic: text(search.topic), owner: text(search.owner), q: text(search.q),
    sort: oneOf(search.sort, ["expires", "review", "newest"]), add: search.add === "many" ? "many" : search.add === true || undefined,
  }),
});

const resaved = createRoute({
  getParentRoute: () => app, path: "/documents/resaved",
  component: lazyRouteComponent(() => import("./pages/Resaved"), "ResavedPage"),
});

const imports = createRoute({
  getParentRoute: () => app, path: "/imports",
  component: lazyRouteComponent(() => import("./pages/Imports"), "ImportsPage"),
});

const oneImport = createRoute({
  getParentRoute: () => app, path: "/imports/$id",
  component: lazyRouteComponent(() => import("./pages/Import"), "ImportPage"),
});

const document = createRoute({
  getParentRoute: () => app, path: "/documents/$id",
  component: lazyRouteComponent(() => import("./pages/Document"), "DocumentPage"),
});

const compareVersions = createRoute({
  getParentRoute: () => app, path: "/documents/$id/compare",
  component: lazyRouteComponent(() => import("./pages/CompareVersions"), "CompareVersionsPage"),
  validateSearch: (search): { from?: number; to?: number } => ({ from: whole(search.from), to: whole(search.to) }),
});

export type VersionSearch = { at?: number; view?: "text" | "changes" };
const version = createRoute({
  getParentRoute: () => app, path: "/versions/$id",
  component: lazyRouteComponent(() => import("./pages/Version"), "VersionPage"),
  validateSearch: (search): VersionSearch => ({ at: whole(search.at), view: oneOf(search.view, ["text", "changes"]) }),
});

const conflicts = createRoute({
  getParentRoute: () => app, path: "/conflicts",
  component: lazyRouteComponent(() => import("./pages/Conflicts"), "ConflictsPage"),
});

const search = createRoute({
  getParentRoute: () => app, path: "/search",
  component: lazyRouteComponent(() => import("./pages/Search"), "SearchPage"),
  validateSearch: (search): { q?: string; owner?: string; topic?: string; within?: "history" } =>
    ({ q: text(search.q), owner: text(search.owner), topic: text(search.topic), within: oneOf(search.within, ["history"]) }),
});

const notices = createRoute({
  getParentRoute: () => app, path: "/notices",
  component: lazyRouteComponent(() => import("./pages/Notices"), "NoticesPage"),
  validateSearch: (search): { show?: "all" } => ({ show: search.show === "all" ? "all" : undefined }),
});

const pilot = createRoute({
  getParentRoute: () => app, path: "/pilot", component: lazyRouteComponent(() => import("./pages/Pilot"), "PilotPage"),
});

const audit = createRoute({
  getParentRoute: () => app, path: "/audit",
  component: lazyRouteComponent(() => import("./pages/Audit"), "AuditPage"),
  validateSearch: (search): { object?: string; actor?: string; action?: string } =>
    ({ object: text(search.object), actor: text(search.actor), action: text(search.action) }),
});

const people = createRoute({
  getParentRoute: () => app, path: "/people", component: lazyRouteComponent(() => import("./pages/People"), "PeoplePage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn, setup,
    app.addChildren([home, ask, queue, item, history, published, documents, resaved, imports, oneImport, document, compareVersions, version, conflicts, search, notices, pilot, audit, people]),
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: PageProblem,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
