// A member's whole way: signs up, books and pays; the tour takes place; points and tier show in both windows; points become a voucher, and the
// voucher a cheaper booking. Prints "booked" when both windows wait for the points: the departure passes then. Takes pictures on the way.
// usage: node member-journey.mjs <web address> <e-mail> <tour id> <departure start> <seats> <another departure's start> <folder for pictures>
import { newPage, run, shouldFitAPhone } from './browser.mjs';

const [web, email, tourId, date, seats, next, folder] = process.argv.slice(2);
const password = 'green-tram-4711';
const fill = async (page, fields) => {
  for (const [id, value] of Object.entries(fields)) await page.getByTestId(id).fill(value);
};
const choose = (page, departure) => page.locator(`[data-departure="${departure}"]`).getByTestId('choose').click();
const connected = page => page.locator('[data-live="connected"]').first().waitFor();
const toast = (page, text) => page.locator('.toast', { hasText: text }).first().waitFor();
const picture = (page, name) => page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled', fullPage: true });
/** Milliseconds from the award until the window showed it. */
const delay = async (page, text) => {
  await toast(page, text);
  const shown = Date.now();
  const { transactions } = await page.evaluate(async () => {
    const { token } = JSON.parse(sessionStorage.getItem('realtime-tours.session'));
    return (await (await fetch('/api/loyalty/transactions', { headers: { Authorization: `Bearer ${token}` } })).json()).data;
  });
  return shown - Date.parse(transactions[0].createdAt);
};

await run(async () => {
  const desk = await newPage({ width: 1280, height: 900 }, 'light', 'en-GB');
  await desk.goto(`${web}/sign-up?return=${encodeURIComponent(`/tours/${tourId}`)}`);
  await fill(desk, { name: 'Ada Lovelace', email, password });
  await desk.getByTestId('sign-up').click();
  await desk.waitForURL(`${web}/tours/${tourId}`);
  await choose(desk, date);
  await desk.getByTestId('participants').fill(seats);
  await desk.getByTestId('payment').selectOption('pm_card_visa');
  await desk.getByTestId('book').click();
  await desk.locator('[data-testid="booked"][data-status="confirmed"]').waitFor();
  await desk.goto(`${web}/loyalty`);
  await connected(desk);
  await desk.locator('[data-testid="points"]', { hasText: '0' }).waitFor();

  const phone = await newPage({ width: 390, height: 844 }, 'dark', 'fr-FR');
  await phone.goto(`${web}/sign-in?return=${encodeURIComponent(`/tours/${tourId}`)}`);
  await fill(phone, { email, password });
  await phone.getByTestId('log-in').click();
  await phone.waitForURL(`${web}/tours/${tourId}`);
  await connected(phone);
  console.log('booked');

  const delays = await Promise.all([delay(desk, 'points'), delay(phone, 'points')]);
  await Promise.all([toast(desk, 'Welcome to Silver'), toast(phone, 'Bienvenue au niveau Argent')]);
  await desk.locator('[data-testid="tier"]', { hasText: 'Silver' }).waitFor(); // the page follows without a reload

  await desk.locator('[data-reward="voucher-eur-10"] button').click();
  await desk.getByTestId('yes-redeem').click();
  const voucher = desk.locator('[data-voucher]').first();
  await voucher.waitFor();
  await toast(phone, '300 points');
  await picture(desk, 'points');

  await choose(phone, next);
  await phone.getByTestId('have-voucher').click();
  await phone.getByTestId('voucher').fill('RT-NOBODYS');
  await phone.getByTestId('book').click();
  await phone.locator('#voucher-problem:not(:empty)').waitFor();
  await shouldFitAPhone(phone);
  await phone.getByTestId('voucher').fill((await voucher.getAttribute('data-voucher')).toLowerCase());
  await phone.locator('.booking-total s').waitFor(); // the price before
  await picture(phone, 'voucher-phone');
  await phone.getByTestId('book').click();
  await phone.locator('[data-testid="booked"][data-status="confirmed"]').waitFor();
  await phone.goto(`${web}/loyalty`);
  await phone.locator('[data-voucher].is-over').waitFor();
  await shouldFitAPhone(phone);
  return { pointsShownAfterMs: delays };
});
