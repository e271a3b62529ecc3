import { ApiProblem, request } from './http/request';

/** How far the payment of a booking has come, and what led to each step. */
export interface Saga {
  step: string;
  /** After this time nobody waits for the payment any more. */
  payBy: string;
  /** What goes back, in units of the booking's currency. */
  refundAmount: number;
  steps: { step: string; because: string }[];
}

/** @returns Null for a booking that is not paid through us. */
export async function getSaga(bookingId: string): Promise<Saga | null> {
  try {
    return (await request<{ saga: Saga }>(`/api/bookings/${encodeURIComponent(bookingId)}/saga`)).data.saga;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  }
}
