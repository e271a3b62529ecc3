import { useEffect, useState } from 'preact/hooks';
import type { Voucher } from '@app/api/loyalty';
import { useTexts } from '@app/i18n/language';
import { useModuleTexts } from '@app/i18n/moduleTexts';
import { texts } from './texts';

const copiedShows = 2_000;

export function VoucherList({ vouchers, used }: { vouchers: readonly Voucher[]; used: ReadonlySet<string> }) {
  const t = useModuleTexts(texts);
  return (
    <section>
      <h2>{t.vouchers}</h2>
      {vouchers.length === 0 ? (
        <p class="muted">{t.noVouchers}</p>
      ) : (
        <ul class="loyalty-list">
          {vouchers.map((voucher) => (
            <VoucherItem key={voucher.code} voucher={voucher} isUsed={used.has(voucher.code)} />
          ))}
        </ul>
      )}
    </section>
  );
}

function VoucherItem({ voucher, isUsed }: { voucher: Voucher; isUsed: boolean }) {
  const { t: app, price } = useTexts();
  const t = useModuleTexts(texts);
  const day = new Intl.DateTimeFormat(app.locale, { dateStyle: 'medium' }).format(new Date(voucher.expiresAt));
  const isExpired = Date.parse(voucher.expiresAt) <= Date.now();
  return (
    <li class={`loyalty-item ${isUsed || isExpired ? 'is-over' : ''}`} data-voucher={voucher.code}>
      <strong>{price(voucher.amount, voucher.currency)}</strong>
      <code>{voucher.code}</code>
      <span class="muted">{isUsed ? t.used : isExpired ? t.expired(day) : t.validUntil(day)}</span>
      {!isUsed && !isExpired && <CopyButton code={voucher.code} />}
    </li>
  );
}

function CopyButton({ code }: { code: string }) {
  const t = useModuleTexts(texts);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), copiedShows);
    return () => clearTimeout(timer);
  }, [copied]);
  // Only pages of https and localhost may write to the clipboard; elsewhere the code is there to be marked.
  if (!navigator.clipboard) return null;
  return (
    <div class="loyalty-act">
      <button type="button" class="button is-quiet" onClick={() => void navigator.clipboard.writeText(code).then(() => setCopied(true))}>
        <span aria-live="polite">{copied ? t.copied : t.copy}</span>
        <span class="visually-hidden"> {code}</span>
      </button>
    </div>
  );
}
