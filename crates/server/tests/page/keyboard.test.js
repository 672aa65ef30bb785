// The page without a mouse.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, open, settled, until } from './support/browser.js';
import { sample } from './support/service.js';
import { stage } from './support/stage.js';

const on = stage(sample);

/** What has the focus, as a screen reader would name it. */
const focused = (page) =>
  page.evaluate(() => {
    const { activeElement: at } = document;
    const label = at.getAttribute('aria-label') ?? at.labels?.[0]?.textContent ?? at.textContent;
    return `${at.localName} ${label.trim().slice(0, 60)}`;
  });

/** Waits until what has the focus is named so. */
async function focusOn(page, name) {
  let seen;
  await until(`the focus on ${name}`, async () => (seen = await focused(page)) === name).catch((error) => {
    throw new Error(`${error.message}, found it on ${seen}`);
  });
}

const rated = (page) =>
  page.evaluate(() => JSON.parse(localStorage.getItem('likemind.new-person') ?? '[]')[0]?.rating);

async function tabTo(page, wanted) {
  const met = [];
  for (let steps = 0; steps < 60; steps++) {
    await page.keyboard.press('Tab');
    met.push(await focused(page));
    if (wanted.test(met.at(-1))) return;
  }
  throw new Error(`expected to reach ${wanted} by Tab, met ${met.join(' | ')}`);
}

test('from the first key to recommendations, by keys alone', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(on.service.base);
  await settled(opened);
  await page.keyboard.press('Tab');
  await focusOn(page, 'a Skip to the content');
  await page.keyboard.press('Enter');
  await page.locator('main:focus').waitFor();
  assert.equal(new URL(page.url()).hash, '', 'skipping is not going elsewhere');

  await page.reload();
  await settled(opened);
  await tabTo(page, /^a Try it/);
  await page.keyboard.press('Enter');
  await focusOn(page, 'h1 What would you like?');
  await settled(opened);
  await tabTo(page, /^input Find a film/);
  await page.keyboard.insertText('matrix');
  await settled(opened);
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.locator('[role=option][aria-selected=true]').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.levels input[value="0.5"]:focus').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  // Between two slow presses the first is stored too.
  await until('the level that was stayed on', async () => (await rated(page)) === 1.5);
  assert.equal(
    await page.evaluate(() => document.activeElement.value),
    '1.5',
    'rating keeps the focus where it is',
  );
  await page.getByText('1 film rated').waitFor();
  await page.locator('.recommendations > li').nth(9).waitFor();
  await settled(opened);
  await tabTo(page, /^summary The numbers/);
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /^Score/ }).waitFor();
  await close(opened);
});

test('a dialog takes the focus, Escape gives it back', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/people/Ada`);
  await settled(opened);
  await tabTo(page, /^button Forget this person/);
  await page.keyboard.press('Enter');
  await focusOn(page, 'button Keep');
  await page.keyboard.press('Escape');
  await focusOn(page, 'button Forget this person');
  await close(opened);
});

test('Escape closes what was found', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/try`);
  await settled(opened);
  const field = page.getByRole('combobox', { name: 'Find a film' });
  await field.fill('star');
  // Not the options of the list of genres.
  const found = page.locator('[role=option]:visible');
  await settled(opened);
  await found.first().waitFor();
  assert.equal(await field.getAttribute('aria-expanded'), 'true');
  await page.keyboard.press('Escape');
  await until('nothing found any more', async () => (await found.count()) === 0);
  assert.equal(await field.getAttribute('aria-expanded'), 'false');
  await close(opened);
});

test('Show more takes the focus on to what it brings', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/people`);
  await settled(opened);
  const people = page.locator('.people a');
  const before = await people.count();
  await page.getByRole('button', { name: 'Show more' }).focus();
  await page.keyboard.press('Enter');
  await until('more people', async () => (await people.count()) > before);
  await focusOn(page, `a ${await people.nth(before).textContent()}`);
  await close(opened);
});
