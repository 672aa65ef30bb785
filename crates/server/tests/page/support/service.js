// A real service with its own database.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
const BINARY =
  process.env.LIKEMIND_BINARY ??
  join(process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target'), 'debug', 'likemind');
// A folder with the page's files, instead of the embedded ones, to test edits without a build.
const ASSETS = process.env.LIKEMIND_ASSETS;
const READY_WITHIN = 30_000;

/** Creates a folder for the files of a test; the caller removes it. */
export function folder() {
  return mkdtempSync(join(tmpdir(), 'likemind-page-'));
}

/** Runs a command of the binary on the database `db` and returns its output. */
export function likemind(db, ...args) {
  if (!existsSync(BINARY)) {
    throw new Error(`expected the command at ${BINARY} (cargo build -p likemind-cli), found nothing`);
  }
  return execFileSync(BINARY, ['--db', db, '--progress', 'none', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A database with the sample ratings (600 invented people, real films) and a model. */
export function sample() {
  const db = join(folder(), 'sample.db');
  likemind(db, 'demo');
  return db;
}

/** A database of synthetic ratings, without a model. */
export function generated(shape, fraction) {
  const place = folder();
  const [db, csv] = [join(place, 'generated.db'), join(place, 'ratings.csv')];
  likemind(db, 'generate', '--like', shape, '--fraction', String(fraction), '--out', csv);
  likemind(db, 'import', csv);
  return db;
}

/** A database imported from files `{name: text}` in the layout of a known data set, which also names it. */
export function imported(files, dataset = 'ml-latest') {
  const place = folder();
  const source = join(place, dataset);
  mkdirSync(source);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(source, name), text);
  const db = join(place, 'imported.db');
  likemind(db, 'import', source, '--dataset', dataset);
  return db;
}

/**
 * Starts the service on `db`, and waits until it is ready.
 *
 * `{base, port, kill, stop}`: `base` is its address; `kill()` simulates a crash; `stop()` shuts it down and
 * removes its folder. A `port` is only needed to replace another service; by default the system picks one.
 */
export async function serve(db, { environment = {}, options = [], port = 0 } = {}) {
  if (ASSETS && !options.includes('--assets')) options = [...options, '--assets', ASSETS];
  const child = spawn(BINARY, ['--db', db, 'serve', '--listen', `127.0.0.1:${port}`, ...options], {
    // The log has the address.
    env: { ...process.env, LIKEMIND_LOG: 'info', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      log = (log + text).slice(-8_000);
    });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const end = (signal) => {
    child.kill(signal);
    return ended;
  };
  const base = await ready(child, () => log);
  return {
    base,
    port: Number(new URL(base).port),
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end('SIGTERM');
      rmSync(join(db, '..'), { recursive: true, force: true });
    },
  };
}

/** Waits until the service is ready at the address in its log, and returns the address. */
async function ready(child, log) {
  const until = Date.now() + READY_WITHIN;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}:\n${log()}`);
    const base = /\burl=(http:\S+)\s/.exec(log())?.[1];
    const answer = base && (await fetch(`${base}/readyz`).catch(() => null));
    if (answer?.ok) return base;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`expected the service to be ready within ${READY_WITHIN / 1000} s; log:\n${log()}`);
}
