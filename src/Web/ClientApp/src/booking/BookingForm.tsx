import { useEffect, useState } from 'preact/hooks';
import { testCards } from '../api/testCards';
import type { Departure, Tour } from '../api/tours';
import { longDayAndTime } from '../i18n/format';
import { useTexts } from '../i18n/language';
import { useSeats } from '../live/useLive';
import { askToSignIn } from '../shell/SignInDialog';
import { useObservable } from '../state/Observable';
import { currentToken, session } from '../state/session';
import { canSignIn } from '../state/signInWays';
import { SeatPill, seatText } from '../tour/SeatPill';
import { Stepper } from '../ui/Stepper';
import { BookedPanel } from './BookedPanel';
import { bookingTotal } from './bookingPrice';
import { seatChoice } from './seatChoice';
import { useBookingSubmit } from './useBookingSubmit';
import { findVoucher, useMember } from './useMember';
import type { OwnWaitingList } from './useWaitingList';
import { VoucherField } from './VoucherField';

interface Props {
  tour: Tour;
  departure: Departure;
  demoSignIn: boolean;
  waitingList: OwnWaitingList;
  reload: () => void;
}

/** Books seats of a departure, or where none are free, a place on its waiting list. */
export function BookingForm({ tour, departure, demoSignIn, waitingList, reload }: Props) {
  const { t, date, price, clock } = useTexts();
  const signedIn = useObservable(session);
  const seats = useSeats(tour.id, departure.date, departure);
  const [wanted, setWanted] = useState(1);
  const [paymentMethod, setPaymentMethod] = useState('');
  const [voucherCode, setVoucherCode] = useState('');
  const member = useMember(signedIn !== null);
  const { submit, busy, booked, problem, forgetProblem, reset } = useBookingSubmit(reload);
  useEffect(reset, [departure.date]);

  const choice = seatChoice(seats, seats.capacity ?? departure.capacity, waitingList.of(departure.date));
  const most = choice.kind === 'closed' ? 0 : choice.most;
  const participants = Math.max(1, Math.min(wanted, most));
  const again = () => {
    setVoucherCode('');
    reset();
    waitingList.reload();
  };
  const voucher = findVoucher(member.vouchers, voucherCode);
  const total = bookingTotal(tour.price, participants, tour.currency, {
    discountPercentage: member.discountPercentage, voucherAmount: voucher?.currency === tour.currency ? voucher.amount : 0,
  });
  const fullPrice = participants * tour.price;
  if (booked) return <BookedPanel booking={booked} tour={tour} onAgain={again} />;

  const waits = choice.kind === 'wait';
  const leave = (
    <button type="button" class="link-button" data-testid="leave" onClick={() => void waitingList.leave(departure.date)}>
      {waits ? t.leaveWaitingList : t.giveSeatsBack}
    </button>
  );
  const act = async () => {
    if (!waits)
      return submit({
        tourId: tour.id, date: departure.date, participants, ...(paymentMethod && { paymentMethod }),
        ...(voucherCode.trim() && { voucherCode: voucherCode.trim() }),
      });
    if (currentToken() || (await askToSignIn())) await waitingList.join(departure.date, participants);
  };
  return (
    <form
      class="booking"
      data-choice={choice.kind}
      onSubmit={(event) => {
        event.preventDefault();
        void act();
      }}
    >
      <div class="booking-when">
        <h2>{date(departure.date, tour.timeZone, longDayAndTime)}</h2>
        <SeatPill seats={seats} />
      </div>
      <p class="visually-hidden" aria-live="polite">
        {seatText(t, seats.status, seats.availableSpots)}
      </p>
      {choice.kind === 'book' && choice.heldUntil && (
        <p class="booking-note is-good" role="status" data-testid="held">
          {t.heldForYou(choice.held, clock(choice.heldUntil))} {leave}
        </p>
      )}
      {waits && (
        <p class="booking-note" role="status" data-testid="waiting" data-party={choice.waitingFor}>
          {choice.waitingFor > 0 ? t.waitsFor(choice.waitingFor) : t.fullyBooked} {choice.passedOver > 0 && t.passedOver(choice.passedOver)}{' '}
          {choice.waitingFor > 0 && leave}
        </p>
      )}
      <div class="booking-row">
        <span class="booking-label">{t.travellers}</span>
        <Stepper label={t.travellers} value={participants} min={1} max={Math.max(1, most)} onChange={setWanted} testId="participants" />
      </div>
      {demoSignIn && !waits && (
        <label class="booking-row booking-payment">
          <span class="booking-label">{t.payment}</span>
          <select data-testid="payment" value={paymentMethod} onChange={(event) => setPaymentMethod(event.currentTarget.value)}>
            <option value="">{t.payAtDesk}</option>
            {testCards.map((card) => (
              <option key={card} value={card}>
                {t.testCards[card]}
              </option>
            ))}
          </select>
        </label>
      )}
      {!waits && (
        <VoucherField
          code={voucherCode}
          vouchers={member.vouchers.filter(({ currency }) => currency === tour.currency)}
          problem={problem?.isOfVoucher ? problem.text : ''}
          onChange={(code) => {
            setVoucherCode(code);
            forgetProblem();
          }}
        />
      )}
      <p class="booking-total">
        <span class="booking-label">{t.total}</span>
        <span>
          {total < fullPrice && <s class="muted">{price(fullPrice, tour.currency)}</s>} <strong>{price(total, tour.currency)}</strong>
        </span>
      </p>
      {!waits && member.discountPercentage > 0 && (
        <p class="muted booking-discount">{t.memberDiscount(t.tiers[member.tier] ?? member.tier, member.discountPercentage)}</p>
      )}
      {signedIn || canSignIn() ? (
        waits ? (
          <button class="button booking-submit" data-testid="join" disabled={choice.waitingFor === participants}>
            {!signedIn
              ? t.signInAndJoin
              : choice.waitingFor === 0
                ? t.joinWaitingList
                : choice.waitingFor === participants
                  ? t.onWaitingList
                  : t.changeParty}
          </button>
        ) : (
          <button class="button booking-submit" data-testid="book" disabled={busy || most === 0}>
            {busy ? t.booking : most === 0 ? seatText(t, seats.status, 0) : signedIn ? t.book : t.signInAndBook}
          </button>
        )
      ) : (
        <p class="muted booking-submit">{t.signInElsewhere}</p>
      )}
      <p class="problem" role="alert">
        {!waits && problem && !problem.isOfVoucher ? problem.text : waitingList.problem}
      </p>
    </form>
  );
}
