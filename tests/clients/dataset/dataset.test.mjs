// Fourteen thousand real items: loaded by the CLI and the SDK, queried, paged, updated, and exported again;
// on disk with a clean restart and a kill in between. What comes out is compared with what went in.

import {paginateQuery, paginateScan} from '@aws-sdk/lib-dynamodb';
import {marshall} from '@aws-sdk/util-dynamodb';
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test} from 'node:test';

import {awsCli} from '../lib/aws_cli.mjs';
import {newFolder, openServer, removeFolder} from '../lib/server.mjs';
import {tableInput} from '../lib/tables.mjs';

import {kIndexes, kKeys, loadItems} from './languages_and_places.mjs';

const TableName = 'iso-codes';
const kWriters = 8;
const id = ({list, code}) => `${list}/${code}`;
const byId = (items) => new Map(items.map((item) => [id(item), item]));

/** Does `work` for every item of `list`, `kWriters` at a time. */
async function forEachOf(list, work) {
  let next = 0;
  await Promise.all(Array.from({length: kWriters}, async () => {
    while (next < list.length) await work(list[next++]);
  }));
}

const batchesOf = (items, size) =>
    Array.from({length: Math.ceil(items.length / size)}, (_, i) => items.slice(i * size, (i + 1) * size));

async function loadBySdk(doc, items) {
  await forEachOf(batchesOf(items, 25), async (batch) => {
    const {UnprocessedItems} =
        await doc.batchWrite({RequestItems: {[TableName]: batch.map((Item) => ({PutRequest: {Item}}))}});
    assert.deepEqual(UnprocessedItems, {});
  });
}

async function loadByCli(endpoint, items, folder) {
  const aws = awsCli(endpoint);
  await Promise.all(batchesOf(items, 25).map(async (batch, i) => {
    const file = join(folder, `batch-${i}.json`);
    const puts = batch.map((item) => ({PutRequest: {Item: asCliJson(marshall(item))}}));
    writeFileSync(file, JSON.stringify({[TableName]: puts}));
    const {UnprocessedItems} = await aws.json('batch-write-item', '--request-items', `file://${file}`);
    assert.deepEqual(UnprocessedItems, {});
  }));
}

/** Typed values as the CLI reads them: binary in base64. */
function asCliJson(value) {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(asCliJson);
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, asCliJson(part)]));
  return value;
}

async function exportAll(doc, TotalSegments = 4) {
  const segment = async (Segment) => {
    const items = [];
    for await (const {Items} of paginateScan({client: doc}, {TableName, Segment, TotalSegments}))
      items.push(...Items);
    return items;
  };
  return (await Promise.all(Array.from({length: TotalSegments}, (_, i) => segment(i)))).flat();
}

async function assertHolds(doc, expected) {
  const exported = await exportAll(doc);
  assert.equal(exported.length, expected.size);
  const found = byId(exported);
  for (const [key, item] of expected) assert.deepEqual(found.get(key), item, key);
}

async function queryAll(doc, input) {
  const items = [];
  for await (const page of paginateQuery({client: doc}, {TableName, ...input})) items.push(...page.Items);
  return items;
}

const byUtf8 = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

async function checkQueries(doc, expected) {
  const all = [...expected.values()];
  const kinds = [...new Set(all.map(({kind}) => kind))];
  assert.ok(kinds.length > 100);
  await forEachOf(kinds, async (kind) => {
    const items = await queryAll(doc, {
      IndexName: 'byKind',
      KeyConditionExpression: 'kind = :k',
      ExpressionAttributeValues: {':k': kind},
      Limit: 700
    });
    const wanted = all.filter((item) => item.kind === kind);
    assert.deepEqual(items.map(({name}) => name), wanted.map(({name}) => name).sort(byUtf8), kind);
    for (const item of items) assert.deepEqual(item, expected.get(id(item)));
  });

  const areas = [...new Set(all.map(({area}) => area).filter(Boolean))];
  await forEachOf(areas, async (area) => {
    const items = await queryAll(doc, {
      IndexName: 'byArea',
      KeyConditionExpression: 'area = :a AND span BETWEEN :x AND :y',
      ExpressionAttributeValues: {':a': area, ':x': 5, ':y': 9},
      ScanIndexForward: false
    });
    const wanted = all.filter((item) => item.area === area && item.span >= 5 && item.span <= 9);
    assert.deepEqual(items.map(({span}) => span), wanted.map(({span}) => span).sort((a, b) => b - a), area);
    assert.deepEqual(new Set(items.map(({code}) => code)), new Set(wanted.map(({code}) => code)));
  });

  const named = await queryAll(doc, {
    IndexName: 'byName',
    KeyConditionExpression: '#l = :l AND begins_with(#n, :n)',
    ExpressionAttributeNames: {'#l': 'list', '#n': 'name'},
    ExpressionAttributeValues: {':l': '639-3', ':n': 'Ma'},
    Limit: 50
  });
  const wanted = all.filter(({list, name}) => list === '639-3' && name.startsWith('Ma'));
  assert.ok(wanted.length > 100);
  assert.deepEqual(named.map(({name}) => name), wanted.map(({name}) => name).sort(byUtf8));
}

/** Renames, counts, removes; gives the items as they have to be afterwards. */
async function change(doc, expected, round) {
  const changed = new Map(expected);
  const picked = [...expected.values()].filter((_, i) => i % 11 === round);
  await forEachOf(picked, async (item) => {
    const {list, code} = item;
    if (item.span % 5 === 0) {
      await doc.delete({TableName, Key: {list, code}, ConditionExpression: 'attribute_exists(code)'});
      changed.delete(id(item));
      return;
    }
    const name = `${item.name} *${round}`;
    await doc.update({
      TableName,
      Key: {list, code},
      UpdateExpression: 'SET #n = :n, span = span + :more ADD rounds :one',
      ConditionExpression: '#n = :old',
      ExpressionAttributeNames: {'#n': 'name'},
      ExpressionAttributeValues: {':n': name, ':old': item.name, ':more': 3, ':one': 1},
    });
    changed.set(id(item), {...item, name, span: item.span + 3, rounds: (item.rounds ?? 0) + 1});
  });
  assert.ok(changed.size < expected.size);
  return changed;
}

async function prepare(server, items, folder) {
  await server.db.createTable(tableInput(TableName, kKeys, kIndexes));
  await Promise.all(
      [loadByCli(server.endpoint, items.slice(0, 100), folder), loadBySdk(server.doc, items.slice(100))]);
}

describe('a real data set', () => {
  const items = loadItems();
  test('the set is large and its keys are unique', () => {
    assert.ok(items.length > 10_000, `${items.length} items`);
    assert.equal(byId(items).size, items.length);
  });

  test('in memory', async () => {
    const folder = newFolder();
    const server = await openServer();
    try {
      await prepare(server, items, folder);
      await assertHolds(server.doc, byId(items));
      await checkQueries(server.doc, byId(items));
      const changed = await change(server.doc, byId(items), 3);
      await assertHolds(server.doc, changed);
      await checkQueries(server.doc, changed);
    } finally {
      await server.stop();
      removeFolder(folder);
    }
  });

  test('on disk, with a restart and a kill', async () => {
    const folder = newFolder();
    const dataDir = join(folder, 'data');
    let server = await openServer({dataDir});
    try {
      await prepare(server, items, folder);
      await server.stop();
      server = await openServer({dataDir});
      await assertHolds(server.doc, byId(items));

      const changed = await change(server.doc, byId(items), 5);
      await server.kill();
      server = await openServer({dataDir});
      await assertHolds(server.doc, changed);
      await checkQueries(server.doc, changed);
    } finally {
      await server.kill();
      removeFolder(folder);
    }
  });
});
