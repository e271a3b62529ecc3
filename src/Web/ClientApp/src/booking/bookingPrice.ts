/** What loyalty takes off a price, as far as this page knows it; the server decides. */
export interface PriceReductions {
  discountPercentage: number;
  voucherAmount: number;
}

/** As BookingPrice.cs: the discount of the whole, rounded to the currency's minor unit, then the voucher, never below 0. */
export function bookingTotal(price: number, participants: number, currency: string, { discountPercentage, voucherAmount }: PriceReductions): number {
  const perUnit = 10 ** minorUnits(currency);
  // Whole numbers throughout: 1.15 × 100 is not 115 in a browser.
  const minor = Math.round((Math.round(price * perUnit) * participants * (100 - discountPercentage)) / 100);
  return Math.max(0, minor - Math.round(voucherAmount * perUnit)) / perUnit;
}

function minorUnits(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2; // no currency of this browser's
  }
}
