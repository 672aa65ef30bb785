// Titles, genres and ids are shown as text, whatever they contain.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, goToView, open, settled } from './support/browser.js';
import { imported, likemind } from './support/service.js';
import { stage } from './support/stage.js';

const TITLE = '<img src=x onerror="document.body.dataset.owned=1"> & <b>bold</b>';
const USER = '"><script>document.body.dataset.owned=1</script>';

/** Ratings of seven people for five films; one id and one title contain HTML that runs a script. */
function hostile() {
  const films = [2, 3, 4, 5].map((item) => `${item},Film ${item} (2000),Drama`);
  const ratings = [1, 2, 3, 4, 5, 6].flatMap((user) =>
    [1, 2, 3, 4, 5]
      .filter((item) => item !== user)
      .map((item) => `${user},${item},${1 + ((user * item) % 5)},${964_000_000 + item}`),
  );
  const first = `1,"${TITLE.replaceAll('"', '""')} (1999)",Drama|<i>Italic</i>`;
  const db = imported({
    'ratings.csv': lines('userId,movieId,rating,timestamp', ...ratings),
    'movies.csv': lines('movieId,title,genres', first, ...films),
  });
  for (const item of ['2', '3', '4']) likemind(db, 'rate', '--user', USER, '--item', item, '--new', item);
  likemind(db, 'fit', '--side', 'both');
  return db;
}

const lines = (...all) => `${all.join('\n')}\n`;

const on = stage(hostile);

test('HTML in a title, a genre and an id stays text', async () => {
  const opened = await open(on.browser, on.service.base);
  const { page } = opened;
  await page.goto(on.service.base);
  await settled(opened);
  const views = [
    '#/items',
    '#/items/1',
    '#/try',
    '#/people',
    `#/people/${encodeURIComponent(USER)}`,
    '#/people/1',
    '#/people/2',
  ];
  for (const view of views) {
    await goToView(opened, view);
    assert.equal(
      await page.evaluate(
        () => document.body.dataset.owned ?? document.querySelector('main :is(img, b, i, script)')?.outerHTML,
      ),
      undefined,
      view,
    );
  }
  await goToView(opened, '#/items/1');
  await page.getByRole('heading', { level: 1, name: `${TITLE} (1999)` }).waitFor();
  await page.getByText('<i>Italic</i>').waitFor();
  await goToView(opened, `#/people/${encodeURIComponent(USER)}`);
  await page.getByRole('heading', { level: 1, name: USER }).waitFor();
  assert.ok((await page.title()).startsWith(USER));
  await close(opened);
});
