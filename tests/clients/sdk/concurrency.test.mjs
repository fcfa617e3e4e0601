// Many clients at once: no write is lost, no condition is passed twice, every reply is whole.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {describeWithServer} from '../lib/server.mjs';
import {createTable} from '../lib/tables.mjs';

const times = (count, make) => Promise.all(Array.from({length: count}, (_, i) => make(i)));

describeWithServer('concurrency', (server) => {
  test('100 parallel ADDs count to 100, each seeing its own number', async () => {
    const TableName = await createTable(server.db, 'pk');
    const replies = await times(100, () => server.doc.update({
      TableName,
      Key: {pk: 'counter'},
      UpdateExpression: 'ADD hits :one',
      ExpressionAttributeValues: {':one': 1},
      ReturnValues: 'UPDATED_NEW',
    }));
    const seen = replies.map(({Attributes}) => Attributes.hits).sort((a, b) => a - b);
    assert.deepEqual(seen, Array.from({length: 100}, (_, i) => i + 1));
    assert.equal((await server.doc.get({TableName, Key: {pk: 'counter'}})).Item.hits, 100);
  });

  test('of 100 parallel creations one succeeds', async () => {
    const TableName = await createTable(server.db, 'pk');
    const outcomes = await times(
        100,
        (owner) => server.doc
                       .put({
                         TableName,
                         Item: {pk: 'lock', owner},
                         ConditionExpression: 'attribute_not_exists(pk)',
                       })
                       .then(() => owner, ({name}) => name));
    const winners = outcomes.filter((outcome) => outcome !== 'ConditionalCheckFailedException');
    assert.equal(winners.length, 1);
    assert.equal((await server.doc.get({TableName, Key: {pk: 'lock'}})).Item.owner, winners[0]);
  });

  test('optimistic locking loses no update', async () => {
    const TableName = await createTable(server.db, 'pk');
    const Key = {pk: 'document'};
    await server.doc.put({TableName, Item: {...Key, version: 0, authors: []}});
    const author = async (name) => {
      for (;;) {
        const {Item} = await server.doc.get({TableName, Key, ConsistentRead: true});
        try {
          await server.doc.put({
            TableName,
            Item: {...Item, version: Item.version + 1, authors: [...Item.authors, name]},
            ConditionExpression: 'version = :seen',
            ExpressionAttributeValues: {':seen': Item.version},
          });
          return;
        } catch ({name: refusal}) {
          assert.equal(refusal, 'ConditionalCheckFailedException');
        }
      }
    };
    await times(12, author);
    const {Item} = await server.doc.get({TableName, Key});
    assert.equal(Item.version, 12);
    assert.equal(new Set(Item.authors).size, 12);
  });

  test('an index never shows an item twice or not at all while it moves', async () => {
    const TableName = await createTable(server.db, 'pk', {gsi: {byState: {keys: 'phase stamp:N'}}});
    const Key = {pk: 'mover'};
    const write = (stamp) => server.doc.put({TableName, Item: {...Key, phase: 'only', stamp}});
    await write(0);
    let writing = true;
    const writer = (async () => {
      for (let i = 1; i <= 300; ++i) await write(i);
      writing = false;
    })();
    let reads = 0;
    while (writing) {
      const {Items} = await server.doc.query({
        TableName,
        IndexName: 'byState',
        KeyConditionExpression: 'phase = :p',
        ExpressionAttributeValues: {':p': 'only'},
      });
      assert.equal(Items.length, 1);
      ++reads;
    }
    await writer;
    assert.ok(reads > 0);
  });

  test('tables made and dropped beside traffic', async () => {
    const steady = await createTable(server.db, 'pk');
    const traffic = times(200, (i) => server.doc.put({TableName: steady, Item: {pk: `p${i % 50}`, i}}));
    const churn = times(10, async () => {
      const TableName = await createTable(server.db, 'pk');
      await server.doc.put({TableName, Item: {pk: 'a'}});
      await server.db.deleteTable({TableName});
    });
    await Promise.all([traffic, churn]);
    assert.equal((await server.doc.scan({TableName: steady})).Count, 50);
  });
});
