import { useModuleTexts } from '@app/i18n/moduleTexts';
import { modulePage } from '@app/modules/modulePage';
import { Failure } from '@app/ui/Failure';
import './loyalty.css';
import { PointsHistory } from './PointsHistory';
import { RewardList } from './RewardList';
import { TierCard } from './TierCard';
import { texts } from './texts';
import { TierTable } from './TierTable';
import { useLoyalty } from './useLoyalty';
import { VoucherList } from './VoucherList';

export const pages = [
  modulePage({ path: '/loyalty', title: (language) => texts[language].title, audience: 'signed-in', inHeader: true, component: MyPoints }),
];

function MyPoints() {
  const t = useModuleTexts(texts);
  const { loyalty, stale, reload } = useLoyalty();
  if (!loyalty) return stale ? <Failure text={t.failed} retry={reload} /> : null;
  return (
    <div class="loyalty">
      <TierCard {...loyalty} />
      <RewardList rewards={loyalty.rewards} points={loyalty.account.totalPoints} onRedeemed={reload} />
      <VoucherList vouchers={loyalty.vouchers} used={loyalty.usedCodes} />
      <PointsHistory newest={loyalty.history} />
      <TierTable tiers={loyalty.tiers} current={loyalty.account.currentTier} />
    </div>
  );
}
