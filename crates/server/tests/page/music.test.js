// Music reads as music: artists and play counts, not films and stars.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, open, settled, until } from './support/browser.js';
import { imported, likemind } from './support/service.js';
import { stage } from './support/stage.js';

const PEOPLE = 60;
const ARTISTS = 24;

/** Two camps of listeners, who play few artists of the other camp, and those a fiftieth as often. */
function plays() {
  const lines = ['userID\tartistID\tweight'];
  for (let user = 1; user <= PEOPLE; user++) {
    for (let artist = 1; artist <= ARTISTS; artist++) {
      const isOfCamp = user % 2 === artist % 2;
      if ((user * 7 + artist * 5) % (isOfCamp ? 4 : 3) === 0) continue;
      if (!isOfCamp && (user + artist) % 5 < 3) continue;
      const often = isOfCamp ? 50 : 1;
      lines.push([user, artist, often * (1 + ((user * artist) % 13))].join('\t'));
    }
  }
  return `${lines.join('\n')}\n`;
}

function artists() {
  const lines = ['id\tname\turl\tpictureURL'];
  for (let artist = 1; artist <= ARTISTS; artist++) lines.push(`${artist}\tThe Band ${artist}\t\t`);
  return `${lines.join('\n')}\n`;
}

const on = stage(() => {
  const db = imported({ 'user_artists.dat': plays(), 'artists.dat': artists() }, 'lastfm-2k');
  likemind(db, 'fit');
  likemind(db, 'fit', '--side', 'items');
  return db;
});

test('people, artists and reasons are about plays', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(on.service.base);
  await settled(opened);
  await page.getByRole('link', { name: 'Artists' }).waitFor();
  await page.getByRole('img', { name: /^How often people played each artist: 1: \d/ }).waitFor();

  await page.goto(`${on.service.base}/#/people/2`);
  await settled(opened);
  await page.getByText(/^\d+ artists played, \d+ times on average\.$/).waitFor();
  const why = await page.locator('.why').first().textContent();
  assert.match(why, /like minds played it \d+ times on average|A like mind, .*, played it/);
  assert.equal(await page.locator('meter').count(), 0, 'no predicted number of plays');
  assert.doesNotMatch(await page.locator('main').innerText(), /\b(rated|ratings?|films?)\b/i);

  await page.goto(`${on.service.base}/#/items/3`);
  await settled(opened);
  await page.getByRole('heading', { level: 1, name: 'The Band 3' }).waitFor();
  await page.getByText('mean plays').waitFor();
  assert.doesNotMatch(await page.locator('main').innerText(), /\b(rated|ratings?|films?)\b/i);
  await close(opened);
});

test('a new listener says how much, not how many times', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/try`);
  await settled(opened);
  const play = (band, amount) =>
    page
      .getByRole('group', { name: band, exact: true })
      .getByRole('radio', { name: amount, exact: true })
      .click();
  await page.getByRole('combobox', { name: 'Find an artist' }).fill('Band 2');
  await page.getByRole('option', { name: /^The Band 2 / }).click();
  await play('The Band 2', 'very often');
  await page.getByText('1 artist played').waitFor();
  await page.getByRole('combobox', { name: 'Find an artist' }).fill('Band 7');
  await page.getByRole('option', { name: /^The Band 7 / }).click();
  await play('The Band 7', 'a little');
  await page.getByText('2 artists played').waitFor();
  await until('recommendations', () => page.locator('.recommendations > li').count());
  const first = await page.locator('.recommendations h3 a').first().textContent();
  assert.equal(Number(first.replace('The Band ', '')) % 2, 0, `an artist of the same camp: ${first}`);
  await close(opened);
});
