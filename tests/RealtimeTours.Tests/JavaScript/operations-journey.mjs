// An operator signs in, sees the nodes, deletes one dead letter, requeues another, reads a booking's story and replays it. Takes pictures on the way.
// usage: node operations-journey.mjs <web address> <folder for pictures> <event id to delete> <event id to requeue> <booking id>
import { operatorPage, run, shouldFitAPhone } from './browser.mjs';

const [web, folder, toDelete, toRequeue, bookingId] = process.argv.slice(2);
const open = async (size, scheme, locale) => {
  const page = await operatorPage(web, size, scheme, locale);
  await page.locator('[data-consumer="realtime-hub"]').click();
  await page.locator('[data-letter]').first().waitFor();
  return page;
};
const letter = (page, eventId) => page.locator('[data-letter]', { hasText: eventId });

await run(async () => {
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
  await shouldFitAPhone(phone);
  return { nodes, ofBooking, replayed };
});
