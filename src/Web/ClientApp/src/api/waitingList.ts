import { request } from './http/request';

/** The visitor's own place on the waiting list of one departure. */
export interface WaitingListEntry {
  tourId: string;
  date: string;
  participants: number;
  /** Until when the seats are held for this visitor; missing while they wait. */
  offerExpiresAt?: string | null;
  /** Seats held until then: fewer than the party has where it was passed over often. */
  offeredSeats: number;
  /** How often smaller parties behind it were offered seats. */
  passedOver: number;
}

const path = (tourId: string) => `/api/tours/${encodeURIComponent(tourId)}/waiting-list`;

export const listWaitingList = async (tourId: string) => (await request<{ entries: WaitingListEntry[] }>(path(tourId))).data.entries;

export const leaveWaitingList = (tourId: string, date: string) =>
  request<void>(`${path(tourId)}?date=${encodeURIComponent(date)}`, { method: 'DELETE' });

/** Asking again changes the party, not the place in the line. */
export const joinWaitingList = async (tourId: string, date: string, participants: number) =>
  (await request<WaitingListEntry>(path(tourId), { method: 'POST', body: { date, participants } })).data;
