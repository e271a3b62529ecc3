import type { Tier } from '@app/api/loyalty';
import { useTexts } from '@app/i18n/language';
import { useModuleTexts } from '@app/i18n/moduleTexts';
import { texts } from './texts';

export function TierTable({ tiers, current }: { tiers: readonly Tier[]; current: string }) {
  const { t: app } = useTexts();
  const t = useModuleTexts(texts);
  const number = new Intl.NumberFormat(app.locale);
  return (
    <section>
      <h2>{t.tiers}</h2>
      <ul class="tier-table">
        {tiers.map((tier) => (
          <li key={tier.tier} class={`loyalty-item is-${tier.tier}`} aria-current={tier.tier === current ? 'true' : undefined}>
            <strong>
              <span class="tier-dot" aria-hidden="true" /> {app.tiers[tier.tier] ?? tier.tier}
              {tier.tier === current && <span class="status is-confirmed">{t.yourTier}</span>}
            </strong>
            <span class="muted">{t.tierFrom(number.format(tier.minPoints))}</span>
            <span>{t.discount(tier.discountPercentage)}</span>
            <span>{t.bonus(number.format(tier.bonusMultiplier))}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
