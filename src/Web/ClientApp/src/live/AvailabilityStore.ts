import type { Status } from '../api/tours';

/** The seats of one departure as this page knows them. */
export interface Seats {
  availableSpots: number;
  capacity: number | null;
  status: Status;
  /** The highest seen; null where only answers without version (the tour list) have been seen. */
  version: number | null;
  /** The figure came without version while the hub was away: the hub may correct it under the version already known. */
  provisional: boolean;
  /** When the change happened, in ms; null where the source does not say. */
  changedAt: number | null;
  /** When this page learned of it, in ms. */
  learnedAt: number;
  /** The figure on screen before this one; undefined on first sight. */
  before?: number;
}

export interface SeatReport {
  tourId: string;
  date: string | null;
  availableSpots: number;
  capacity?: number | null;
  status: Status;
  version?: number | null;
  timestamp?: string | null;
}

type Listener = () => void;

/** A publisher without a counter gets Unix milliseconds as version: no seat counter will ever be that high. */
const isClock = (version: number) => version >= 1e11;

/** How an answer that carries no version is to be judged. */
export interface AskedWhen {
  /** When the question was sent, in ms. */
  askedAt: number;
  /** While the hub is away such an answer is the best there is; while it is live the hub's figure stands. */
  hubAway: boolean;
}

/** Newest wins: whatever the order in which hub and REST speak, a number on the screen never goes back to an older state. */
export function isNewer(known: Seats | undefined, report: SeatReport, asked: AskedWhen): boolean {
  if (!known) return true;
  const version = report.version ?? null;
  if (version === null) return (known.version === null || asked.hubAway) && known.learnedAt < asked.askedAt;
  if (known.version === null) return true;
  if (isClock(version) !== isClock(known.version)) {
    const changedAt = report.timestamp ? Date.parse(report.timestamp) : null;
    if (changedAt !== null && known.changedAt !== null) return changedAt > known.changedAt;
  }
  return known.provisional ? version >= known.version : version > known.version;
}

/** Dates are compared as instants: "…T10:00:00Z" and "…T12:00:00+02:00" are one departure. */
export const departureKey = (date: string | null) => (date === null ? 'open' : Date.parse(date));

/** The newest known seats of every departure on the page, and who wants to hear of changes. */
export class AvailabilityStore {
  private readonly tours = new Map<string, Map<number | 'open', Seats>>();
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly viewers = new Map<string, number>();
  private readonly now: () => number;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  seats(tourId: string, date: string | null): Seats | undefined {
    return this.tours.get(tourId)?.get(departureKey(date));
  }

  /** Seats on departures other than this one: a sold-out card can still say "other dates". */
  hasOtherSeats(tourId: string, date: string | null): boolean {
    const own = departureKey(date);
    for (const [key, seats] of this.tours.get(tourId) ?? []) {
      const bookable = seats.availableSpots > 0 && seats.status !== 'closed';
      if (key !== own && bookable && (key === 'open' || key > this.now())) return true;
    }
    return false;
  }

  /** @returns whether anything on screen changes. */
  apply(reports: readonly SeatReport[], asked: AskedWhen = { askedAt: this.now(), hubAway: false }): boolean {
    const touched = new Set<string>();
    for (const report of reports) if (this.applyOne(report, asked)) touched.add(report.tourId);
    for (const tourId of touched) this.notify(tourId);
    return touched.size > 0;
  }

  viewersOf(tourId: string): number | undefined {
    return this.viewers.get(tourId);
  }

  setViewers(tourId: string, viewers: number): void {
    if (this.viewers.get(tourId) === viewers) return;
    this.viewers.set(tourId, viewers);
    this.notify(tourId);
  }

  subscribe(tourId: string, listener: Listener): () => void {
    const set = this.listeners.get(tourId) ?? new Set();
    this.listeners.set(tourId, set.add(listener));
    return () => {
      set.delete(listener);
      if (set.size === 0 && this.listeners.get(tourId) === set) this.listeners.delete(tourId);
    };
  }

  private applyOne(report: SeatReport, asked: AskedWhen): boolean {
    const departures = this.tours.get(report.tourId) ?? new Map<number | 'open', Seats>();
    this.tours.set(report.tourId, departures);
    const key = departureKey(report.date);
    const known = departures.get(key);
    if (!isNewer(known, report, asked)) return false;

    const version = report.version ?? null;
    const capacity = report.capacity ?? known?.capacity ?? null;
    departures.set(key, {
      availableSpots: report.availableSpots,
      capacity,
      status: report.status,
      version: version ?? known?.version ?? null,
      provisional: version === null,
      changedAt: report.timestamp ? Date.parse(report.timestamp) : null,
      learnedAt: this.now(),
      before: known?.availableSpots,
    });
    return known?.availableSpots !== report.availableSpots || known.status !== report.status || known.capacity !== capacity;
  }

  private notify(tourId: string): void {
    for (const listener of this.listeners.get(tourId) ?? []) listener();
  }
}
