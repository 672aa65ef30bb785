// A service that requires a token: the page asks for it once, and shows what the role allows.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, open, settled } from './support/browser.js';
import { sample } from './support/service.js';
import { stage } from './support/stage.js';

const TOKENS = { read: 'a-token-for-reading-0123456789', write: 'a-token-for-writing-0123456789' };

const on = stage(sample, {
  environment: { LIKEMIND_TOKEN: TOKENS.write, LIKEMIND_READ_TOKEN: TOKENS.read },
});

async function signIn(page, token) {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('a wrong token is rejected, a read token gives read access, a write token write access', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/people/Ada`);
  await page.getByRole('heading', { name: 'This service requires a token' }).waitFor();
  assert.equal(await page.getByText('Ada').count(), 0);
  await signIn(page, 'not-a-token-of-this-service-1');
  await page
    .getByRole('alert')
    .getByText(/expected/)
    .waitFor();

  await signIn(page, TOKENS.read);
  await page.getByRole('heading', { level: 1, name: 'Ada' }).waitFor();
  await page.getByText('read-only').waitFor();
  await settled(opened);
  assert.equal(await page.getByRole('button', { name: 'Forget this person' }).count(), 0);
  assert.equal(await page.evaluate(() => document.cookie), '', 'scripts cannot read the cookie');
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByText('Starting a job requires a write token').waitFor();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'This service requires a token' }).waitFor();
  await signIn(page, TOKENS.write);
  await page.getByRole('button', { name: 'Compare all pairs' }).waitFor();
  await close(opened, /status of 401/);
});
