// One visitor pays for all seats of a departure by test card and sees pending turn into confirmed; the other's number drops, waits, and gets the
// seats
// when they are given back. Takes pictures on the way.
// usage: node paid-journey.mjs <web address> <tour id> <departure start, ISO 8601> <seats> <folder for pictures>
import { failures, newPage, run, shouldFitAPhone, signInFromHeader } from './browser.mjs';

const [web, tourId, date, all, folder] = process.argv.slice(2);
const open = async (name, size, scheme, locale) => {
  const page = await newPage(size, scheme, locale);
  await page.goto(`${web}/tours/${tourId}`);
  await page.locator('[data-live="connected"]').first().waitFor();
  await signInFromHeader(page, name);
  await page.locator(`[data-departure="${date}"]`).getByTestId('choose').click();
  return page;
};
const seats = (page, number) => page.locator(`[data-departure="${date}"] [data-seats="${number}"]`);
const booked = (page, status) => page.locator(`[data-testid="booked"][data-status="${status}"]`);
const money = (page, what) => page.locator(`[data-money="${what}"]`);
const pay = async (page, card) => {
  await page.getByTestId('payment').selectOption(card);
  await page.getByTestId('book').click();
};
const picture = (page, name) => page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled' });

await run(async () => {
  const paula = await open('paula', { width: 1280, height: 900 }, 'light', 'en');
  const bob = await open('bob', { width: 360, height: 740 }, 'dark', 'fr');
  await seats(bob, all).waitFor();

  await paula.getByTestId('participants').fill(all);
  await pay(paula, 'pm_card_late');
  await booked(paula, 'pending').waitFor();
  await seats(bob, 0).waitFor(); // held seats are nobody else's, before the money has come
  if (!(await booked(paula, 'pending').isVisible())) failures.push('confirmed before the payment came');
  await picture(paula, 'payment-pending');
  await booked(paula, 'confirmed').waitFor();
  await seats(bob, 0).waitFor();

  await bob.getByTestId('participants').fill('2');
  await bob.getByTestId('join').click();
  await bob.locator('[data-testid="waiting"][data-party="2"]').waitFor();
  await bob.getByTestId('leave').click();
  await bob.locator('[data-testid="waiting"][data-party="0"]').waitFor();
  await bob.getByTestId('join').click();
  await bob.locator('[data-testid="waiting"][data-party="2"]').waitFor();
  await picture(bob, 'waiting-list-joined');
  await shouldFitAPhone(bob);

  await paula.goto(`${web}/bookings`);
  await paula.locator('[data-booking] .cancel .link-button').click();
  await paula.locator('[data-booking] .cancel .is-danger').click();
  await paula.locator('.booking-item.is-cancelled').waitFor();
  await money(paula, 'refunded').waitFor();

  await bob.getByTestId('held').waitFor();
  await picture(bob, 'waiting-list-offer');
  await seats(bob, all - 2).waitFor(); // two are held
  await pay(bob, 'pm_card_chargeDeclined');
  await booked(bob, 'failed').waitFor();
  await money(bob, 'declined').waitFor();
  await seats(bob, all).waitFor();
});
