// BatchGetItem and BatchWriteItem.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {invalid, refused, sameMembers} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable, putAll} from '../lib/tables.mjs';

const kDuplicates = 'Provided list of item keys contains duplicates';

describeWithServer('batches', (server) => {
  const write = (RequestItems) => server.doc.batchWrite({RequestItems});
  const read = (RequestItems) => server.doc.batchGet({RequestItems});
  const put = (Item) => ({PutRequest: {Item}});
  const remove = (Key) => ({DeleteRequest: {Key}});
  const count = async (TableName) => (await server.doc.scan({TableName})).Count;

  test('puts and deletes over several tables', async () => {
    const [one, two] = [
      await createTable(server.db, 'pk'),
      await createTable(server.db, 'pk sk:N', {gsi: {byOwner: {keys: 'owner'}}})
    ];
    await server.doc.put({TableName: one, Item: {pk: 'old', a: 1}});
    const reply = await write({
      [one]: [put({pk: 'x', a: 1}), put({pk: 'y'}), remove({pk: 'old'}), remove({pk: 'never'})],
      [two]: [put({pk: 'x', sk: 1, owner: 'o'}), put({pk: 'x', sk: 2})],
    });
    assert.deepEqual(reply.UnprocessedItems, {});
    sameMembers((await server.doc.scan({TableName: one})).Items, [{pk: 'x', a: 1}, {pk: 'y'}]);
    assert.equal(await count(two), 2);
    assert.equal((await server.doc.scan({TableName: two, IndexName: 'byOwner'})).Count, 1);
  });

  test('reads come from several tables, without order, missing items left out', async () => {
    const [one, two] = [await createTable(server.db, 'pk'), await createTable(server.db, 'pk sk:N')];
    await putAll(
        server.doc, one, Array.from({length: 100}, (_, i) => ({pk: `p${i}`, i, deep: {a: i, b: i}})));
    await putAll(server.doc, two, [{pk: 'x', sk: 1}]);
    const hundred = await read(
        {[one]: {Keys: Array.from({length: 100}, (_, i) => ({pk: `p${i}`})), ConsistentRead: true}});
    sameMembers(hundred.Responses[one].map(({i}) => i), Array.from({length: 100}, (_, i) => i));
    assert.deepEqual(hundred.UnprocessedKeys, {});
    const mixed = await read({
      [one]: {
        Keys: [{pk: 'p5'}, {pk: 'never'}],
        ProjectionExpression: '#d.a',
        ExpressionAttributeNames: {'#d': 'deep'}
      },
      [two]: {Keys: [{pk: 'x', sk: 2}]},
    });
    assert.deepEqual(mixed.Responses, {[one]: [{deep: {a: 5}}], [two]: []});
  });

  test('a reply ends at 16 MB and names what is left', async () => {
    const table = await createTable(server.db, 'pk');
    const payload = 'x'.repeat(300_000);
    for (let i = 0; i < 60; ++i) await server.doc.put({TableName: table, Item: {pk: `p${i}`, payload}});
    let wanted = {
      [table]: {
        Keys: Array.from({length: 60}, (_, i) => ({pk: `p${i}`})),
        ProjectionExpression: 'pk, payload',
        ConsistentRead: true
      }
    };
    const found = [];
    let calls = 0;
    while (Object.keys(wanted).length) {
      const reply = await read(wanted);
      found.push(...reply.Responses[table].map(({pk}) => pk));
      wanted = reply.UnprocessedKeys;
      if (++calls === 1) {
        assert.ok(found.length < 60 && found.length > 40, `${found.length} items in the first reply`);
        assert.equal(wanted[table].ProjectionExpression, 'pk, payload');
        assert.equal(wanted[table].ConsistentRead, true);
      }
    }
    assert.equal(new Set(found).size, 60);
    assert.equal(found.length, 60);
  });

  test('limits', async () => {
    const table = await createTable(server.db, 'pk');
    const many = (n, make) => Array.from({length: n}, (_, i) => make({pk: `p${i}`}));
    await write({[table]: many(25, put)});
    await invalid(write({[table]: many(26, put)}), /length less than or equal to 25/);
    await invalid(
        read({[table]: {Keys: many(101, (key) => key)}}),
        /100|Too many items requested for the BatchGetItem call/);
    await invalid(write({}), /requestItems/i);
    await invalid(read({}), /requestItems/i);
    await invalid(write({[table]: []}), /length/);
    await invalid(read({[table]: {Keys: []}}), /length/);
    assert.equal(await count(table), 25);
  });

  test('one item twice is refused', async () => {
    const [table, numbers] = [await createTable(server.db, 'pk'), await createTable(server.db, 'pk:N')];
    await invalid(write({[table]: [put({pk: 'a'}), put({pk: 'a', b: 1})]}), kDuplicates);
    await invalid(write({[table]: [put({pk: 'a'}), remove({pk: 'a'})]}), kDuplicates);
    await invalid(write({[table]: [remove({pk: 'a'}), remove({pk: 'a'})]}), kDuplicates);
    await invalid(read({[table]: {Keys: [{pk: 'a'}, {pk: 'a'}]}}), kDuplicates);
    await invalid(
        server.db.batchWriteItem({
          RequestItems:
              {[numbers]: [{PutRequest: {Item: {pk: {N: '1'}}}}, {DeleteRequest: {Key: {pk: {N: '1.0'}}}}]}
        }),
        kDuplicates);
    await write({[table]: [put({pk: '1'})], [numbers]: [put({pk: 1})]});
  });

  test('one bad element refuses all', async () => {
    const table = await createTable(server.db, 'pk sk', {gsi: {byOwner: {keys: 'owner'}}});
    const good = put({pk: 'a', sk: 'b'});
    const refusals = [
      [put({pk: 'a'}), /key|Missing/],
      [put({pk: 'a', sk: 1}), /key|[Tt]ype/],
      [put({pk: '', sk: 'x'}), /empty string/],
      [put({pk: 'x', sk: 'y', owner: 5}), /[Tt]ype mismatch/],
      [put({pk: 'x', sk: 'y', owner: ''}), /empty string/],
      [
        put({pk: 'x', sk: 'y', payload: 'x'.repeat(410_000)}),
        'Item size has exceeded the maximum allowed size'
      ],
      [remove({pk: 'a'}), 'The provided key element does not match the schema'],
    ];
    for (const [bad, message] of refusals) await invalid(write({[table]: [good, bad]}), message);
    await invalid(
        read({[table]: {Keys: [{pk: 'a', sk: 'b'}, {pk: 'a'}]}}),
        'The provided key element does not match the schema');
    await refused(
        write({[table]: [good], 'never-made': [put({pk: 'a'})]}), 'ResourceNotFoundException',
        'Requested resource not found');
    await refused(
        read({'never-made': {Keys: [{pk: 'a'}]}}), 'ResourceNotFoundException',
        'Requested resource not found');
    assert.equal(await count(table), 0);
  });
});
