// TransactWriteItems and TransactGetItems: all or nothing, reasons in order, tokens, capacity.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {invalid, refused} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable} from '../lib/tables.mjs';

describeWithServer('transactions', (server) => {
  const account = (TableName, pk, amount) => ({Put: {TableName, Item: {pk, amount}}});
  const read = async (TableName, pk) => (await server.doc.get({TableName, Key: {pk}})).Item;
  const cancelled = async (call, ...codes) => {
    const error = await refused(
        call, 'TransactionCanceledException',
        `Transaction cancelled, please refer cancellation reasons for specific reasons [${
            codes.join(', ')}]`);
    assert.deepEqual(error.CancellationReasons.map(({Code}) => Code), codes);
    return error.CancellationReasons;
  };

  test('puts, updates, deletes and checks take effect together', async () => {
    const table = await createTable(server.db, 'pk');
    await server.doc.put({TableName: table, Item: {pk: 'gone'}});
    await server.doc.put({TableName: table, Item: {pk: 'there', n: 1}});
    await server.doc.transactWrite({
      TransactItems: [
        account(table, 'a', 5),
        {
          Update: {
            TableName: table,
            Key: {pk: 'b'},
            UpdateExpression: 'SET amount = :n',
            ExpressionAttributeValues: {':n': 7}
          }
        },
        {Delete: {TableName: table, Key: {pk: 'gone'}}},
        {
          ConditionCheck: {
            TableName: table,
            Key: {pk: 'there'},
            ConditionExpression: 'n = :n',
            ExpressionAttributeValues: {':n': 1}
          }
        },
      ]
    });
    const {Responses} = await server.doc.transactGet(
        {TransactItems: ['a', 'b', 'gone', 'there'].map((pk) => ({Get: {TableName: table, Key: {pk}}}))});
    assert.deepEqual(Responses, [
      {Item: {pk: 'a', amount: 5}},
      {Item: {pk: 'b', amount: 7}},
      {},
      {Item: {pk: 'there', n: 1}},
    ]);
  });

  test('one false condition undoes everything, and every false condition is told', async () => {
    const table = await createTable(server.db, 'pk');
    await server.doc.put({TableName: table, Item: {pk: 'taken', amount: 1}});
    const absent = {ConditionExpression: 'attribute_not_exists(pk)'};
    const reasons = await cancelled(
        server.doc.transactWrite({
          TransactItems: [
            account(table, 'new', 5),
            {
              Put: {
                TableName: table,
                Item: {pk: 'taken'},
                ...absent,
                ReturnValuesOnConditionCheckFailure: 'ALL_OLD'
              }
            },
            {
              Update: {
                TableName: table,
                Key: {pk: 'other'},
                UpdateExpression: 'SET n = m',
              }
            },
          ]
        }),
        'None', 'ConditionalCheckFailed', 'ValidationError');
    assert.equal(reasons[0].Message, undefined);
    assert.equal(reasons[1].Message, 'The conditional request failed');
    assert.deepEqual(reasons[1].Item, {pk: {S: 'taken'}, amount: {N: '1'}});
    assert.equal(
        reasons[2].Message, 'The provided expression refers to an attribute that does not exist in the item');
    assert.equal(await read(table, 'new'), undefined);
  });

  test('only the first key that does not fit is told, and no condition is looked at', async () => {
    const table = await createTable(server.db, 'pk');
    await cancelled(
        server.doc.transactWrite({
          TransactItems: [
            {ConditionCheck: {TableName: table, Key: {pk: 'x'}, ConditionExpression: 'attribute_exists(pk)'}},
            {Delete: {TableName: table, Key: {pk: 1}}},
            {Delete: {TableName: table, Key: {other: 'x'}}},
          ]
        }),
        'None', 'ValidationError', 'None');
  });

  test('what is wrong with the request alone refuses it whole', async () => {
    const table = await createTable(server.db, 'pk');
    await invalid(
        server.doc.transactWrite({TransactItems: [account(table, 'a', 1), account(table, 'a', 2)]}),
        'Transaction request cannot include multiple operations on one item');
    await invalid(
        server.doc.transactWrite(
            {TransactItems: [{Delete: {TableName: table, Key: {pk: 'a'}, ConditionExpression: 'a ='}}]}),
        /Invalid ConditionExpression: Syntax error/);
    await invalid(server.doc.transactWrite({TransactItems: []}), /transactItems/);
    await invalid(
        server.doc.transactWrite(
            {TransactItems: Array.from({length: 101}, (_, i) => account(table, `${i}`, i))}),
        /transactItems.*100/s);
    await refused(
        server.doc.transactWrite({TransactItems: [account('never-made', 'a', 1)]}),
        'ResourceNotFoundException', 'Requested resource not found');
  });

  test('a token makes a repetition harmless, and another request with it an error', async () => {
    const table = await createTable(server.db, 'pk');
    await server.doc.put({TableName: table, Item: {pk: 'n', count: 0}});
    const add = (amount) => ({
      TransactItems: [{
        Update: {
          TableName: table,
          Key: {pk: 'n'},
          UpdateExpression: 'ADD #c :n',
          ExpressionAttributeNames: {'#c': 'count'},
          ExpressionAttributeValues: {':n': amount}
        }
      }],
      ClientRequestToken: `token-${table}`.slice(0, 36),
    });
    await server.doc.transactWrite(add(1));
    await server.doc.transactWrite(add(1));
    assert.equal((await read(table, 'n')).count, 1);
    await refused(server.doc.transactWrite(add(2)), 'IdempotentParameterMismatchException');
  });

  test('everything costs twice', async () => {
    const table = await createTable(server.db, 'pk');
    const {ConsumedCapacity: written} = await server.doc.transactWrite(
        {TransactItems: [account(table, 'a', 1), account(table, 'b', 1)], ReturnConsumedCapacity: 'TOTAL'});
    assert.deepEqual(written, [{TableName: table, CapacityUnits: 4, WriteCapacityUnits: 4}]);
    const {ConsumedCapacity: readUnits} = await server.doc.transactGet(
        {TransactItems: [{Get: {TableName: table, Key: {pk: 'a'}}}], ReturnConsumedCapacity: 'TOTAL'});
    assert.deepEqual(readUnits, [{TableName: table, CapacityUnits: 2, ReadCapacityUnits: 2}]);
  });

  test('concurrent transfers lose nothing', async () => {
    const table = await createTable(server.db, 'pk');
    const names = ['a', 'b', 'c', 'd'];
    await server.doc.transactWrite({TransactItems: names.map((pk) => account(table, pk, 100))});
    const move = (from, to) => server.doc.transactWrite({
      TransactItems: [
        {
          Update: {
            TableName: table,
            Key: {pk: from},
            UpdateExpression: 'SET amount = amount - :n',
            ConditionExpression: 'amount >= :n',
            ExpressionAttributeValues: {':n': 7}
          }
        },
        {
          Update: {
            TableName: table,
            Key: {pk: to},
            UpdateExpression: 'SET amount = amount + :n',
            ExpressionAttributeValues: {':n': 7}
          }
        },
      ]
    });
    const total = async () => {
      const {Responses} = await server.doc.transactGet(
          {TransactItems: names.map((pk) => ({Get: {TableName: table, Key: {pk}}}))});
      return Responses.reduce((sum, {Item}) => sum + Item.amount, 0);
    };
    const mayConflict = (call) => call.catch((error) => {
      assert.equal(error.name, 'TransactionCanceledException');
      return null;
    });
    const work = [];
    for (let i = 0; i < 200; ++i) {
      work.push(
          mayConflict(move(names[i % 4], names[(i * 7 + 1) % 4 === i % 4 ? (i + 1) % 4 : (i * 7 + 1) % 4])));
      if (i % 10 === 0) work.push(mayConflict(total()));
    }
    const totals = (await Promise.all(work)).filter((result) => typeof result === 'number');
    assert.ok(totals.length > 0);
    assert.deepEqual(new Set(totals), new Set([400]));
    assert.equal(await total(), 400);
  });
});
