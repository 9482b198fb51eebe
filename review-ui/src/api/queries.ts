// The application's reads as TanStack queries: one key and one freshness rule for each.

import { QueryClient, infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import * as api from "./client";
import { Problem } from "./problem";
import { rememberToken } from "./session";
import type { Item } from "./types";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => count < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
    },
    mutations: { retry: false },
  },
});

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async () => {
    const found = await api.session.get();
    rememberToken(found.csrf_token);
    return found;
  },
  staleTime: Infinity,
});

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: api.session.status,
  refetchInterval: 10_000,
});

export const itemQuery = (id: string) => queryOptions({ queryKey: ["item", id], queryFn: () => api.items.get(id) });

export const queueQuery = (filter: api.QueueFilter) =>
  infiniteQueryOptions({
    queryKey: ["items", filter],
    queryFn: ({ pageParam }) => api.items.list({ ...filter, limit: 50, cursor: pageParam ?? undefined }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: 15_000,
  });

export const historyQuery = (id: string) =>
  queryOptions({ queryKey: ["item", id, "history"], queryFn: () => api.items.history(id) });

export const compareQuery = (id: string, from: number, to: number) =>
  queryOptions({ queryKey: ["item", id, "compare", from, to], queryFn: () => api.items.compare(id, from, to) });

export const templatesQuery = queryOptions({
  queryKey: ["templates"], queryFn: api.items.templates, staleTime: 300_000,
});

export const documentsQuery = (filter: api.DocumentFilter) =>
  queryOptions({ queryKey: ["documents", filter], queryFn: () => api.documents.list({ limit: 200, ...filter }) });

/** The same, page by page: a district may have more than one answer holds. */
export const documentPagesQuery = (filter: api.DocumentFilter) =>
  infiniteQueryOptions({
    queryKey: ["documents", "pages", filter],
    queryFn: ({ pageParam }) => api.documents.list({ ...filter, limit: 100, cursor: pageParam ?? undefined }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export const documentQuery = (id: string) =>
  queryOptions({ queryKey: ["document", id], queryFn: () => api.documents.get(id) });

export const versionComparisonQuery = (document: string, from: number, to: number) =>
  queryOptions({ queryKey: ["document", document, "compare", from, to], queryFn: () => api.documents.compare(document, from, to) });
export const choicesQuery = queryOptions({ queryKey: ["documents", "choices"], queryFn: api.documents.choices });

export const versionQuery = (id: string) =>
  queryOptions({ queryKey: ["version", id], queryFn: () => api.documents.version(id), staleTime: 60_000 });

export const resavedQuery = queryOptions({ queryKey: ["documents", "resaved"], queryFn: api.documents.resaved });

export const watchQuery = queryOptions({ queryKey: ["documents", "watch"], queryFn: api.documents.watch, refetchInterval: 60_000 });

export const importsQuery = queryOptions({ queryKey: ["imports"], queryFn: api.documents.imports });

/** Followed each second until it has ended. */
export const importQuery = (id: string) => queryOptions({
  queryKey: ["imports", id],
  queryFn: () => api.documents.import(id),
  refetchInterval: ({ state }) => (state.data?.state === "running" ? 1_000 : false),
});

/** What is asked next ends what is still being looked for. */
export const searchQuery = (filter: api.SearchFilter) =>
  queryOptions({ queryKey: ["search", filter], queryFn: ({ signal }) => api.documents.search(filter, signal), enabled: filter.q.trim() !== "" });

export const conflictsQuery = queryOptions({ queryKey: ["conflicts"], queryFn: api.conflicts.list });

export const noticesQuery = (all: boolean) =>
  infiniteQueryOptions({
    queryKey: ["notices", all],
    queryFn: ({ pageParam }) => api.notices.list({ all, limit: 50, cursor: pageParam ?? undefined }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: 15_000,
  });

/** After something was read: the page and the count in the frame follow. */
export function noticesRead(): void {
  void queryClient.invalidateQueries({ queryKey: ["notices"] });
  void queryClient.invalidateQueries({ queryKey: ["status"] });
}

export const pilotQuery = queryOptions({ queryKey: ["pilot"], queryFn: api.pilot.get });

export const peopleQuery = queryOptions({ queryKey: ["people"], queryFn: api.people.list });

export const auditQuery = (filter: api.AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam }) => api.audit.list({ ...filter, limit: 100, cursor: pageParam ?? undefined }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

/** After any change to an item: show it at once, and let every list that may hold it refresh. */
export function itemChanged(item: Item): void {
  // A reading that began before the change would put the item back to what it was.
  void queryClient.cancelQueries({ queryKey: ["item", item.id], exact: true });
  queryClient.setQueryData(["item", item.id], item);
  void queryClient.invalidateQueries({ queryKey: ["items"] });
  void queryClient.invalidateQueries({ queryKey: ["item", item.id, "history"] });
}
