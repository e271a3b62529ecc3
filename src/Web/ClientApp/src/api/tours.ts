import { request, type Answer } from './http/request';

/** How full a departure is: REST and the hub use the same words. */
export type Status = 'available' | 'low' | 'sold_out' | 'closed';

export interface TourSummary {
  id: string;
  name: string;
  destination: string;
  category: string;
  durationHours: number;
  price: number;
  currency: string;
  timeZone: string | null;
  date: string | null;
  availableSpots: number;
  status: Status;
  /** 1 to 5; null while nobody has rated the tour. */
  averageRating: number | null;
  ratingCount: number;
  /** Not in every answer. */
  version?: number | null;
}

export interface TourPage {
  tours: TourSummary[];
  total: number;
  cursor: string | null;
}

export interface Departure {
  date: string;
  capacity: number;
  availableSpots: number;
  status: Status;
  version: number;
}

export interface Tour extends Omit<TourSummary, 'date' | 'version'> {
  lastSyncedAt: string | null;
  departures: Departure[];
}

export interface TourFilters {
  destination: string;
  /** yyyy-mm-dd, or empty. */
  date: string;
  participants: number;
}

const pageSize = 48;

export const mostTravellers = 60;

export function listTours(filters: TourFilters, cursor: string | null, signal?: AbortSignal): Promise<Answer<TourPage>> {
  const query = filterQuery(filters);
  query.set('limit', String(pageSize));
  if (cursor) query.set('cursor', cursor);
  return request(`/api/tours?${query}`, { signal });
}

export async function getTour(tourId: string, signal?: AbortSignal): Promise<Tour> {
  const { data } = await request<{ tour: Tour }>(`/api/tours/${encodeURIComponent(tourId)}`, { signal });
  return data.tour;
}

/** Empty filters are left out: the same query serves REST and the page's own address. */
export function filterQuery(filters: TourFilters): URLSearchParams {
  const query = new URLSearchParams();
  if (filters.destination.trim()) query.set('destination', filters.destination.trim());
  if (filters.date) query.set('date', filters.date);
  if (filters.participants > 1) query.set('participants', String(filters.participants));
  return query;
}

/** What an address says, as far as it makes sense: somebody may have typed or shortened it. */
export function readFilters(search: string): TourFilters {
  const query = new URLSearchParams(search);
  const date = query.get('date') ?? '';
  const participants = Number(query.get('participants'));
  return {
    destination: query.get('destination') ?? '',
    date: isDay(date) ? date : '',
    participants: Number.isInteger(participants) && participants > 1 && participants <= mostTravellers ? participants : 1,
  };
}

// 30 February would be taken by Date, but comes back as a day in March.
function isDay(text: string): boolean {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return day !== null && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
