// Items whose time has come disappear from the table and its indexes; those that only look so stay.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {sameMembers} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable, eventually, putAll} from '../lib/tables.mjs';

const now = () => Math.floor(Date.now() / 1000);
const kYear = 365 * 24 * 3600;

describeWithServer('time to live', (server) => {
  const scan = async (TableName, others) => (await server.doc.scan({TableName, ...others})).Items;
  const enable = (TableName, AttributeName = 'expires') =>
      server.db.updateTimeToLive({TableName, TimeToLiveSpecification: {Enabled: true, AttributeName}});

  test('expired items are deleted within seconds, in the indexes as well', async () => {
    const table = await createTable(server.db, 'pk', {gsi: {byOwner: {keys: 'owner'}}});
    await enable(table);
    const staying = [
      {pk: 'later', owner: 'o', expires: now() + 3600},
      {pk: 'never', owner: 'o'},
      {pk: 'a string', owner: 'o', expires: `${now() - 10}`},
      {pk: 'long ago', owner: 'o', expires: now() - 6 * kYear},
      {pk: 'milliseconds', owner: 'o', expires: Date.now()},
      {pk: 'a set', owner: 'o', expires: new Set([now() - 10])},
      {pk: 'zero', owner: 'o', expires: 0},
    ];
    const going = [
      {pk: 'just now', owner: 'o', expires: now() - 1},
      {pk: 'in a second', owner: 'o', expires: now() + 1},
      {pk: 'a year ago', owner: 'o', expires: now() - kYear},
      {pk: 'fraction', owner: 'o', expires: now() - 5.5},
    ];
    await putAll(server.doc, table, [...staying, ...going]);
    await eventually(async () => (await scan(table)).length <= staying.length, {withinMs: 15_000});
    sameMembers(await scan(table), staying);
    sameMembers(await scan(table, {IndexName: 'byOwner'}), staying);
  });

  test('items from before the setting expire too', async () => {
    const table = await createTable(server.db, 'pk sk:N');
    await putAll(
        server.doc, table,
        Array.from(
            {length: 500}, (_, sk) => ({pk: `p${sk % 5}`, sk, expires: sk % 2 ? now() - 60 : now() + 3600})));
    assert.equal((await scan(table)).length, 500);
    await enable(table);
    await eventually(async () => (await scan(table)).length <= 250, {withinMs: 15_000});
    assert.ok((await scan(table)).every(({sk}) => sk % 2 === 0));
    assert.equal((await scan(table)).length, 250);
  });

  test('moving the time ahead saves the item, taking it away too', async () => {
    const table = await createTable(server.db, 'pk');
    await enable(table);
    const soon = now() + 2;
    await putAll(
        server.doc, table,
        [{pk: 'moved', expires: soon}, {pk: 'removed', expires: soon}, {pk: 'left', expires: soon}]);
    await server.doc.update({
      TableName: table,
      Key: {pk: 'moved'},
      UpdateExpression: 'SET expires = :e',
      ExpressionAttributeValues: {':e': soon + 3600}
    });
    await server.doc.update({TableName: table, Key: {pk: 'removed'}, UpdateExpression: 'REMOVE expires'});
    await eventually(async () => (await scan(table)).length < 3, {withinMs: 15_000});
    sameMembers((await scan(table)).map(({pk}) => pk), ['moved', 'removed']);
  });

  test('the sort key of the table may be the time', async () => {
    const table = await createTable(server.db, 'pk expires:N');
    await putAll(server.doc, table, [{pk: 'a', expires: now() - 5}, {pk: 'a', expires: now() + 3600}]);
    await enable(table);
    await eventually(async () => (await scan(table)).length === 1, {withinMs: 15_000});
    assert.ok((await scan(table))[0].expires > now());
  });
});
