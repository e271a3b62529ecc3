import type { TourSummary } from '../api/tours';
import { useTexts } from '../i18n/language';
import { Icon } from '../ui/Icon';

/** What guests think of a tour, an entry of its facts: ★ 4.3 (12). Nothing while nobody has rated it. */
export function TourRating({ tour }: { tour: Pick<TourSummary, 'averageRating' | 'ratingCount'> }) {
  const { t } = useTexts();
  if (tour.averageRating === null) return null;
  const average = new Intl.NumberFormat(t.locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(tour.averageRating);
  return (
    <li class="tour-rating" data-rating={tour.averageRating}>
      <Icon name="star" />
      <span aria-hidden="true">
        {average} ({tour.ratingCount})
      </span>
      <span class="visually-hidden">{t.ratedBy(average, tour.ratingCount)}</span>
    </li>
  );
}
