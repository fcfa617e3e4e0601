// Scan: everything once, in segments, in pages, over indexes.

import {paginateScan} from '@aws-sdk/lib-dynamodb';
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {invalid, sameMembers} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable, putAll} from '../lib/tables.mjs';

describeWithServer('scan', (server) => {
  const scanAll = async (input) => {
    const items = [];
    for await (const page of paginateScan({client: server.doc}, input)) items.push(...(page.Items ?? []));
    return items;
  };
  const items = Array.from(
      {length: 300},
      (_, i) => ({pk: `p${i % 60}`, sk: i, third: i % 3, ...(i % 10 === 0 ? {rare: `r${i % 20}`} : {})}));
  let table;
  const filled = async () => {
    if (!table) {
      table =
          await createTable(server.db, 'pk sk:N', {gsi: {byRare: {keys: 'rare sk:N', project: 'KEYS_ONLY'}}});
      await putAll(server.doc, table, items);
    }
    return table;
  };

  test('everything once, whatever the page size', async () => {
    const TableName = await filled();
    const whole = await scanAll({TableName});
    sameMembers(whole, items);
    for (const Limit of [1, 7, 299, 300, 301]) assert.deepEqual(await scanAll({TableName, Limit}), whole);
    const first = await server.doc.scan({TableName, Limit: 10});
    assert.deepEqual([first.Count, first.ScannedCount], [10, 10]);
    const {pk, sk} = first.Items.at(-1);
    assert.deepEqual(first.LastEvaluatedKey, {pk, sk});
  });

  test('the items of a partition come together and in order', async () => {
    const whole = await scanAll({TableName: await filled()});
    const seen = [];
    for (const {pk} of whole)
      if (seen.at(-1) !== pk) seen.push(pk);
    assert.equal(new Set(seen).size, seen.length);
    for (const pk of seen) {
      const sks = whole.filter((item) => item.pk === pk).map(({sk}) => sk);
      assert.deepEqual(sks, [...sks].sort((a, b) => a - b));
    }
  });

  test('segments cover everything without overlap', async () => {
    const TableName = await filled();
    for (const TotalSegments of [1, 2, 4, 7, 64]) {
      const segments = Array.from({length: TotalSegments}, (_, Segment) => Segment);
      const parts = await Promise.all(
          segments.map((Segment) => scanAll({TableName, Segment, TotalSegments, Limit: 25})));
      sameMembers(parts.flat(), items, `${TotalSegments} segments`);
      if (TotalSegments === 4) assert.ok(parts.every((part) => part.length > 0));
    }
    const one = await server.doc.scan({TableName, Segment: 999_999, TotalSegments: 1_000_000});
    assert.ok(one.Count <= 5);
    await invalid(
        server.doc.scan({TableName, Segment: 0}),
        'The TotalSegments parameter is required but was not present in the request when Segment parameter is present');
    await invalid(
        server.doc.scan({TableName, TotalSegments: 2}),
        'The Segment parameter is required but was not present in the request when parameter TotalSegments is present');
    await invalid(
        server.doc.scan({TableName, Segment: 2, TotalSegments: 2}),
        'The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than TotalSegments: 2');
    await invalid(server.doc.scan({TableName, Segment: 0, TotalSegments: 1_000_001}), /1000000/);
    await invalid(server.doc.scan({TableName, Segment: -1, TotalSegments: 2}), /segment/);
  });

  test('filter, projection and count', async () => {
    const TableName = await filled();
    const filter = {
      FilterExpression: 'third = :t AND sk < :s',
      ExpressionAttributeValues: {':t': 1, ':s': 100}
    };
    const expected = items.filter(({third, sk}) => third === 1 && sk < 100);
    sameMembers(await scanAll({TableName, ...filter}), expected);
    const counted = await server.doc.scan({TableName, ...filter, Select: 'COUNT'});
    assert.deepEqual(
        [counted.Count, counted.ScannedCount, counted.Items], [expected.length, items.length, undefined]);
    sameMembers(
        await scanAll({TableName, ...filter, ProjectionExpression: 'sk'}), expected.map(({sk}) => ({sk})));
    const none = await server.doc.scan({TableName, ...filter, ExpressionAttributeValues: {':t': 9, ':s': 0}});
    assert.deepEqual([none.Count, none.Items.length, none.ScannedCount], [0, 0, 300]);
  });

  test('an index holds only its items', async () => {
    const TableName = await filled();
    const expected = items.filter(({rare}) => rare).map(({pk, sk, rare}) => ({pk, sk, rare}));
    sameMembers(await scanAll({TableName, IndexName: 'byRare'}), expected);
    sameMembers(await scanAll({TableName, IndexName: 'byRare', Limit: 4}), expected);
    const parts = await Promise.all(
        [0, 1, 2].map((Segment) => scanAll({TableName, IndexName: 'byRare', Segment, TotalSegments: 3})));
    sameMembers(parts.flat(), expected);
    const {LastEvaluatedKey} = await server.doc.scan({TableName, IndexName: 'byRare', Limit: 1});
    sameMembers(Object.keys(LastEvaluatedKey), ['pk', 'sk', 'rare']);
    await invalid(
        server.doc.scan({TableName, IndexName: 'byRare', ConsistentRead: true}),
        'Consistent reads are not supported on global secondary indexes');
  });

  test('start keys are checked', async () => {
    const TableName = await filled();
    const from = (ExclusiveStartKey, others) => server.doc.scan({TableName, ExclusiveStartKey, ...others});
    const wrong = /^The provided starting key is invalid/;
    await invalid(from({pk: 'p1'}), wrong);
    await invalid(from({pk: 'p1', sk: 'one'}), wrong);
    await invalid(from({pk: 'p1', sk: 1, more: 1}), wrong);
    const all = await Promise.all([0, 1].map((Segment) => scanAll({TableName, Segment, TotalSegments: 2})));
    const {pk, sk} = all[0][0];
    await invalid(from({pk, sk}, {Segment: 1, TotalSegments: 2}), /[Ss]egment/);
  });

  test('pages end at 1 MB', async () => {
    const TableName = await createTable(server.db, 'pk:N');
    const payload = 'x'.repeat(99_990);
    for (let pk = 0; pk < 24; ++pk) await server.doc.put({TableName, Item: {pk, payload}});
    const counts = [];
    for await (const page of paginateScan({client: server.doc}, {TableName})) counts.push(page.Count);
    assert.deepEqual(counts.filter(Boolean), [11, 11, 2]);
  });
});
