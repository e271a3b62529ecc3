// Two browser pages on one tour: a visitor books in the first, the number changes in the second.
// usage: node browser-journey.mjs <web address> <tour id> <departure start, ISO 8601> <folder for pictures>
import { newPage, run, signInFromHeader } from './browser.mjs';

const [web, tourId, date, folder] = process.argv.slice(2);
const seats = page => page.locator(`[data-departure="${date}"] [data-seats]`).first();
const number = async locator => Number(await locator.getAttribute('data-seats'));
const viewers = async page => Number(await page.locator('[data-viewers]').getAttribute('data-viewers'));
const until = async (what, condition) => {
  const deadline = Date.now() + 120_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 25));
  }
};

await run(async () => {
  const ada = await newPage({ width: 1280, height: 900 }, 'light', 'en');
  const logs = [];
  ada.on('console', message => logs.push(message.text()));
  const eve = await newPage({ width: 390, height: 844 }, 'dark', 'fr');
  await ada.goto(`${web}/`);
  await ada.locator('[data-tour]').first().waitFor();
  await ada.screenshot({ path: `${folder}/tours.png` });

  await Promise.all([ada.goto(`${web}/tours/${tourId}`), eve.goto(`${web}/tours/${tourId}`)]);
  await Promise.all([ada, eve].map(page => page.locator('[data-live="connected"]').first().waitFor()));
  await until('both show a number', async () => (await number(seats(ada))) > 0 && (await number(seats(eve))) > 0);
  await until('both count as viewers', async () => (await viewers(ada)) === 2 && (await viewers(eve)) === 2);
  const before = await number(seats(eve));

  await signInFromHeader(ada, 'ada');
  await ada.locator(`[data-departure="${date}"]`).getByTestId('choose').click();
  await ada.getByTestId('participants').fill('2');
  const clicked = Date.now();
  await ada.getByTestId('book').click();
  await until('the other browser shows two seats less', async () => (await number(seats(eve))) === before - 2);
  const after = Date.now() - clicked;
  await until('the first browser shows it too', async () => (await number(seats(ada))) === before - 2);
  await ada.getByTestId('booked').waitFor();
  await ada.screenshot({ path: `${folder}/tour-booked.png` });
  await seats(eve).evaluate(element => element.scrollIntoView({ block: 'center' }));
  await eve.screenshot({ path: `${folder}/tour-phone.png` });
  await eve.locator('.back-link').click();
  await eve.locator('[data-tour]').first().waitFor();
  await until('whoever went back to the list is no viewer', async () => (await viewers(ada)) === 1);
  const correlationId = logs.map(line => line.match(/req_[0-9a-f]+/)?.[0]).find(Boolean);
  return { before, after: before - 2, milliseconds: after, correlationId: correlationId ?? null };
});
