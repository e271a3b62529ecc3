// A guide says who came to a departure that has just begun; who came sees it at once and rates the tour. Then an operator of the demo completes a
// departure that has not begun. Takes pictures on the way.
// usage: node guide-journey.mjs <web address> <tour id> <who came> <who did not> <folder for pictures>
import { newPage, run, shouldFitAPhone, signIn } from './browser.mjs';

const [web, tourId, came, missed, folder] = process.argv.slice(2);
const picture = (page, name) => page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled' });

await run(async () => {
  const olga = await newPage({ width: 390, height: 844 }, 'light', 'fr');
  await olga.goto(`${web}/guide`);
  await olga.getByTestId('page-sign-in').click();
  await signIn(olga, 'olga');
  const guest = await newPage({ width: 1200, height: 900 }, 'dark', 'en');
  await guest.goto(`${web}/bookings`);
  await guest.locator('.empty .button').click();
  await signIn(guest, came);

  const [begun, later] = [0, 1].map(at => olga.locator(`[data-tour="${tourId}"]`).nth(at));
  await begun.locator('.status.is-pending').waitFor();
  await begun.getByTestId('manifest').click();
  await begun.locator('.manifest-party', { hasText: missed }).locator('label').nth(1).click();
  await picture(olga, 'guide-manifest');
  await shouldFitAPhone(olga);
  await begun.getByTestId('confirm-attendance').click();
  await begun.locator('.status.is-confirmed').first().waitFor();

  await guest.locator('.booking-item.is-completed').waitFor(); // pushed: the page was not loaded anew
  await guest.getByTestId('rate').click();
  await guest.locator('.rating-choice label').nth(3).click();
  await guest.locator('.rating-form textarea').fill('Lovely!');
  await picture(guest, 'rating');
  await guest.getByTestId('send-rating').click();
  await guest.locator('.own-rating .stars').waitFor();
  await guest.goto(`${web}/tours/${tourId}`);
  await guest.locator('[data-rating="4"]').waitFor();

  await later.getByTestId('complete-now').click();
  await later.locator('.status.is-confirmed').waitFor();
});
