// Two windows of one member: points that a tour earns show in both at once, then a tier; points become a voucher, the voucher a cheaper booking.
// Prints "watching" when both are connected; the tours are completed then. Takes pictures on the way.
// usage: node points-journey.mjs <web address> <user id> <tour id> <departure start, ISO 8601> <folder for pictures>
import { newPage, run, shouldFitAPhone, signIn } from './browser.mjs';

const [web, user, tourId, date, folder] = process.argv.slice(2);
const open = async (path, size, scheme, locale) => {
  const page = await newPage(size, scheme, locale);
  await page.goto(web);
  await page.getByTestId('sign-in').click();
  await signIn(page, user);
  await page.locator('.account .avatar').waitFor();
  await page.goto(`${web}${path}`); // with a connection that is the member's from its beginning
  await page.locator('[data-live="connected"]').first().waitFor();
  return page;
};
const toast = (page, text) => page.locator('.toast', { hasText: text }).first().waitFor();
const picture = (page, name) => page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled', fullPage: true });

await run(async () => {
  const desk = await open('/loyalty', { width: 1280, height: 900 }, 'light', 'en-GB');
  const phone = await open(`/tours/${tourId}`, { width: 390, height: 844 }, 'dark', 'fr-FR');
  await desk.getByTestId('points').waitFor();
  console.log('watching');

  await Promise.all([toast(desk, '+330 points'), toast(phone, '+330 points')]);
  await Promise.all([toast(desk, 'Welcome to Silver'), toast(phone, 'Bienvenue au niveau Argent')]);
  await desk.locator('[data-testid="points"]', { hasText: '660' }).waitFor(); // the page follows without a reload
  await desk.locator('[data-testid="tier"]', { hasText: 'Silver' }).waitFor();

  await desk.locator('[data-reward="voucher-eur-10"] button').click();
  await desk.getByTestId('yes-redeem').click();
  const voucher = desk.locator('[data-voucher]').first();
  await voucher.waitFor();
  await toast(phone, '300 points');
  await picture(desk, 'points');

  await phone.locator(`[data-departure="${date}"]`).getByTestId('choose').click();
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
});
