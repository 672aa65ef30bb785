// The real service on a database of its own.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
const BINARY =
  process.env.LIKEMIND_BINARY ??
  join(process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target'), 'debug', 'likemind');
// A folder with the page's files, in place of those in the command: to test what was edited without a build.
const ASSETS = process.env.LIKEMIND_ASSETS;
const READY_WITHIN = 30_000;

/** A new folder for a test's files; whoever asks for it removes it. */
export function folder() {
  return mkdtempSync(join(tmpdir(), 'likemind-page-'));
}

/** Runs a command of the binary on the database `db` and returns what it prints. */
export function likemind(db, ...words) {
  if (!existsSync(BINARY)) {
    throw new Error(`expected the command at ${BINARY} (cargo build -p likemind-cli), found nothing`);
  }
  return execFileSync(BINARY, ['--db', db, '--progress', 'none', ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A database of the sample's 600 invented people and real films, compared already. */
export function sample() {
  const db = join(folder(), 'sample.db');
  likemind(db, 'demo');
  return db;
}

/** A database of synthetic ratings, not compared yet. */
export function generated(shape, fraction) {
  const place = folder();
  const [db, csv] = [join(place, 'generated.db'), join(place, 'ratings.csv')];
  likemind(db, 'generate', '--like', shape, '--fraction', String(fraction), '--out', csv);
  likemind(db, 'import', csv);
  return db;
}

/** A database of files in the layout of ml-latest: `{name: text}`. */
export function imported(files) {
  const place = folder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text);
  const db = join(place, 'imported.db');
  likemind(db, 'import', place, '--dataset', 'ml-latest');
  return db;
}

/**
 * Starts the service on `db`, and waits until it answers.
 *
 * `{base, port, kill, stop}`: its address; `kill()` ends it as a crash would, `stop()` for good. A `port` is
 * given to one that takes the place of another; else the system gives it one that is free.
 */
export async function serve(db, { environment = {}, options = [], port = 0 } = {}) {
  if (ASSETS && !options.includes('--assets')) options = [...options, '--assets', ASSETS];
  const child = spawn(BINARY, ['--db', db, 'serve', '--listen', `127.0.0.1:${port}`, ...options], {
    // The address stands in the log.
    env: { ...process.env, LIKEMIND_LOG: 'info', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      told = (told + text).slice(-8_000);
    });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const end = (signal) => {
    child.kill(signal);
    return ended;
  };
  const base = await ready(child, () => told);
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

/** Waits until the service answers at the address that it tells, and returns that. */
async function ready(child, told) {
  const until = Date.now() + READY_WITHIN;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}:\n${told()}`);
    const base = /\burl=(http:\S+)\s/.exec(told())?.[1];
    const answer = base && (await fetch(`${base}/readyz`).catch(() => null));
    if (answer?.ok) return base;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`expected the service to be ready within ${READY_WITHIN / 1000} s; it said:\n${told()}`);
}
