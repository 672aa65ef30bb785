// Every view on a phone and a desktop, in light and dark: nothing overflows, axe finds no accessibility
// violations, and a screenshot is saved for review.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { close, goToView, open, screenshot, settled } from './support/browser.js';
import { likemind, sample } from './support/service.js';
import { stage } from './support/stage.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const VIEWS = {
  overview: '#/',
  try: '#/try',
  people: '#/people',
  person: '#/people/Ada',
  films: '#/items',
  film: '#/items/toy-story-1995',
  nowhere: '#/nowhere',
};
const RATED = [
  ['the-matrix-1999', 'The Matrix', 1999, 4.5],
  ['toy-story-1995', 'Toy Story', 1995, 5],
].map(([item, title, year, rating]) => ({ item, title, year, rating }));

const on = stage(() => {
  const db = sample();
  likemind(db, 'fit', '--side', 'items');
  return db;
});

for (const width of [360, 1280]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${width} px, ${colorScheme}`, async () => {
      const opened = await open(on.browser, on.service.base, {
        viewport: { width, height: 800 },
        colorScheme,
      });
      const { page } = opened;
      await page.addInitScript(
        (rated) => localStorage.setItem('likemind.new-person', JSON.stringify(rated)),
        RATED,
      );
      await page.goto(on.service.base);
      await settled(opened);
      for (const [name, view] of Object.entries(VIEWS)) {
        await goToView(opened, view);
        const closed = page.locator('main details:not([open]) > summary:visible').first();
        if (await closed.count()) await closed.click();
        await screenshot(page, `${name}-${width}-${colorScheme}`);
        assert.equal(
          await page.evaluate(() => document.documentElement.scrollWidth),
          width,
          `${name} is wider than the window`,
        );
        assert.deepEqual(await violationsOf(page), [], name);
      }
      await close(opened);
    });
  }
}

/** The accessibility violations that axe finds, as text. */
async function violationsOf(page) {
  // Evaluated by the browser, so the content security policy of the page does not block the script.
  const violations = await page
    .evaluate(`(() => { ${AXE}; return axe.run(document, { resultTypes: ['violations'] }); })()`)
    .then((result) => result.violations);
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes
        .slice(0, 3)
        .map(({ html }) => html)
        .join(' ')}`,
  );
}
