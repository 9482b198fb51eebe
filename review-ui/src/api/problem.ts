// Every failed call becomes one Problem: what happened, what was kept, what to do (RFC 9457).

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly kept: string | null = null,
    readonly next: string | null = null,
    readonly current: unknown = null,
    readonly slug: string | null = null,
  ) {
    super(detail);
  }

  static offline(): Problem {
    return new Problem(0, "No connection", "The server could not be reached.", "What you typed is still on this page.",
      "Check the connection, then try again.");
  }

  static from(status: number, body: unknown): Problem {
    const text = (key: string): string | null => {
      const value = (body as Record<string, unknown> | null)?.[key];
      return typeof value === "string" && value !== "" ? value : null;
    };
    const current = (body as Record<string, unknown> | null)?.current ?? null;
    return new Problem(status, text("title") ?? "That did not work", text("detail") ?? `The server answered ${status}.`,
      text("kept"), text("next"), current, text("type")?.replace("urn:countersign:", "") ?? null);
  }
}

/** Whatever was thrown, as a Problem that can be shown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(-1, "Something went wrong", error instanceof Error ? error.message : String(error));
}
