import { useEffect, useRef, useState } from 'preact/hooks';
import { bookSeats, getBooking, lastAnswer, type Booking, type BookSeats } from '../api/bookings';
import { newIdempotencyKey } from '../api/http/newIdempotencyKey';
import { ApiProblem } from '../api/http/request';
import { texts } from '../i18n/language';
import { bookingUpdates, hubState } from '../live/live';
import { askToSignIn } from '../shell/SignInDialog';
import { currentToken } from '../state/session';
import { followBooking } from './followBooking';

export interface Problem {
  text: string;
  /** It belongs beside the voucher's field. */
  isOfVoucher: boolean;
}

/** @param reload Asks REST for the seats, where the hub will not say them or the figure on screen was just proved wrong. */
export function useBookingSubmit(reload: () => void) {
  const [busy, setBusy] = useState(false);
  const [booked, setBooked] = useState<Booking | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  // Kept while it is unknown whether the server booked: pressing again then asks about the same submission.
  const open = useRef<{ key: string; body: string } | null>(null);

  const submit = async (booking: BookSeats) => {
    if (busy || (!currentToken() && !(await askToSignIn()))) return;
    const body = JSON.stringify([currentToken(), booking]);
    if (open.current?.body !== body) open.current = { key: newIdempotencyKey(), body };
    setBusy(true);
    setProblem(null);
    try {
      setBooked(await bookSeats(booking, open.current.key));
      open.current = null;
      if (hubState.value !== 'live') reload();
    } catch (error) {
      if (error instanceof ApiProblem && error.status < 500) {
        open.current = null;
        console.info(`booking refused correlationId=${error.correlationId}`, { status: error.status, error: error.message });
        if (error.status === 409 && !error.code.startsWith('voucher_')) reload();
      }
      setProblem({ text: explain(error), isOfVoucher: error instanceof ApiProblem && error.code.startsWith('voucher_') });
    } finally {
      setBusy(false);
    }
  };
  const pendingId = booked?.status === 'pending' ? booked.id : null;
  useEffect(() => {
    if (pendingId === null) return;
    return followBooking(pendingId, { ask: getBooking, updates: bookingUpdates }, (status) => {
      lastAnswer.set(pendingId, status); // this page has said it, no toast need repeat it
      setBooked((before) => (before?.id === pendingId ? { ...before, status } : before));
    });
  }, [pendingId]);

  const reset = () => {
    setBooked(null);
    setProblem(null);
  };
  const forgetProblem = () => setProblem(null);
  return { submit, busy, booked, problem, forgetProblem, reset };
}

function explain(error: unknown): string {
  const t = texts();
  if (!(error instanceof ApiProblem)) return t.errorNoAnswer;
  if (error.status === 401) return t.errorSignedOut;
  if (error.availableSpots) return t.errorNotEnough(error.availableSpots);
  return error.status >= 500 ? t.errorNoAnswer : (t.problems[error.code] ?? error.message);
}
