import { useState } from 'preact/hooks';
import type { Voucher } from '../api/loyalty';
import { useTexts } from '../i18n/language';

interface Props {
  code: string;
  /** The visitor's own, as suggestions. */
  vouchers: readonly Voucher[];
  problem: string;
  onChange: (code: string) => void;
}

/** Few have a voucher: the field opens on demand. */
export function VoucherField({ code, vouchers, problem, onChange }: Props) {
  const { t, price } = useTexts();
  const [open, setOpen] = useState(code !== '');
  if (!open)
    return (
      <button type="button" class="link-button booking-voucher" data-testid="have-voucher" onClick={() => setOpen(true)}>
        {t.haveVoucher}
      </button>
    );
  return (
    <div class="booking-voucher">
      <label class="field">
        <span>{t.voucherCode}</span>
        <input
          data-testid="voucher"
          value={code}
          list="own-vouchers"
          maxLength={64}
          autoComplete="off"
          autoCapitalize="characters"
          spellcheck={false}
          placeholder="RT-"
          aria-invalid={problem !== ''}
          aria-describedby="voucher-problem"
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      </label>
      <datalist id="own-vouchers">
        {vouchers.map((voucher) => (
          <option key={voucher.code} value={voucher.code}>
            {price(voucher.amount, voucher.currency)}
          </option>
        ))}
      </datalist>
      <p id="voucher-problem" class="problem" role="alert">
        {problem}
      </p>
    </div>
  );
}
