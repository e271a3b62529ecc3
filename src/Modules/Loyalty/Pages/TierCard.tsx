import { useTexts } from '@app/i18n/language';
import { useModuleTexts } from '@app/i18n/moduleTexts';
import { texts } from './texts';
import type { Loyalty } from './useLoyalty';

/** How many points there are, and how far it is to the next tier. */
export function TierCard({ account, progress, tiers }: Pick<Loyalty, 'account' | 'progress' | 'tiers'>) {
  const { t: app } = useTexts();
  const t = useModuleTexts(texts);
  const number = new Intl.NumberFormat(app.locale);
  const name = (tier: string) => app.tiers[tier] ?? tier;
  const from = tiers.find(({ tier }) => tier === account.currentTier)?.minPoints ?? 0;
  const to = account.lifetimePoints + progress.pointsToNextTier;
  const percent = progress.nextTier === null ? 100 : Math.floor((100 * (account.lifetimePoints - from)) / (to - from));
  const text = progress.nextTier === null ? t.highest : t.toNext(number.format(progress.pointsToNextTier), name(progress.nextTier));
  return (
    <section class={`tier-card is-${account.currentTier}`}>
      <div class="tier-card-head">
        <p class="tier-name" data-testid="tier">
          {name(account.currentTier)}
        </p>
        <p class="tier-points">
          <strong data-testid="points">{number.format(account.totalPoints)}</strong> {t.points}
        </p>
      </div>
      <div
        class="tier-bar"
        role="progressbar"
        aria-label={t.tiers}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={text}
      >
        <div class="tier-bar-filled" style={{ width: `${percent}%` }} />
      </div>
      <p>{text}</p>
      <p class="muted">
        {t.lifetime(number.format(account.lifetimePoints))} · {t.discount(account.discountPercentage)}
      </p>
    </section>
  );
}
