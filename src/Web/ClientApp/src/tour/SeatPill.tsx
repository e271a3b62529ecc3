import { useEffect, useRef } from 'preact/hooks';
import type { Status } from '../api/tours';
import type { Texts } from '../i18n/en';
import { useTexts } from '../i18n/language';
import type { Seats } from '../live/AvailabilityStore';

export function seatText(t: Texts, status: Status, availableSpots: number): string {
  if (status === 'closed') return t.closed;
  if (status === 'sold_out' || availableSpots <= 0) return t.soldOut;
  return status === 'low' ? t.onlySeatsLeft(availableSpots) : t.seatsLeft(availableSpots);
}

/** The live number: colour and words say the same, and a change glows for a moment. */
export function SeatPill({ seats }: { seats: Pick<Seats, 'availableSpots' | 'status'> }) {
  const { t } = useTexts();
  const element = useRef<HTMLSpanElement>(null);
  const shown = useRef(seats.availableSpots);
  useEffect(() => {
    if (shown.current === seats.availableSpots) return;
    const direction = seats.availableSpots < shown.current ? 'flash-down' : 'flash-up';
    shown.current = seats.availableSpots;
    const classes = element.current?.classList;
    classes?.remove('flash-down', 'flash-up');
    // Reading the layout lets the same animation start over when numbers change quickly.
    void element.current?.offsetWidth;
    classes?.add(direction);
  }, [seats.availableSpots]);
  return (
    <span ref={element} class={`seat-pill is-${seats.status}`} data-seats={seats.availableSpots}>
      <span class="seat-pill-dot" aria-hidden="true" />
      {seatText(t, seats.status, seats.availableSpots)}
    </span>
  );
}
