import { request } from '@app/api/http/request';

export interface GuidedDeparture {
  tourId: string;
  tourName: string;
  timeZone: string | null;
  date: string;
  parties: number;
  participants: number;
  /** Parties whose attendance nobody has confirmed. */
  open: number;
}

export interface Party {
  id: string;
  userName: string;
  participants: number;
  status: string;
  attendance: 'confirmed' | 'no_show' | null;
}

export interface Confirmed {
  completed: string[];
  noShows: string[];
  skipped: { bookingId: string; reason: string }[];
}

type Departure = Pick<GuidedDeparture, 'tourId' | 'date'>;

const pathOf = ({ tourId, date }: Departure) => `tours/${encodeURIComponent(tourId)}/departures/${encodeURIComponent(date)}`;

export async function listDepartures(signal: AbortSignal): Promise<GuidedDeparture[]> {
  const { data } = await request<{ departures: GuidedDeparture[] }>('/api/guide/departures', { signal });
  return data.departures;
}

export async function readManifest(departure: Departure): Promise<Party[]> {
  const { data } = await request<{ bookings: Party[] }>(`/api/${pathOf(departure)}/bookings`);
  return data.bookings;
}

export async function confirmAttendance(tourId: string, bookingIds: string[], noShows: string[], notes: string): Promise<Confirmed> {
  const body = { bookingIds, noShows, ...(notes.trim() && { notes: notes.trim() }) };
  const { data } = await request<Confirmed>(`/api/tours/${encodeURIComponent(tourId)}/complete`, { method: 'POST', body });
  return data;
}

/** In Development only: completes a departure that has not begun. */
export async function completeNow(departure: Departure): Promise<Confirmed> {
  const { data } = await request<Confirmed>(`/api/dev/${pathOf(departure)}/complete`, { method: 'POST', body: {} });
  return data;
}
