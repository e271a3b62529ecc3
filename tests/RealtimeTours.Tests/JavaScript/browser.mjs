// A real browser for the journeys: pages that are patient, and a list of what went wrong in them.
import { chromium } from 'playwright-core';

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
export const failures = [];

export const newPage = async (size, scheme, locale) => {
  const context = await browser.newContext({ viewport: size, colorScheme: scheme, locale });
  context.setDefaultTimeout(120_000); // the machine may be busy
  const page = await context.newPage();
  page.on('pageerror', error => failures.push(String(error)));
  return page;
};

/** A page of operator olga's, signed in. */
export const operatorPage = async (web, size, scheme, locale) => {
  const page = await newPage(size, scheme, locale);
  await page.goto(`${web}/operations`);
  await page.getByTestId('operator-sign-in').click();
  await signIn(page, 'olga');
  return page;
};

/** From the header: by the page of sign-in to the demo's dialog, and back to the page that was open. */
export const signInFromHeader = async (page, name) => {
  const before = page.url();
  await page.getByTestId('sign-in').click();
  await page.getByTestId('demo-sign-in').click();
  await signIn(page, name);
  await page.waitForURL(before);
};

/** In the demo's form that is open. */
export const signIn = async (page, name) => {
  await page.getByTestId('sign-in-name').fill(name);
  await page.getByTestId('sign-in-submit').click();
};

export const shouldFitAPhone = async page => {
  if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) failures.push('the page is wider than a phone');
};

/** Runs a journey and closes the browser; what went wrong on the way fails it at its end. */
export const run = async journey => {
  try {
    const result = await journey();
    if (failures.length > 0) throw new Error(failures.join('\n'));
    if (result) console.log(JSON.stringify(result));
  } finally {
    await browser.close();
  }
};
