import { useEffect, useState } from 'preact/hooks';
import { getAccount, listVouchers, type Voucher } from '../api/loyalty';
import { loyaltyChanges } from '../live/live';

export interface Member {
  tier: string;
  discountPercentage: number;
  vouchers: readonly Voucher[];
}

const nobody: Member = { tier: '', discountPercentage: 0, vouchers: [] };

/** What the visitor's loyalty is worth for a booking; nothing where nobody is signed in, or loyalty does not answer: booking goes on. */
export function useMember(isSignedIn: boolean): Member {
  const [member, setMember] = useState(nobody);
  useEffect(() => {
    setMember(nobody);
    if (!isSignedIn) return;
    const end = new AbortController();
    const load = async () => {
      try {
        const [{ account }, { vouchers }] = await Promise.all([getAccount(end.signal), listVouchers(end.signal)]);
        setMember({ tier: account.currentTier, discountPercentage: account.discountPercentage, vouchers });
      } catch (error) {
        if (!end.signal.aborted) console.info('loyalty does not answer', String(error));
      }
    };
    void load();
    const unsubscribe = loyaltyChanges.subscribe(() => void load());
    return () => {
      end.abort();
      unsubscribe();
    };
  }, [isSignedIn]);
  return member;
}

/** The voucher that was typed, in any spelling that the server takes too. */
export const findVoucher = (vouchers: readonly Voucher[], typed: string): Voucher | undefined =>
  vouchers.find(({ code }) => code === typed.trim().toUpperCase());
