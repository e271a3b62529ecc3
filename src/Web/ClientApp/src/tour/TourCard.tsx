import type { TourSummary } from '../api/tours';
import { dayAndTime } from '../i18n/format';
import { useTexts } from '../i18n/language';
import { seatStore } from '../live/live';
import { useSeats } from '../live/useLive';
import { Icon } from '../ui/Icon';
import { Link } from '../ui/Link';
import { SeatPill } from './SeatPill';
import { TourArt } from './TourArt';
import { TourRating } from './TourRating';

export function TourCard({ tour }: { tour: TourSummary }) {
  const { t, date, price, duration } = useTexts();
  const seats = useSeats(tour.id, tour.date, tour);
  const gone = seats.status === 'sold_out' || seats.status === 'closed';
  return (
    <li class="card" data-tour={tour.id}>
      <div class="card-art">
        <TourArt tourId={tour.id} category={tour.category} />
        <span class="card-category">{t.categories[tour.category.toLowerCase()] ?? tour.category}</span>
      </div>
      <div class="card-body">
        <p class="card-place">
          <Icon name="pin" />
          {tour.destination}
        </p>
        <h2 class="card-name">
          <Link to={`/tours/${encodeURIComponent(tour.id)}`}>{tour.name}</Link>
        </h2>
        <ul class="card-facts">
          <li>
            <Icon name="calendar" />
            {tour.date ? <time dateTime={tour.date}>{date(tour.date, tour.timeZone, dayAndTime)}</time> : t.noDate}
          </li>
          <li>
            <Icon name="clock" />
            {duration(tour.durationHours)}
          </li>
          <TourRating tour={tour} />
        </ul>
        <div class="card-foot">
          <p class="card-price">
            <strong>{price(tour.price, tour.currency)}</strong> <span>{t.perPerson}</span>
          </p>
          {tour.date && <SeatPill seats={seats} />}
        </div>
        {gone && seatStore.hasOtherSeats(tour.id, tour.date) && <p class="card-other">{t.otherDates}</p>}
      </div>
    </li>
  );
}
