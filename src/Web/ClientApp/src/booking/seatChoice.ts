import type { Status } from '../api/tours';
import type { WaitingListEntry } from '../api/waitingList';

/**
 * What a visitor can do about a departure. `book`: at most so many seats, of which `held` are held for this visitor until `heldUntil`.
 * `wait`: nothing is free; `waitingFor` is the size of the party that waits already, 0 for none; `passedOver` says how often smaller parties were
 * offered seats before it.
 */
export type SeatChoice =
  | { kind: 'closed' }
  | { kind: 'book'; most: number; held: number; heldUntil: string | null }
  | { kind: 'wait'; most: number; waitingFor: number; passedOver: number };

/** @param entry The visitor's own place on this departure's waiting list. */
export function seatChoice(
  seats: { availableSpots: number; status: Status },
  capacity: number,
  entry: WaitingListEntry | undefined,
  now = Date.now(),
): SeatChoice {
  if (seats.status === 'closed') return { kind: 'closed' };
  const heldUntil = entry?.offerExpiresAt && Date.parse(entry.offerExpiresAt) > now ? entry.offerExpiresAt : null;
  const held = heldUntil ? entry!.offeredSeats : 0;
  const most = seats.availableSpots + held;
  if (most > 0) return { kind: 'book', most, held, heldUntil };
  const waits = entry && !entry.offerExpiresAt ? entry : null;
  return { kind: 'wait', most: capacity, waitingFor: waits?.participants ?? 0, passedOver: waits?.passedOver ?? 0 };
}
