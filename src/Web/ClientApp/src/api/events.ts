import { request } from './http/request';

/** A whole event as it was published. */
export interface LoggedEvent {
  eventType: string;
  eventId: string;
  timestamp: string;
  correlationId?: string | null;
  source?: string | null;
  data: unknown;
}

export interface LoggedEvents {
  events: LoggedEvent[];
  cursor?: string | null;
}

const pageSize = 50;

/** @param of A booking's id, or the correlation id of a request: bookings begin with `bkg_`. */
export async function listEvents(of: string, cursor: string | null): Promise<LoggedEvents> {
  const query = new URLSearchParams({
    [of.startsWith('bkg_') ? 'bookingId' : 'correlationId']: of,
    limit: `${pageSize}`,
    ...(cursor ? { cursor } : {}),
  });
  return (await request<LoggedEvents>(`/api/events?${query}`)).data;
}

export interface Replay {
  consumer: string;
  /** ISO 8601; `to` is not included. */
  from: string;
  to: string;
  correlationId?: string;
}

/** @returns How many events were put into the consumer's queue. */
export const replayEvents = async (replay: Replay) =>
  (await request<{ replayed: number }>('/api/events/replay', { method: 'POST', body: replay })).data.replayed;
