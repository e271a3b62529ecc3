import { request, type Answer } from './http/request';
import { submitOnce } from './http/submitOnce';

export type BookingStatus = 'pending' | 'confirmed' | 'cancelled' | 'completed' | 'no_show' | 'failed';

export interface Booking {
  id: string;
  tourId: string;
  userId: string;
  date: string;
  participants: number;
  totalPrice: number;
  currency: string;
  status: BookingStatus;
  createdAt: string;
  voucherCode: string | null;
  discountPercentage: number;
  /** 1 to 5; null while it is not rated. */
  rating: number | null;
}

export interface CancelledBooking {
  bookingId: string;
  refundAmount: number;
  cancellationFee: number;
  currency: string;
}

export interface BookSeats {
  tourId: string;
  date: string;
  participants: number;
  /** A token of the payment provider; without one the booking is paid at the desk and confirmed at once. */
  paymentMethod?: string;
  voucherCode?: string;
}

/** What this page's own requests were last told, by booking id. */
export const lastAnswer = new Map<string, BookingStatus>();

/** @param idempotencyKey One per submission: pressing again after a lost answer must use the same one, or seats are booked twice. */
export async function bookSeats(booking: BookSeats, idempotencyKey: string): Promise<Booking> {
  const { data, correlationId } = await submitOnce(() =>
    request<{ booking: Booking }>('/api/bookings', { method: 'POST', body: booking, headers: { 'idempotency-key': idempotencyKey } }),
  );
  lastAnswer.set(data.booking.id, data.booking.status);
  console.info(`booking correlationId=${correlationId}`, { bookingId: data.booking.id });
  return data.booking;
}

export async function getBooking(bookingId: string): Promise<Booking> {
  const { data } = await request<{ booking: Booking }>(`/api/bookings/${encodeURIComponent(bookingId)}`);
  return data.booking;
}

export function listBookings(signal?: AbortSignal): Promise<Answer<{ bookings: Booking[] }>> {
  return request('/api/bookings?limit=200', { signal });
}

export async function cancelBooking(bookingId: string): Promise<CancelledBooking> {
  const path = `/api/bookings/${encodeURIComponent(bookingId)}/cancel`;
  const { data, correlationId } = await request<CancelledBooking>(path, { method: 'POST', body: {} });
  lastAnswer.set(bookingId, 'cancelled');
  console.info(`booking cancelled correlationId=${correlationId}`, { bookingId });
  return data;
}

/** The server takes one rating per booking. */
export async function rateBooking(bookingId: string, rating: number, comment: string): Promise<void> {
  const body = { rating, ...(comment.trim() && { comment: comment.trim() }) };
  await request(`/api/bookings/${encodeURIComponent(bookingId)}/rating`, { method: 'POST', body });
}
