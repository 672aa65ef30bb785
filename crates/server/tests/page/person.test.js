// The page of a person: recommendations by genre, facts, like minds with a chart, and editable ratings.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, open, settled, until } from './support/browser.js';
import { sample } from './support/service.js';
import { stage } from './support/stage.js';

const on = stage(sample);

const getJson = async (path) => (await fetch(on.service.base + path)).json();

test('facts are shown in words and charts', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/people/Ada`);
  await settled(opened);
  const facts = await getJson('/v1/users/Ada/facts');
  const card = (name) => page.locator('#facts').getByRole('region', { name });
  assert.match(await card('Generosity').textContent(), new RegExp(Math.abs(facts.generosity).toFixed(2)));
  assert.match(await card('Typical taste').textContent(), new RegExp(Math.abs(facts.usualness).toFixed(2)));
  assert.ok((await card('Most unusual rating').textContent()).includes(facts.most_different.title));
  assert.ok((await card('Closest like mind').textContent()).includes(facts.closest.neighbour));
  for (const group of ['Genre', 'Decade']) {
    const rows = page.getByRole('table', { name: `${group}s above and below` }).locator('tbody tr');
    assert.equal(await rows.count(), facts[`${group.toLowerCase()}s`].length);
    assert.ok((await rows.first().locator('rect.above').getAttribute('width')) > 0);
    assert.equal(await rows.last().locator('rect.below').count(), 1);
  }
  const bars = page.getByRole('img', { name: /^How often they give each rating/ }).locator('rect.bar');
  assert.equal(await bars.count(), facts.histogram.length);
  await close(opened);
});

test('two people are compared in a scatter plot', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/people/Ada`);
  await settled(opened);
  const { neighbours } = await getJson('/v1/users/Ada/neighbours?limit=3');
  const second = neighbours[1].neighbour;
  await page.getByRole('button', { name: `Compare with ${second}` }).click();
  await page.getByRole('heading', { name: `Ada and ${second}` }).waitFor();
  await settled(opened);
  const { common, overlap } = await getJson(`/v1/users/Ada/neighbours/${encodeURIComponent(second)}`);
  assert.equal(common.length, overlap);
  const dots = page.locator('.scatter .dot');
  assert.equal(await dots.count(), overlap);
  const titles = await dots.locator('title').allTextContents();
  assert.ok(common.every(({ title }) => titles.some((label) => label.includes(title))));
  const label = await dots.last().getAttribute('data-label');
  await until('the dot under the pointer to be named', async () => {
    await dots.last().hover({ force: true });
    return (await page.locator('.scatter figcaption').textContent()) === label;
  });
  await page.getByText('Show as a table').click();
  assert.equal(
    await page
      .getByRole('table', { name: /have both rated$/ })
      .locator('tbody tr')
      .count(),
    overlap,
  );

  await page.reload();
  await page.getByRole('heading', { name: `Ada and ${second}` }).waitFor();
  await close(opened);
});

test('recommendations follow the genre and a changed rating', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/people/Bruno`);
  await settled(opened);
  const titles = () => page.locator('.recommendations h3 a').allTextContents();
  const all = await until('recommendations', async () => {
    const now = await titles();
    return now.length && now;
  });
  await page.getByLabel('Genre').selectOption('Animation');
  const animated = await until('other recommendations', async () => {
    const now = await titles();
    return now.length && now.join() !== all.join() && now;
  });
  await settled(opened);
  for (const line of await page.locator('.recommendations > li > .quiet').allTextContents())
    assert.match(line, /Animation/);

  await page.getByRole('combobox', { name: 'Rate a film for this person' }).fill('shrek');
  await settled(opened);
  await page.getByRole('option', { name: /Shrek/ }).first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  // Not `check`: the radio buttons are removed once the rating is stored.
  await page.locator('.adding').getByRole('radio', { name: '5', exact: true }).click();
  await until('recommendations that include the new rating', async () => {
    const now = await titles();
    return now.length && now.join() !== animated.join();
  });
  await settled(opened);
  const {
    ratings: [latest],
  } = await getJson('/v1/users/Bruno/ratings?limit=1');
  assert.equal(latest.rating, 5);
  assert.match(latest.title, /Shrek/);

  await page.getByRole('button', { name: /^Change Shrek/ }).click();
  await page.getByRole('button', { name: /^Remove: Shrek/ }).click();
  await until(
    'the rating to be gone',
    async () => (await fetch(`${on.service.base}/v1/users/Bruno/ratings/${latest.item}`)).status === 404,
  );
  await close(opened);
});

test('recommendations follow the years and the lowest prediction', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/people/Ada`);
  await settled(opened);
  const shown = async (part) => {
    await settled(opened);
    const texts = await page.locator(`.recommendations ${part}`).allTextContents();
    assert.ok(texts.length > 3, `${texts}`);
    return texts.map(Number);
  };
  const isOld = (year) => year >= 1970 && year <= 1985;
  assert.ok(!(await shown('h3 .quiet')).every(isOld));
  await page.getByLabel('First year').fill('1970');
  await page.getByLabel('Last year').fill('1985');
  await page.keyboard.press('Tab');
  await until('only films of these years', async () => (await shown('h3 .quiet')).every(isOld));
  const isHigh = (prediction) => prediction >= 4.5;
  assert.ok(!(await shown('.expected strong')).every(isHigh));
  await page.getByLabel('Predicted').selectOption('4.5 or more');
  await until('only high predictions', async () => (await shown('.expected strong')).every(isHigh));
  assert.equal(await page.getByText('below the mean').count(), 0);
  await page.getByLabel('Predicted').selectOption('Any');
  await page.locator('.expected').getByText('below the mean').first().waitFor();
  await close(opened);
});

test('an item shows whom it divides', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  const item = 'the-matrix-1999';
  await page.goto(`${on.service.base}/#/items/${item}`);
  await settled(opened);
  const { deviation, genres } = await getJson(`/v1/items/${item}/division`);
  await page
    .getByText(`The standard deviation of its ratings is ${deviation.toFixed(2)}, more than`)
    .waitFor();
  const fans = await page.locator('#division tbody th').allTextContents();
  assert.deepEqual(
    fans,
    genres.map(({ genre }) => genre),
  );
  assert.ok(fans.length > 2, `${fans}`);
  await close(opened);
});

test('an item shows its ratings and can be rated', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/items`);
  await settled(opened);
  await page.getByRole('searchbox', { name: 'Find a film' }).fill('godfather');
  await settled(opened);
  await page.getByRole('link', { name: /^The Godfather \d/ }).click();
  await page.getByRole('img', { name: /^How \d+ people rated it/ }).waitFor();
  await page.getByText('No model of films yet').waitFor();
  await page
    .getByRole('group', { name: /^The Godfather/ })
    .getByRole('radio', { name: '4', exact: true })
    .click();
  await page.getByText('Your rating').waitFor();
  await page.getByRole('link', { name: 'see your recommendations' }).click();
  await page.getByText('1 film rated').waitFor();
  await close(opened);
});

test('an unknown person shows the message of the service', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/people/${encodeURIComponent('no/body')}`);
  const problem = await getJson(`/v1/users/${encodeURIComponent('no/body')}`);
  assert.equal(problem.status, 404);
  assert.match(
    await page.getByRole('alert').textContent(),
    new RegExp(problem.detail.replace(/[^\w ]/g, '.')),
  );
  await close(opened, /status of 404/);
});

test('a double click on Show more adds one page', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(`${on.service.base}/#/people`);
  await settled(opened);
  const shown = () => page.locator('.people a').allTextContents();
  const first = await shown();
  await page.getByRole('button', { name: 'Show more' }).dblclick();
  await settled(opened);
  const now = await shown();
  assert.equal(now.length, 2 * first.length);
  assert.equal(new Set(now).size, now.length, 'nobody is listed twice');
  await close(opened);
});
