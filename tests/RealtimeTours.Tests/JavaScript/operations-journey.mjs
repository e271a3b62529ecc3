// An operator signs in, sees the nodes, deletes one dead letter, requeues another, reads a booking's story and replays it. Takes pictures on the way.
// usage: node operations-journey.mjs <web address> <folder for pictures> <event id to delete> <event id to requeue> <booking id>
import { chromium } from 'playwright-core';

const [web, folder, toDelete, toRequeue, bookingId] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const failures = [];
const open = async (size, scheme, locale) => {
  const context = await browser.newContext({ viewport: size, colorScheme: scheme, locale });
  context.setDefaultTimeout(120_000); // the machine may be busy
  const page = await context.newPage();
  page.on('pageerror', error => failures.push(String(error)));
  await page.goto(`${web}/operations`);
  await page.getByTestId('operator-sign-in').click();
  await page.getByTestId('sign-in-name').fill('olga');
  await page.getByTestId('sign-in-submit').click();
  await page.locator('[data-consumer="realtime-hub"]').click();
  await page.locator('[data-letter]').first().waitFor();
  return page;
};
const letter = (page, eventId) => page.locator('[data-letter]', { hasText: eventId });

try {
  const desk = await open({ width: 1280, height: 1000 }, 'light', 'en');
  await letter(desk, toRequeue).waitFor();
  await letter(desk, toRequeue).locator('summary').click();
  await desk.evaluate(() => scrollTo(0, 0));
  await desk.screenshot({ path: `${folder}/operations.png`, fullPage: true });
  const phone = await open({ width: 390, height: 844 }, 'dark', 'fr');
  await phone.evaluate(() => scrollTo(0, 0));
  await phone.screenshot({ path: `${folder}/operations-phone.png`, fullPage: true });

  for (const [page, scheme, name] of [[desk, 'dark', 'operations-dark'], [phone, 'light', 'operations-phone-light']]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled' }); // the switch of colours is one
  }

  const nodes = await desk.locator('[data-node]').count();
  const firstId = await letter(desk, toRequeue).getAttribute('data-letter');
  await letter(desk, toDelete).getByTestId('delete').click();
  await letter(desk, toDelete).getByTestId('delete-yes').click();
  await letter(desk, toDelete).waitFor({ state: 'detached' });
  await letter(desk, toRequeue).getByTestId('requeue').click();
  await desk.locator(`[data-letter="${firstId}"]`).waitFor({ state: 'detached' });
  await letter(desk, toRequeue).waitFor(); // it failed again, which the live figures tell

  await desk.getByTestId('events-of').fill(bookingId);
  await desk.getByTestId('show-events').click();
  const events = desk.locator('[data-event]');
  await events.nth(1).waitFor();
  const ofBooking = await events.count();
  await events.first().locator('summary').click();
  await events.first().locator('.link-button').click(); // the whole request: the seats too
  await events.nth(ofBooking).waitFor();
  await events.nth(ofBooking).locator('summary').click();
  const correlationId = await desk.getByTestId('events-of').inputValue();
  await desk.getByTestId('replay-consumer').selectOption('realtime-hub');
  await desk.getByTestId('replay-correlation').fill(correlationId);
  await desk.getByTestId('replay').click();
  const said = await desk.locator('.toast', { hasText: 'put into the queue of realtime-hub' }).locator('strong').textContent();
  const replayed = Number(said.split(' ')[0]);
  await desk.getByTestId('replay').scrollIntoViewIfNeeded();
  await desk.screenshot({ path: `${folder}/operations-events.png`, animations: 'disabled' });
  const tooWide = await phone.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  if (tooWide) failures.push('the page is wider than a phone');
  if (failures.length > 0) throw new Error(failures.join('\n'));
  console.log(JSON.stringify({ nodes, ofBooking, replayed }));
} finally {
  await browser.close();
}
