// Keyboard use of the page.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, open, settled, until } from './support/browser.js';
import { sample } from './support/service.js';
import { stage } from './support/stage.js';

const on = stage(sample);

/** The tag and the accessible name of the focused element. */
const focused = (page) =>
  page.evaluate(() => {
    const { activeElement: at } = document;
    const label = at.getAttribute('aria-label') ?? at.labels?.[0]?.textContent ?? at.textContent;
    return `${at.localName} ${label.trim().slice(0, 60)}`;
  });

/** Waits until the focused element has this tag and name. */
async function focusOn(page, name) {
  let found;
  await until(`the focus on ${name}`, async () => (found = await focused(page)) === name).catch((error) => {
    throw new Error(`${error.message}, found it on ${found}`);
  });
}

const latestRating = (page) =>
  page.evaluate(() => JSON.parse(localStorage.getItem('likemind.new-person') ?? '[]')[0]?.rating);

async function tabTo(page, wanted) {
  const found = [];
  for (let steps = 0; steps < 60; steps++) {
    await page.keyboard.press('Tab');
    found.push(await focused(page));
    if (wanted.test(found.at(-1))) return;
  }
  throw new Error(`expected to reach ${wanted} by Tab, found ${found.join(' | ')}`);
}

test('recommendations can be reached by keyboard only', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(on.service.base);
  await settled(opened);
  await page.keyboard.press('Tab');
  await focusOn(page, 'a Skip to content');
  await page.keyboard.press('Enter');
  await page.locator('main:focus').waitFor();
  assert.equal(new URL(page.url()).hash, '', 'the skip link does not change the address');

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
  // If the presses are slow, the level after the first is stored before.
  await until('the level where the arrow keys stopped', async () => (await latestRating(page)) === 1.5);
  assert.equal(await page.evaluate(() => document.activeElement.value), '1.5', 'rating keeps the focus');
  await page.getByText('1 film rated').waitFor();
  await page.locator('.recommendations > li').nth(9).waitFor();
  await settled(opened);
  await tabTo(page, /^summary The numbers/);
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /^Score/ }).waitFor();
  await close(opened);
});

test('a dialog takes the focus and Escape returns it', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/people/Ada`);
  await settled(opened);
  await tabTo(page, /^button Forget this person/);
  await page.keyboard.press('Enter');
  await focusOn(page, 'button Cancel');
  await page.keyboard.press('Escape');
  await focusOn(page, 'button Forget this person');
  await close(opened);
});

test('Escape closes the search results', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/try`);
  await settled(opened);
  const field = page.getByRole('combobox', { name: 'Find a film' });
  await field.fill('star');
  // Visible options only, as the genre list has options too.
  const found = page.locator('[role=option]:visible');
  await settled(opened);
  await found.first().waitFor();
  assert.equal(await field.getAttribute('aria-expanded'), 'true');
  await page.keyboard.press('Escape');
  await until('the results to be closed', async () => (await found.count()) === 0);
  assert.equal(await field.getAttribute('aria-expanded'), 'false');
  await close(opened);
});

test('Show more moves the focus to the first new entry', async () => {
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
