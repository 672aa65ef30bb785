// A new person rates films, sees recommendations change, and is saved under a name.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, open, settled, until } from './support/browser.js';
import { sample } from './support/service.js';
import { stage } from './support/stage.js';

const on = stage(sample);

const titles = (page) => page.locator('.recommendations h3 a').allTextContents();

async function rate(opened, text, film, level) {
  const { page } = opened;
  await settled(opened);
  const before = await titles(page);
  await page.getByRole('combobox', { name: 'Find a film' }).fill(text);
  await page.getByRole('option', { name: film }).click();
  // Not `check`: it verifies the radio button afterwards, but the list has been redrawn by then.
  await page.getByRole('group', { name: film }).getByRole('radio', { name: level, exact: true }).click();
  return until(`other recommendations than ${before}`, async () => {
    const now = await titles(page);
    return now.length === 10 && now.join() !== before.join() && now;
  });
}

test('recommendations change with each of three ratings', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/try`);
  await page.getByText('Nothing yet.').waitFor();

  const first = await rate(opened, 'matrix', /^The Matrix \(/, '5');
  const second = await rate(opened, 'godfather', /^The Godfather \(/, '1');
  const third = await rate(opened, 'alien', /^Alien \(/, '4½');
  assert.notDeepEqual(first, third);
  assert.ok(
    ![...second, ...third].some((title) => title.startsWith('The Matrix (')),
    'rated items are not recommended',
  );
  await page.getByText(/place/).first().waitFor({ state: 'attached' });

  await page.reload();
  await until(
    'the same recommendations after a reload',
    async () => (await titles(page)).join() === third.join(),
  );
  await page.getByText('3 films rated').waitFor();
  await close(opened);
});

test('the terms of a recommendation add up to its score', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/people/Ada`);
  await settled(opened);
  const entry = page.locator('.recommendations > li').first();
  assert.match(await entry.locator('.why').textContent(), /^For it: .* \(rated \d.*\) and \d+ other films/);
  await entry.getByText('The numbers').click();
  const terms = (await entry.locator('tbody tr td:last-child').allTextContents()).map(Number);
  const score = Number(await entry.locator('tfoot td').textContent());
  const sum = terms.reduce((total, term) => total + term, 0);
  assert.ok(
    terms.length > 3 && Math.abs(sum - score) < 0.002 * score,
    `${terms.join(' + ')} = ${sum}, score ${score}`,
  );
  await close(opened);
});

test('a new person is saved under a name, and a taken name is rejected', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/try`);
  await rate(opened, 'toy story', /^Toy Story \(/, '4');

  await page.getByLabel('Save under the name').fill('Ada');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('A person called Ada already exists').waitFor();

  await page.getByLabel('Save under the name').fill('Zoë / 50%');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'Zoë / 50%' }).waitFor();
  await page.getByText('1 film rated, 4.00 on average').waitFor();
  const stored = await fetch(`${on.service.base}/v1/users/${encodeURIComponent('Zoë / 50%')}`);
  assert.deepEqual(await stored.json(), { user: 'Zoë / 50%', ratings: 1, mean: 4 });

  await page.getByRole('button', { name: 'Forget this person' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Forget this person' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Forget' }).click();
  await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
  assert.equal((await fetch(`${on.service.base}/v1/users/${encodeURIComponent('Zoë / 50%')}`)).status, 404);
  // A free name is a 404, which Chromium logs as an error.
  await close(opened, /status of 404/);
});

test('a typed name survives a rating, and a failed save can be continued', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/try`);
  await rate(opened, 'toy story', /^Toy Story \(/, '4');
  await page.getByLabel('Save under the name').fill('Half Way');
  await rate(opened, 'matrix', /^The Matrix \(/, '5');
  assert.equal(await page.getByLabel('Save under the name').inputValue(), 'Half Way');

  const second = '**/v1/users/Half%20Way/ratings/the-matrix-1999';
  await page.route(second, (route) => route.fulfill({ status: 503 }));
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('.saving').getByRole('alert').waitFor();
  await page.unroute(second);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'Half Way' }).waitFor();
  await page.getByText('2 films rated, 4.50 on average').waitFor();
  await close(opened, /status of (404|503)/);
});
