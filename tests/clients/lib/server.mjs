// Starts the server under test, one process for each test file, and gives its clients.
//
// LODESTONE_BINARY names the binary; LODESTONE_TEST_STORE=disk puts the data of servers that don't say
// otherwise on disk, so that the same suite runs over both stores.

import {DynamoDB} from '@aws-sdk/client-dynamodb';
import {DynamoDBDocument} from '@aws-sdk/lib-dynamodb';
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {after, before, describe} from 'node:test';

const kReadyWithinMs = 15_000;
const kStoppedWithinMs = 15_000;
const running = new Set();

process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** A new empty folder for a server's data; the caller removes it with `removeFolder`. */
export const newFolder = () => mkdtempSync(join(tmpdir(), 'lodestone-clients-'));
export const removeFolder = (folder) => rmSync(folder, {recursive: true, force: true});

function withDeadline(promise, ms, what) {
  let timer;
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took over ${ms} ms`)), ms);
  });
  return Promise.race([promise, deadline]).finally(() => clearTimeout(timer));
}

/**
 * A running server: `endpoint`, `pid`, `stop()` (SIGTERM) and `kill()` (SIGKILL), which resolve once it is
 * gone.
 */
export async function spawnServer({dataDir, args = []} = {}) {
  const binary = process.env.LODESTONE_BINARY;
  if (!binary) throw new Error('LODESTONE_BINARY must name the server to test');
  const store = dataDir ? ['--data-dir', dataDir] : ['--in-memory'];
  const child = spawn(binary, ['--port', '0', ...store, ...args], {stdio: ['ignore', 'pipe', 'pipe']});
  running.add(child);

  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log = (log + text).slice(-20_000)));
  const gone = new Promise((resolve) => {
                 child.once('error', (error) => resolve({error}));
                 child.once('exit', (code, signal) => resolve({code, signal}));
               }).finally(() => running.delete(child));

  const lines = createInterface({input: child.stdout});
  const firstLine = new Promise((resolve) => lines.once('line', resolve));
  const early = gone.then((end) => {
    throw new Error(`the server ended before it was ready: ${JSON.stringify(end)}\n${log}`);
  });
  early.catch(() => {});
  const line = await withDeadline(Promise.race([firstLine, early]), kReadyWithinMs, 'starting the server');
  const ready = JSON.parse(line);
  if (ready.ready !== true) throw new Error(`not a ready line: ${line}`);

  let ending = false;
  gone.then(({code, signal}) => {
    if (!ending)
      console.error(`the server (pid ${child.pid}) ended by itself: code ${code}, signal ${signal}\n${log}`);
  });
  const end = async (signal) => {
    ending = true;
    child.kill(signal);
    return withDeadline(gone, kStoppedWithinMs, `ending the server by ${signal}`);
  };
  return {
    endpoint: ready.endpoint,
    pid: ready.pid,
    log: () => log,
    stop: async () => {
      const {code, signal} = await end('SIGTERM');
      if (code !== 0) throw new Error(`the server ended with code ${code}, signal ${signal}\n${log}`);
    },
    kill: () => end('SIGKILL'),
  };
}

const kCredentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
};

/** The SDK's client. It tries once only, so that no error hides behind a retry. */
export const newClient = (endpoint, options = {}) =>
    new DynamoDB({endpoint, region: 'us-east-1', credentials: kCredentials, maxAttempts: 1, ...options});

export const newDocumentClient = (client, marshallOptions = {
  removeUndefinedValues: true
}) => DynamoDBDocument.from(client, {marshallOptions});

/** A server with its clients: `db` (typed values) and `doc` (native values). */
export async function openServer(options = {}) {
  const ownFolder = !options.dataDir && process.env.LODESTONE_TEST_STORE === 'disk' ? newFolder() : undefined;
  const server = await spawnServer({...options, dataDir: options.dataDir ?? ownFolder});
  const db = newClient(server.endpoint);
  const closeClients = () => db.destroy();
  const tidy = () => ownFolder && removeFolder(ownFolder);
  return {
    ...server,
    db,
    doc: newDocumentClient(db),
    stop: async () => {
      closeClients();
      await server.stop().finally(tidy);
    },
    kill: async () => {
      await server.kill().finally(tidy);
      closeClients();
    },
  };
}

/**
 * A group of tests that share one server, which `define` gets as an object filled in before the first test
 * runs: `describeWithServer('Query', (server) => test('…', () => server.doc.query(…)))`.
 */
export function describeWithServer(name, define, options = {}) {
  describe(name, () => {
    const server = {};
    before(async () => Object.assign(server, await openServer(options)));
    after(async () => server.stop?.());
    define(server);
  });
}
