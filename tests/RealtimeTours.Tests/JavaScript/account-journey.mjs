// Somebody signs up, changes details and password, is signed out by another device, and is made a guide by an operator.
// usage: node account-journey.mjs <web address> <operator's e-mail> <operator's password> <folder for pictures>
import { newPage, run, shouldFitAPhone } from './browser.mjs';

const [web, operatorEmail, operatorPassword, folder] = process.argv.slice(2);
const email = `ada-${Date.now()}@example.com`;
const password = 'green-tram-4711';
const newPassword = 'another-tram-0815';

const fill = async (page, fields) => {
  for (const [id, value] of Object.entries(fields)) await page.getByTestId(id).fill(value);
};
const logIn = async (page, address, secret) => {
  await fill(page, { email: address, password: secret });
  await page.getByTestId('log-in').click();
};
const said = (page, id) => page.locator(`#${id}-problem:not(:empty)`).innerText();

await run(async () => {
  const ada = await newPage({ width: 390, height: 844 }, 'light', 'fr');
  await ada.goto(`${web}/bookings`);
  await ada.getByTestId('sign-in').click();
  await ada.locator('a[href*="/sign-up"]').click();
  await fill(ada, { name: 'Ada Lovelace', email: 'ada', password: 'password123' });
  await ada.getByTestId('sign-up').click();
  const badEmail = await said(ada, 'email');
  await fill(ada, { email });
  await ada.getByTestId('sign-up').click();
  const weak = await said(ada, 'password');
  await shouldFitAPhone(ada);
  await ada.screenshot({ path: `${folder}/sign-up-phone.png` });
  await fill(ada, { password });
  await ada.getByTestId('sign-up').click();
  await ada.waitForURL(`${web}/bookings`); // back to where the visitor was

  const laptop = await newPage({ width: 1280, height: 900 }, 'dark', 'en');
  await laptop.goto(`${web}/sign-in?return=%2Faccount`);
  await logIn(laptop, email, 'wrong-password');
  const wrong = await said(laptop, 'password');
  await logIn(laptop, email, password);
  await laptop.waitForURL(`${web}/account`);

  await ada.locator('a[href$="/account"]').click();
  await fill(ada, { name: 'Ada King', phone: '06' });
  await ada.getByTestId('save-profile').click();
  const badPhone = await said(ada, 'phone');
  await fill(ada, { phone: '+33 6 12 34 56 78' });
  await ada.getByTestId('save-profile').click();
  await ada.locator('.account-name', { hasText: 'Ada King' }).waitFor({ state: 'attached' });
  await fill(ada, { current: 'wrong-password', new: newPassword });
  await ada.getByTestId('change-password').click();
  const wrongCurrent = await said(ada, 'current');
  await fill(ada, { current: password });
  await ada.getByTestId('change-password').click();
  await ada.locator('.toast.is-good', { hasText: 'mot de passe' }).waitFor();
  await shouldFitAPhone(ada);
  await ada.screenshot({ path: `${folder}/account-phone.png`, fullPage: true });

  // The laptop's token is of the old password: its next call ends the session, and says so.
  await laptop.screenshot({ path: `${folder}/account.png`, fullPage: true });
  await laptop.getByTestId('save-profile').click();
  await laptop.locator('.toast.is-warning').waitFor();
  await laptop.getByTestId('sign-in').click();
  await laptop.screenshot({ path: `${folder}/sign-in.png` });
  await logIn(laptop, email, newPassword);
  await laptop.getByTestId('sign-out').waitFor();
  const phone = await laptop.getByTestId('phone').inputValue();
  await laptop.getByTestId('sign-out').click();
  await laptop.getByTestId('sign-in').waitFor();

  const olga = await newPage({ width: 1280, height: 900 }, 'light', 'en');
  await olga.goto(`${web}/sign-in?return=%2Foperations`);
  await logIn(olga, operatorEmail, operatorPassword);
  await olga.waitForURL(`${web}/operations`);
  await fill(olga, { person: email });
  await olga.getByTestId('find-person').click();
  const person = olga.locator(`[data-person="${email}"]`);
  await person.locator('[data-role="guide"]').check();
  await person.locator('button').click();
  await olga.locator('.toast.is-good').waitFor();
  await person.scrollIntoViewIfNeeded();
  await olga.screenshot({ path: `${folder}/people.png` });
  return { email, phone, problems: { badEmail, weak, wrong, badPhone, wrongCurrent } };
});
