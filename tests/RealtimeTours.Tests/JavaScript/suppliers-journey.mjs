// An operator signs in, looks at the suppliers and their tours, pauses one, resumes it, begins a run and an import. Takes pictures on the way.
// usage: node suppliers-journey.mjs <web address> <folder for pictures>
import { failures, operatorPage, run, shouldFitAPhone } from './browser.mjs';

const [web, folder] = process.argv.slice(2);
const open = async (size, scheme, locale) => {
  const page = await operatorPage(web, size, scheme, locale);
  await page.locator('[data-supplier="default"]').waitFor();
  return page;
};
const supplier = (page, state) => page.locator(`[data-supplier="default"]${state ? `[data-state="${state}"]` : ''}`);
const picture = async (page, name) => {
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled', fullPage: true });
};

await run(async () => {
  const desk = await open({ width: 1280, height: 1000 }, 'light', 'en');
  await supplier(desk).getByTestId('show-tours').click();
  await supplier(desk).locator('[data-tour]').first().waitFor();
  await picture(desk, 'suppliers');

  await supplier(desk).getByTestId('pause').click();
  await supplier(desk, 'paused').waitFor();
  const phone = await open({ width: 390, height: 844 }, 'dark', 'fr');
  await supplier(phone, 'paused').getByTestId('show-tours').click();
  await supplier(phone).locator('[data-tour]').first().waitFor();
  await shouldFitAPhone(phone);
  await picture(phone, 'suppliers-phone');
  for (const button of ['sync-now', 'import-now'])
    if (!(await supplier(phone).getByTestId(button).isDisabled())) failures.push(`a paused supplier has ${button}`);

  await supplier(phone).getByTestId('resume').click();
  await supplier(desk, 'waiting').waitFor(); // the other operator sees it too
  await supplier(desk).getByTestId('sync-now').click();
  await desk.locator('.toast, [role="status"]').first().waitFor();
  await supplier(desk, 'waiting').waitFor();

  await desk.locator('[data-import="waiting"]').waitFor(); // the one of the start has ended
  const lastImport = supplier(desk).locator('dl div', { hasText: 'Last import' }).locator('dd');
  const before = await lastImport.textContent();
  await supplier(desk).getByTestId('import-now').click();
  await desk.locator('.toast', { hasText: 'The import begins' }).waitFor();
  await desk.locator('[data-import="waiting"]').waitFor();
  const deadline = Date.now() + 120_000;
  while ((await lastImport.textContent()) === before || !(await lastImport.textContent()).includes('failed')) {
    if (Date.now() > deadline) throw new Error(`the import shows no new result: ${await lastImport.textContent()}`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
});
