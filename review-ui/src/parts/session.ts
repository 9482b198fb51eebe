// The signed-in person, for everything below the frame, which is only drawn once there is one.

import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "../api/queries";
import type { Session } from "../api/types";

export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error("The frame is only drawn for a signed-in person.");
  return data;
}

export function useMay(permission: string): boolean {
  return useSession().may.includes(permission);
}

export function useZone(): string {
  return useSession().district.time_zone;
}
