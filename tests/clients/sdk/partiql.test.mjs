// PartiQL: statements by themselves, in batches and in transactions, with typed values and with native ones.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {conditionFailed, invalid, kInvalid, refused, sameMembers} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable, putAll} from '../lib/tables.mjs';

describeWithServer('PartiQL', (server) => {
  const run = (Statement, ...Parameters) =>
      server.doc.executeStatement({Statement, ...(Parameters.length ? {Parameters} : {})});
  const items = async (Statement, ...Parameters) => (await run(Statement, ...Parameters)).Items;
  const read = async (TableName, Key) => (await server.doc.get({TableName, Key, ConsistentRead: true})).Item;

  /** All pages of a statement, and how many there were. */
  async function paged(input) {
    const all = [];
    let pages = 0;
    let NextToken;
    do {
      const reply = await server.doc.executeStatement({...input, NextToken});
      all.push(...reply.Items);
      NextToken = reply.NextToken;
      ++pages;
    } while (NextToken);
    return {all, pages};
  }

  test('typed values through the plain client', async () => {
    const table = await createTable(server.db, 'Artist SongTitle');
    const key = {Artist: {S: 'Acme Band'}, SongTitle: {S: 'PartiQL Rocks'}};
    const insert = `INSERT INTO "${table}" value {'Artist':?,'SongTitle':?,'bytes':?}`;
    const Parameters = [key.Artist, key.SongTitle, {B: Uint8Array.from([0, 255])}];
    const inserted = await server.db.executeStatement({Statement: insert, Parameters});
    assert.deepEqual(inserted.Items, []);
    await refused(
        server.db.executeStatement({Statement: insert, Parameters}), 'DuplicateItemException',
        'Duplicate primary key exists in table');
    const {Items} = await server.db.executeStatement({
      Statement: `SELECT * FROM "${table}" WHERE Artist=? and SongTitle=?`,
      Parameters: [key.Artist, key.SongTitle],
      ConsistentRead: true,
    });
    assert.deepEqual(Items, [{...key, bytes: {B: Uint8Array.from([0, 255])}}]);
  });

  test('native values through the document client', async () => {
    const table = await createTable(server.db, 'pk sk:N');
    const value = {text: 'it\'s', list: [1, [null, true]], set: new Set(['a', 'b'])};
    await run(`INSERT INTO "${table}" VALUE {'pk': ?, 'sk': ?, 'value': ?}`, 'a', 1, value);
    assert.deepEqual(await read(table, {pk: 'a', sk: 1}), {pk: 'a', sk: 1, value});
    assert.deepEqual(
        await items(
            `SELECT "value"."list"[1], "value".text FROM "${table}" WHERE pk = ? AND sk = ?`, 'a', 1),
        [{'list[1]': [null, true], text: 'it\'s'}]);
    await run(`UPDATE "${table}" SET total = ? SET "value".text = 'new' WHERE pk = 'a' AND sk = 1`, 1.5);
    const {Items} = await run(`UPDATE "${table}" SET total = total + ? REMOVE "value" WHERE pk = 'a' AND sk = 1 RETURNING ALL NEW *`, 2);
    assert.deepEqual(Items, [{pk: 'a', sk: 1, total: 3.5}]);
  });

  test('literals of every kind', async () => {
    const table = await createTable(server.db, 'primarykey');
    await run(`INSERT INTO "${table}" value {'primarykey':'1', 'NumberType':1,
      'MapType' : {'entryname1': 'value', 'entryname2': 4}, 'ListType': [1,'stringval'],
      'NumberSetType':<<1,34,32,4.5>>, 'StringSetType':<<'stringval','stringval2'>>, 'on': TRUE, 'off': null}`);
    await run(`UPDATE "${table}"
      SET NumberType=NumberType + 100
      SET MapType.NewMapEntry=[2020, 'stringvalue', 2.4]
      SET ListType = LIST_APPEND(ListType, [4, <<'string1', 'string2'>>])
      SET NumberSetType= SET_ADD(NumberSetType, <<345, 48.4>>)
      SET StringSetType = SET_DELETE(StringSetType, <<'stringval'>>)
      WHERE primarykey='1'`);
    assert.deepEqual(await read(table, {primarykey: '1'}), {
      primarykey: '1',
      NumberType: 101,
      MapType: {entryname1: 'value', entryname2: 4, NewMapEntry: [2020, 'stringvalue', 2.4]},
      ListType: [1, 'stringval', 4, new Set(['string1', 'string2'])],
      NumberSetType: new Set([1, 4.5, 32, 34, 48.4, 345]),
      StringSetType: new Set(['stringval2']),
      on: true,
      off: null,
    });
  });

  test('an update needs its item, a delete does not, and both their conditions', async () => {
    const table = await createTable(server.db, 'pk');
    await conditionFailed(run(`UPDATE "${table}" SET n = 1 WHERE pk = 'a'`));
    assert.deepEqual(await items(`DELETE FROM "${table}" WHERE pk = 'a' AND n = 1 RETURNING ALL OLD *`), []);
    await server.doc.put({TableName: table, Item: {pk: 'a', n: 1}});
    const error = await conditionFailed(server.db.executeStatement({
      Statement: `UPDATE "${table}" SET n = 2 WHERE pk = 'a' AND n > 5`,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }));
    assert.deepEqual(error.Item, {pk: {S: 'a'}, n: {N: '1'}});
    await conditionFailed(run(`DELETE FROM "${table}" WHERE pk = 'a' AND n = 2`));
    assert.deepEqual(
        await items(`DELETE FROM "${table}" WHERE pk = 'a' AND n = 1 RETURNING ALL OLD *`),
        [{pk: 'a', n: 1}]);
    await invalid(
        run(`DELETE FROM "${table}" WHERE n = 1`),
        'Where clause does not contain a mandatory equality on all key attributes');
  });

  test('queries and scans, filtered, ordered and paged', async () => {
    const table = await createTable(server.db, 'pk sk:N', {gsi: {byOwner: {keys: 'owner sk:N'}}});
    const all = ['a', 'b', 'c'].flatMap(
        (pk) => Array.from({length: 5}, (_, sk) => ({pk, sk, owner: sk % 2 ? 'odd' : 'even', tag: `${pk}${sk}`})));
    await putAll(server.doc, table, all);
    const tags = async (rest, ...parameters) =>
        (await items(`SELECT tag FROM ${rest}`, ...parameters)).map(({tag}) => tag).join(' ');
    const t = `"${table}"`;
    assert.equal(await tags(`${t} WHERE pk = ? AND sk BETWEEN 1 AND 3`, 'a'), 'a1 a2 a3');
    assert.equal(await tags(`${t} WHERE pk = 'b' AND sk >= 2 ORDER BY sk DESC`), 'b4 b3 b2');
    assert.equal(await tags(`${t} WHERE pk = 'b' AND begins_with(tag, 'b') AND NOT tag IN ['b0', 'b4']`), 'b1 b2 b3');
    assert.equal(await tags(`${t} WHERE pk IN ['c', 'a'] AND sk < 2 ORDER BY pk`), 'a0 a1 c0 c1');
    assert.equal(await tags(`${t}."byOwner" WHERE owner = 'odd' AND sk = 3 AND tag <> 'b3'`), 'a3 c3');
    sameMembers(
        await items(`SELECT * FROM ${t} WHERE contains(tag, '4') OR tag = 'a0'`),
        all.filter(({tag}) => tag.includes('4') || tag === 'a0'));

    const scanned = await paged({Statement: `SELECT * FROM ${t}`, Limit: 4});
    sameMembers(scanned.all, all);
    assert.equal(scanned.pages, 4);
    const queried = await paged({Statement: `SELECT * FROM ${t} WHERE pk = ?`, Parameters: ['c'], Limit: 2});
    assert.deepEqual(queried.all.map(({sk}) => sk), [0, 1, 2, 3, 4]);
    assert.equal(queried.pages, 3);

    const {NextToken, LastEvaluatedKey} =
        await server.doc.executeStatement({Statement: `SELECT * FROM ${t} WHERE pk = 'a'`, Limit: 1});
    assert.deepEqual(LastEvaluatedKey, {pk: 'a', sk: 0});
    await invalid(
        server.doc.executeStatement({Statement: `SELECT * FROM ${t} WHERE pk = 'b'`, NextToken}),
        'NextToken does not match request');
    await invalid(
        server.doc.executeStatement({Statement: `SELECT * FROM ${t} WHERE pk = 'a'`, NextToken: 'no token'}),
        'Invalid NextToken');
  });

  test('capacity as of the native operations', async () => {
    const table = await createTable(server.db, 'pk sk:N');
    await server.doc.put({TableName: table, Item: {pk: 'a', sk: 1, text: 'x'.repeat(5000)}});
    const units = async (Statement, options = {}) =>
        (await server.doc.executeStatement({Statement, ReturnConsumedCapacity: 'TOTAL', ...options}))
            .ConsumedCapacity;
    const one = `SELECT * FROM "${table}" WHERE pk = 'a' AND sk = 1`;
    assert.deepEqual(await units(one), {TableName: table, CapacityUnits: 1});
    assert.deepEqual(await units(one, {ConsistentRead: true}), {TableName: table, CapacityUnits: 2});
    assert.deepEqual(
        await units(`UPDATE "${table}" SET n = 1 WHERE pk = 'a' AND sk = 1`), {TableName: table, CapacityUnits: 5});
  });

  test('a batch tells of each statement', async () => {
    const table = await createTable(server.db, 'pk');
    await putAll(server.doc, table, ['a', 'b'].map((pk) => ({pk, n: 1})));
    const written = await server.doc.batchExecuteStatement({
      Statements: [
        {Statement: `INSERT INTO "${table}" VALUE {'pk': ?}`, Parameters: ['c']},
        {Statement: `INSERT INTO "${table}" VALUE {'pk': 'a'}`},
        {Statement: `UPDATE "${table}" SET n = 2 WHERE pk = 'b' AND n = 9`},
        {Statement: `DELETE FROM "${table}" WHERE id = 'b'`},
      ]
    });
    assert.deepEqual(written.Responses, [
      {TableName: table},
      {TableName: table, Error: {Code: 'DuplicateItem', Message: 'Duplicate primary key exists in table'}},
      {TableName: table, Error: {Code: 'ConditionalCheckFailed', Message: 'The conditional request failed'}},
      {
        Error: {
          Code: 'ValidationError',
          Message: 'Where clause does not contain a mandatory equality on all key attributes'
        }
      },
    ]);
    const {Responses} = await server.doc.batchExecuteStatement({
      Statements: ['a', 'c', 'nobody'].map(
          (pk) => ({Statement: `SELECT * FROM "${table}" WHERE pk = ?`, Parameters: [pk]}))
    });
    assert.deepEqual(Responses, [
      {TableName: table, Item: {pk: 'a', n: 1}},
      {TableName: table, Item: {pk: 'c'}},
      {TableName: table},
    ]);
    await invalid(
        server.doc.batchExecuteStatement({
          Statements: [
            {Statement: `SELECT * FROM "${table}" WHERE pk = 'a'`},
            {Statement: `DELETE FROM "${table}" WHERE pk = 'b'`}
          ]
        }),
        'Read and write requests together in the same batch is not supported.');
  });

  test('a transaction takes effect as a whole', async () => {
    const table = await createTable(server.db, 'pk');
    await putAll(server.doc, table, ['a', 'b'].map((pk) => ({pk, n: 5})));
    const transfer = (from, to, amount) => ({
      TransactStatements: [
        {
          Statement: `UPDATE "${table}" SET n = n - ? WHERE pk = ? AND n >= ?`,
          Parameters: [amount, from, amount],
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
        {Statement: `UPDATE "${table}" SET n = n + ? WHERE pk = ?`, Parameters: [amount, to]},
        {Statement: `EXISTS(SELECT * FROM "${table}" WHERE pk = 'guard' AND closed IS MISSING)`},
      ]
    });
    const noGuard = await refused(
        server.doc.executeTransaction(transfer('a', 'b', 3)), 'TransactionCanceledException',
        'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
            '[None, None, ConditionalCheckFailed]');
    assert.deepEqual(noGuard.CancellationReasons.map(({Code}) => Code), ['None', 'None', 'ConditionalCheckFailed']);
    await server.doc.put({TableName: table, Item: {pk: 'guard'}});
    await server.doc.executeTransaction({...transfer('a', 'b', 3), ClientRequestToken: 'transfer-1'});
    await server.doc.executeTransaction({...transfer('a', 'b', 3), ClientRequestToken: 'transfer-1'});
    await refused(
        server.doc.executeTransaction({...transfer('a', 'b', 4), ClientRequestToken: 'transfer-1'}),
        'IdempotentParameterMismatchException');
    const tooMuch = await refused(
        server.db.executeTransaction({
          TransactStatements: [{
            Statement: `UPDATE "${table}" SET n = 0 WHERE pk = 'a' AND n > 100`,
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }]
        }),
        'TransactionCanceledException');
    assert.deepEqual(tooMuch.CancellationReasons[0].Item, {pk: {S: 'a'}, n: {N: '2'}});
    const {Responses} = await server.doc.executeTransaction({
      TransactStatements: ['a', 'b', 'nobody'].map(
          (pk) => ({Statement: `SELECT n FROM "${table}" WHERE pk = ?`, Parameters: [pk]}))
    });
    assert.deepEqual(Responses, [{Item: {n: 2}}, {Item: {n: 8}}, {}]);
    const reasons = await refused(
        server.doc.executeTransaction(
            {TransactStatements: [{Statement: `INSERT INTO "${table}" VALUE {'pk': 'a'}`}]}),
        'TransactionCanceledException');
    assert.deepEqual(
        reasons.CancellationReasons,
        [{Code: 'DuplicateItem', Message: 'Duplicate primary key exists in table'}]);
  });

  test('what is wrong with a statement', async () => {
    const table = await createTable(server.db, 'pk', {gsi: {some: {keys: 'other', project: 'KEYS_ONLY'}}});
    const malformed = 'Statement wasn\'t well formed, can\'t be processed: ';
    await invalid(run(`SELEKT * FROM "${table}"`), `${malformed}Expected data manipulation`);
    await invalid(run(`SELECT * FROM "${table}" WHERE pk = 'open`), malformed);
    await invalid(run(`SELECT COUNT(*) FROM "${table}"`), 'Unexpected path component at 1:8:5');
    await invalid(
        run(`SELECT * FROM "${table}" WHERE n > ?`, true),
        'Incorrect operand type for operator or function; operator or function: >, operand type: BOOL');
    await invalid(
        run(`SELECT * FROM "${table}" WHERE pk = ? AND n = ?`, 'a'),
        'Number of parameters in request and statement don\'t match.');
    await invalid(run(`SELECT * FROM "${table}"."none"`), 'The table does not have the specified index');
    await invalid(
        run(`SELECT x FROM "${table}"."some" WHERE other = 'a'`),
        `${kInvalid}Global secondary index some does not project [x]`);
    await invalid(
        run(`DELETE FROM "${table}"."some" WHERE pk = 'a'`), 'This operation is not supported on an index');
    await refused(
        run('SELECT * FROM "never-made"'), 'ResourceNotFoundException', 'Requested resource not found');
    await invalid(
        server.db.executeStatement({Statement: `SELECT * FROM "${table}"`, Parameters: []}), /at 'parameters'/);
    await invalid(server.db.executeStatement({Statement: `SELECT * FROM "${table}"`, Limit: 0}), /at 'limit'/);
  });
});
