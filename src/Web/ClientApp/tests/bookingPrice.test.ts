import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookingTotal } from '../src/booking/bookingPrice';
import { findVoucher } from '../src/booking/useMember';

const total = (price: number, participants: number, currency: string, discountPercentage = 0, voucherAmount = 0) =>
  bookingTotal(price, participants, currency, { discountPercentage, voucherAmount });

test('the discount of the whole is rounded to the minor unit, then the voucher comes off', () => {
  assert.equal(total(12.5, 1, 'EUR'), 12.5);
  assert.equal(total(12.5, 1, 'EUR', 5), 11.88);
  assert.equal(total(12.5, 3, 'EUR', 5), 35.63);
  assert.equal(total(999, 1, 'JPY', 5), 949);
  assert.equal(total(1.15, 1, 'EUR', 0), 1.15);
  assert.equal(total(12.5, 1, 'EUR', 5, 10), 1.88);
});

test('a voucher that is worth more than the booking makes it free', () => assert.equal(total(12.5, 1, 'EUR', 0, 50), 0));

test('a currency that the browser does not know has two decimals', () => assert.equal(total(10, 1, '???', 5), 9.5));

test('a code is found however it is typed', () => {
  const vouchers = [{ code: 'RT-1234', amount: 10, currency: 'EUR', expiresAt: '' }];
  assert.equal(findVoucher(vouchers, ' rt-1234 ')?.amount, 10);
  assert.equal(findVoucher(vouchers, 'RT-123'), undefined);
});
