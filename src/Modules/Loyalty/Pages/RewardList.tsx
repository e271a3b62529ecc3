import { useRef, useState } from 'preact/hooks';
import { newIdempotencyKey } from '@app/api/http/newIdempotencyKey';
import { ApiProblem } from '@app/api/http/request';
import { redeemReward, type Reward } from '@app/api/loyalty';
import { useTexts } from '@app/i18n/language';
import { useModuleTexts } from '@app/i18n/moduleTexts';
import { texts } from './texts';

interface Props {
  rewards: readonly Reward[];
  points: number;
  onRedeemed: () => void;
}

export function RewardList({ rewards, points, onRedeemed }: Props) {
  const t = useModuleTexts(texts);
  return (
    <section>
      <h2>{t.rewards}</h2>
      <ul class="loyalty-list">
        {rewards.map((reward) => (
          <RewardItem key={reward.id} reward={reward} points={points} onRedeemed={onRedeemed} />
        ))}
      </ul>
    </section>
  );
}

function RewardItem({ reward, points, onRedeemed }: Omit<Props, 'rewards'> & { reward: Reward }) {
  const { t: app, price } = useTexts();
  const t = useModuleTexts(texts);
  const number = new Intl.NumberFormat(app.locale);
  const [step, setStep] = useState<'idle' | 'asking' | 'busy'>('idle');
  const [problem, setProblem] = useState('');
  // Kept while it is unknown whether the server redeemed: pressing again then asks about the same wish.
  const key = useRef<string | null>(null);
  const missing = reward.pointsCost - points;

  const redeem = async () => {
    setStep('busy');
    setProblem('');
    key.current ??= newIdempotencyKey();
    try {
      await redeemReward(reward.id, key.current);
      key.current = null;
      onRedeemed();
    } catch (error) {
      const isRefused = error instanceof ApiProblem && error.status < 500;
      if (isRefused) key.current = null;
      setProblem(isRefused ? (t.problems[error.code] ?? error.message) : t.noAnswer);
    }
    setStep('idle');
  };
  return (
    <li class="loyalty-item" data-reward={reward.id}>
      <strong>{t.voucherOf(price(reward.amount, reward.currency))}</strong>
      <span class="muted">
        {t.costs(number.format(reward.pointsCost))} · {t.validDays(reward.validDays)}
      </span>
      <div class="loyalty-act">
        {step === 'idle' ? (
          missing > 0 ? (
            <span class="muted">{t.missing(number.format(missing))}</span>
          ) : (
            <button type="button" class="button" onClick={() => setStep('asking')}>
              {t.redeem}
            </button>
          )
        ) : (
          <>
            <span>{t.reallyRedeem(number.format(reward.pointsCost))}</span>
            <button type="button" class="button" data-testid="yes-redeem" disabled={step === 'busy'} onClick={() => void redeem()}>
              {t.yesRedeem}
            </button>
            <button type="button" class="button is-quiet" disabled={step === 'busy'} onClick={() => setStep('idle')}>
              {t.keep}
            </button>
          </>
        )}
      </div>
      <p class="problem" role="alert">
        {problem}
      </p>
    </li>
  );
}
