// Query on tables and indexes: key conditions, order, pages, Select, projections, sparse indexes.

import {paginateQuery} from '@aws-sdk/lib-dynamodb';
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {invalid, kInvalid, refused, sameMembers} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable, putAll} from '../lib/tables.mjs';

describeWithServer('query', (server) => {
  const query = (TableName, KeyConditionExpression, ExpressionAttributeValues, others = {}) =>
      server.doc.query({TableName, KeyConditionExpression, ExpressionAttributeValues, ...others});
  const allPages = async (input) => {
    const pages = [];
    for await (const page of paginateQuery({client: server.doc}, input)) pages.push(page);
    return pages;
  };

  test('key conditions on a string and on a number', async (context) => {
    const strings = await createTable(server.db, 'pk sk');
    const numbers = await createTable(server.db, 'pk sk:N');
    const words = ['a', 'ab', 'abc', 'b', 'ba', 'c'];
    await putAll(server.doc, strings, words.map((sk) => ({pk: 'p', sk})));
    await putAll(server.doc, strings, words.map((sk) => ({pk: 'other', sk})));
    await putAll(server.doc, numbers, [-10, -9, 0, 1, 2, 10].map((sk) => ({pk: 'p', sk})));
    const cases = [
      [strings, 'pk = :p', {}, words],
      [strings, 'pk = :p AND sk = :a', {':a': 'b'}, ['b']],
      [strings, 'pk = :p AND sk < :a', {':a': 'b'}, ['a', 'ab', 'abc']],
      [strings, 'pk = :p AND sk <= :a', {':a': 'b'}, ['a', 'ab', 'abc', 'b']],
      [strings, 'pk = :p AND sk > :a', {':a': 'b'}, ['ba', 'c']],
      [strings, 'pk = :p AND sk >= :a', {':a': 'b'}, ['b', 'ba', 'c']],
      [strings, 'pk = :p AND sk BETWEEN :a AND :b', {':a': 'ab', ':b': 'b'}, ['ab', 'abc', 'b']],
      [strings, 'pk = :p AND begins_with(sk, :a)', {':a': 'ab'}, ['ab', 'abc']],
      [strings, 'begins_with(sk, :a) and pk = :p', {':a': 'b'}, ['b', 'ba']],
      [strings, ':p = pk AND :a < sk', {':a': 'b'}, ['ba', 'c']],
      [strings, '(pk = :p) AND (sk = :a)', {':a': 'c'}, ['c']],
      [strings, 'pk = :p AND sk = :a', {':a': 'zz'}, []],
      [numbers, 'pk = :p AND sk > :a', {':a': -9.5}, [-9, 0, 1, 2, 10]],
      [numbers, 'pk = :p AND sk BETWEEN :a AND :b', {':a': -9, ':b': 2}, [-9, 0, 1, 2]],
      [numbers, 'pk = :p AND sk BETWEEN :a AND :b', {':a': 2, ':b': 100}, [2, 10]],
    ];
    for (const [table, condition, values, expected] of cases) {
      await context.test(condition, async () => {
        const sks = async (options) =>
            (await query(table, condition, {':p': 'p', ...values}, options)).Items.map(({sk}) => sk);
        assert.deepEqual(await sks(), expected);
        assert.deepEqual(await sks({ScanIndexForward: false}), [...expected].reverse());
        assert.deepEqual(await sks({ConsistentRead: true}), expected);
      });
    }
  });

  test('key conditions that are refused', async (context) => {
    const table = await createTable(server.db, 'pk sk');
    const hashOnly = await createTable(server.db, 'pk');
    const prefix = 'Invalid KeyConditionExpression: ';
    const either = (text) => new RegExp(`^(${prefix})?${text.replace(/[<>()]/g, '\\$&')}`);
    const cases = [
      ['pk > :p', {}, 'Query key condition not supported'],
      ['sk = :p', {}, 'Query condition missed key schema element: pk'],
      ['pk = :p AND another = :a', {':a': 'x'}, 'Query condition missed key schema element: sk'],
      [
        'pk = :p AND pk = :a', {':a': 'x'},
        either('KeyConditionExpressions must only contain one condition per key')
      ],
      ['pk = :p AND sk = :a AND third = :a', {':a': 'x'}, either('Conditions can be of length 1 or 2 only')],
      ['pk = :p AND sk <> :a', {':a': 'x'}, either('Invalid operator used in KeyConditionExpression: <>')],
      ['pk = :p OR sk = :a', {':a': 'x'}, either('Invalid operator used in KeyConditionExpression: OR')],
      [
        'pk = :p AND NOT sk = :a', {':a': 'x'}, either('Invalid operator used in KeyConditionExpression: NOT')
      ],
      [
        'pk = :p AND contains(sk, :a)', {':a': 'x'},
        either('Invalid operator used in KeyConditionExpression: contains')
      ],
      [
        'pk = :p AND sk.x = :a', {':a': 'x'},
        either('KeyConditionExpressions cannot have conditions on nested attributes')
      ],
      ['pk = :p AND sk = :a', {':a': 5}, `${kInvalid}Condition parameter type does not match schema type`],
      ['pk = :p AND begins_with(sk, :a)', {':a': 5}, /begins_with/],
      ['', {}, /The expression can not be empty;/],
      ['((pk = :p))', {}, `${prefix}The expression has redundant parentheses;`],
    ];
    for (const [condition, values, message] of cases) {
      await context.test(
          condition || '(empty)', () => invalid(query(table, condition, {':p': 'p', ...values}), message));
    }
    await invalid(
        query(hashOnly, 'pk = :p AND sk = :a', {':p': 'p', ':a': 'a'}), 'Query key condition not supported');
    await invalid(
        server.doc.query({TableName: table}),
        'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
    await refused(
        query('never-made', 'pk = :p', {':p': 'p'}), 'ResourceNotFoundException',
        'Requested resource not found');
    await invalid(
        query(table, 'pk = :p', {':p': 'p'}, {IndexName: 'never'}),
        'The table does not have the specified index: never');
  });

  test('filters count what they looked at and may not name keys', async () => {
    const table = await createTable(server.db, 'pk sk:N');
    await putAll(server.doc, table, Array.from({length: 20}, (_, sk) => ({pk: 'p', sk, even: sk % 2 === 0})));
    const filter = {FilterExpression: 'even = :e'};
    const whole = await query(table, 'pk = :p', {':p': 'p', ':e': true}, filter);
    assert.deepEqual([whole.Count, whole.ScannedCount, whole.Items.length], [10, 20, 10]);
    const limited = await query(table, 'pk = :p', {':p': 'p', ':e': true}, {...filter, Limit: 5});
    assert.deepEqual([limited.Count, limited.ScannedCount], [3, 5]);
    assert.deepEqual(limited.LastEvaluatedKey, {pk: 'p', sk: 4});
    const projected =
        await query(table, 'pk = :p', {':p': 'p', ':e': true}, {...filter, ProjectionExpression: 'sk'});
    assert.deepEqual(projected.Items[1], {sk: 2});
    for (const key of ['pk', 'sk']) {
      await invalid(
          query(table, 'pk = :p', {':p': 'p'}, {FilterExpression: `${key} = :p`}),
          `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`);
    }
  });

  test('pages by Limit meet every item once, forwards and backwards', async () => {
    const table = await createTable(server.db, 'pk sk:N');
    await putAll(server.doc, table, Array.from({length: 53}, (_, sk) => ({pk: 'p', sk})));
    for (const ScanIndexForward of [true, false]) {
      const pages = await allPages({
        TableName: table,
        KeyConditionExpression: 'pk = :p',
        ExpressionAttributeValues: {':p': 'p'},
        Limit: 10,
        ScanIndexForward,
      });
      assert.ok(pages.every(({Count}) => Count <= 10));
      assert.equal(pages.length, 6);
      const expected = Array.from({length: 53}, (_, sk) => sk);
      assert.deepEqual(
          pages.flatMap(({Items}) => Items.map(({sk}) => sk)),
          ScanIndexForward ? expected : expected.reverse());
    }
    await invalid(query(table, 'pk = :p', {':p': 'p'}, {Limit: 0}), /limit/i);
  });

  test('pages end at 1 MB of items read, before filter and projection', async () => {
    const table = await createTable(server.db, 'pk sk:N');
    const payload = 'x'.repeat(100_000);
    for (let sk = 0; sk < 25; ++sk) await server.doc.put({TableName: table, Item: {pk: 'p', sk, payload}});
    for (const extra
             of [{}, {ProjectionExpression: 'sk'}, {ScanIndexForward: false}, {Select: 'COUNT'},
                 {FilterExpression: 'attribute_exists(payload)'}]) {
      const pages = await allPages({
        TableName: table,
        KeyConditionExpression: 'pk = :p',
        ExpressionAttributeValues: {':p': 'p'},
        ...extra,
      });
      assert.deepEqual(
          pages.map(({ScannedCount}) => ScannedCount).filter(Boolean), [11, 11, 3], JSON.stringify(extra));
      if (extra.Select) assert.ok(pages.every(({Items}) => Items === undefined));
    }
  });

  test('start keys', async () => {
    const table = await createTable(server.db, 'pk sk:N');
    await putAll(server.doc, table, Array.from({length: 5}, (_, sk) => ({pk: 'p', sk})));
    const from = (ExclusiveStartKey, others) =>
        query(table, 'pk = :p', {':p': 'p'}, {ExclusiveStartKey, ...others});
    assert.deepEqual((await from({pk: 'p', sk: 2})).Items.map(({sk}) => sk), [3, 4]);
    assert.deepEqual((await from({pk: 'p', sk: 2.5})).Items.map(({sk}) => sk), [3, 4]);
    assert.deepEqual(
        (await from({pk: 'p', sk: 2.5}, {ScanIndexForward: false})).Items.map(({sk}) => sk), [2, 1, 0]);
    await invalid(from({pk: 'p'}), 'The provided starting key is invalid');
    await invalid(from({pk: 'p', sk: 1, more: 1}), 'The provided starting key is invalid');
    await invalid(from({pk: 'p', sk: 'one'}), 'The provided key element does not match the schema');
    await invalid(
        from({pk: 'other', sk: 1}),
        'The provided starting key is outside query boundaries based on provided conditions');
  });

  test('Select', async () => {
    const table = await createTable(server.db, 'pk sk', {lsi: {local: {keys: 'pk score:N', project: ['a']}}});
    await server.doc.put({TableName: table, Item: {pk: 'p', sk: 's', score: 1, a: 1, b: 2}});
    const select = (Select, others) => query(table, 'pk = :p', {':p': 'p'}, {Select, ...others});
    assert.deepEqual((await select('ALL_ATTRIBUTES')).Items, [{pk: 'p', sk: 's', score: 1, a: 1, b: 2}]);
    assert.deepEqual((await select('SPECIFIC_ATTRIBUTES', {ProjectionExpression: 'a'})).Items, [{a: 1}]);
    const count = await select('COUNT');
    assert.deepEqual([count.Count, count.ScannedCount, count.Items], [1, 1, undefined]);
    assert.deepEqual(
        (await select('ALL_PROJECTED_ATTRIBUTES', {IndexName: 'local'})).Items,
        [{pk: 'p', sk: 's', score: 1, a: 1}]);
    await invalid(
        select('ALL_PROJECTED_ATTRIBUTES'),
        'ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
    await invalid(
        select('SPECIFIC_ATTRIBUTES'),
        'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES');
    await invalid(
        select('COUNT', {ProjectionExpression: 'a'}),
        'Cannot specify the ProjectionExpression when choosing to get only the Count');
    await invalid(
        select('ALL_ATTRIBUTES', {ProjectionExpression: 'a'}),
        'Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES');
    await invalid(select('count'), /select/);
  });
});

describeWithServer('query on indexes', (server) => {
  const query = async (TableName, IndexName, others = {}, value = 'o') => server.doc.query({
    TableName,
    IndexName,
    KeyConditionExpression: '#h = :h',
    ExpressionAttributeNames: {'#h': IndexName.startsWith('local') ? 'pk' : 'holder'},
    ExpressionAttributeValues: {':h': value},
    ...others,
  });

  test('KEYS_ONLY, INCLUDE and ALL hold what they say', async () => {
    const table = await createTable(server.db, 'pk sk', {
      gsi: {
        keys: {keys: 'holder score:N', project: 'KEYS_ONLY'},
        some: {keys: 'holder score:N', project: ['a', 'c']},
        all: {keys: 'holder score:N'},
      },
      lsi: {
        localKeys: {keys: 'pk score:N', project: 'KEYS_ONLY'},
        localSome: {keys: 'pk score:N', project: ['a']}
      },
    });
    const item = {pk: 'p', sk: 's', holder: 'o', score: 1, a: 1, b: {deep: [1]}};
    await server.doc.put({TableName: table, Item: item});
    const keys = {pk: 'p', sk: 's', holder: 'o', score: 1};
    const items = async (...input) => (await query(table, ...input)).Items;
    assert.deepEqual(await items('keys'), [keys]);
    assert.deepEqual(await items('some'), [{...keys, a: 1}]);
    assert.deepEqual(await items('all'), [item]);
    assert.deepEqual(await items('all', {Select: 'ALL_ATTRIBUTES'}), [item]);
    await invalid(
        query(table, 'some', {Select: 'ALL_ATTRIBUTES'}),
        `${kInvalid}Select type ALL_ATTRIBUTES is not supported for global secondary index some because its projection type is not ALL`);
    await invalid(query(table, 'keys', {ProjectionExpression: 'a'}), /project/);
    await invalid(
        query(table, 'all', {ConsistentRead: true}),
        'Consistent reads are not supported on global secondary indexes');

    const local = {pk: 'p', sk: 's', score: 1};
    assert.deepEqual(await items('localKeys', {}, 'p'), [local]);
    assert.deepEqual(await items('localSome', {ConsistentRead: true}, 'p'), [{...local, a: 1}]);
    assert.deepEqual(await items('localKeys', {Select: 'ALL_ATTRIBUTES'}, 'p'), [item]);
    assert.deepEqual(
        await items('localKeys', {ProjectionExpression: 'b.deep[0], sk'}, 'p'), [{b: {deep: [1]}, sk: 's'}]);
  });

  test('an index is sparse and follows every change', async () => {
    const table =
        await createTable(server.db, 'pk', {gsi: {byHolder: {keys: 'holder score:N', project: ['a']}}});
    const rows = async (holder = 'o') => (await query(table, 'byHolder', {}, holder)).Items;
    const Key = {pk: 'p'};
    const update = (UpdateExpression, ExpressionAttributeValues) => server.doc.update({
      TableName: table,
      Key,
      UpdateExpression,
      ...(ExpressionAttributeValues ? {ExpressionAttributeValues} : {})
    });
    await server.doc.put({TableName: table, Item: {...Key, holder: 'o', a: 1}});
    assert.deepEqual(await rows(), []);
    await update('SET score = :r', {':r': 5});
    assert.deepEqual(await rows(), [{...Key, holder: 'o', score: 5, a: 1}]);
    await update('SET a = :a, b = :a', {':a': 2});
    assert.deepEqual(await rows(), [{...Key, holder: 'o', score: 5, a: 2}]);
    await update('SET holder = :o', {':o': 'new'});
    assert.deepEqual(await rows(), []);
    assert.deepEqual(await rows('new'), [{...Key, holder: 'new', score: 5, a: 2}]);
    await update('ADD score :r', {':r': -7});
    assert.equal((await rows('new'))[0].score, -2);
    await update('REMOVE holder');
    assert.deepEqual(await rows('new'), []);
    await server.doc.put({TableName: table, Item: {...Key, holder: 'back', score: 1}});
    assert.equal((await rows('back')).length, 1);
    await server.doc.delete({TableName: table, Key});
    assert.deepEqual(await rows('back'), []);

    await invalid(
        server.doc.put({TableName: table, Item: {...Key, holder: 'o', score: 'high'}}),
        `${kInvalid}Type mismatch for Index Key score Expected: N Actual: S IndexName: byHolder`);
    await server.doc.put({TableName: table, Item: {...Key, holder: 'o', score: 1}});
    await invalid(
        update('SET holder = :o', {':o': 5}),
        `${kInvalid}Type mismatch for Index Key holder Expected: S Actual: N IndexName: byHolder`);
    assert.equal((await rows()).length, 1);
  });

  test('pages through equal index keys, with cursors of index and table keys', async () => {
    const table = await createTable(server.db, 'pk sk', {
      gsi: {byHolder: {keys: 'holder score:N', project: 'KEYS_ONLY'}},
      lsi: {localRank: {keys: 'pk score:N'}}
    });
    const items = Array.from({length: 40}, (_, i) => ({pk: 'p', sk: `s${i}`, holder: 'o', score: i % 2}));
    await putAll(server.doc, table, items);
    for (const [index, value, names] of [
             ['byHolder', 'o', ['holder', 'score', 'pk', 'sk']], ['localRank', 'p', ['score', 'pk', 'sk']]]) {
      for (const ScanIndexForward of [true, false]) {
        const found = [];
        for (let ExclusiveStartKey;;) {
          const page = await query(table, index, {Limit: 7, ExclusiveStartKey, ScanIndexForward}, value);
          found.push(...page.Items);
          ExclusiveStartKey = page.LastEvaluatedKey;
          if (!ExclusiveStartKey) break;
          sameMembers(Object.keys(ExclusiveStartKey), names);
        }
        sameMembers(found.map(({sk}) => sk), items.map(({sk}) => sk));
        assert.deepEqual(
            found.map(({score}) => score),
            found.map(({score}) => score).sort((a, b) => (ScanIndexForward ? a - b : b - a)));
      }
    }
    await invalid(
        query(table, 'byHolder', {ExclusiveStartKey: {pk: 'p', sk: 's1'}}),
        'The provided starting key is invalid');
  });

  test('index cursors that do not belong to the query', async () => {
    const table = await createTable(server.db, 'pk', {gsi: {byHolder: {keys: 'holder score:N'}}});
    await putAll(
        server.doc, table, Array.from({length: 4}, (_, score) => ({pk: `p${score}`, holder: 'o', score})));
    const from = (ExclusiveStartKey, others) => query(table, 'byHolder', {ExclusiveStartKey, ...others});
    assert.deepEqual((await from({pk: 'p1', holder: 'o', score: 1})).Items.map(({pk}) => pk), ['p2', 'p3']);
    assert.deepEqual(
        (await from({pk: 'gone', holder: 'o', score: 1.5})).Items.map(({pk}) => pk), ['p2', 'p3']);
    await invalid(
        from({pk: 'p1', holder: 'other', score: 1}),
        'The provided starting key is outside query boundaries based on provided conditions');
    await invalid(from({pk: 'p1', holder: 'o'}), 'The provided starting key is invalid');
    await invalid(
        from({pk: 'p1', holder: 'o', score: 'one'}), 'The provided key element does not match the schema');
  });

  test('index keys have their sizes', async () => {
    const table = await createTable(server.db, 'pk', {gsi: {byText: {keys: 'head tail'}}});
    const put = (head, tail) =>
        server.doc.put({TableName: table, Item: {pk: 'p', head: 'h'.repeat(head), tail: 't'.repeat(tail)}});
    await put(2048, 1024);
    await invalid(put(2049, 1), /2048/);
    await invalid(put(1, 1025), /1024/);
    const {Items} = await server.doc.scan({TableName: table, IndexName: 'byText'});
    assert.deepEqual(Items.map(({head, tail}) => [head.length, tail.length]), [[2048, 1024]]);
  });

  test('a filter may name the table key, not the index key', async () => {
    const table = await createTable(server.db, 'pk', {gsi: {byHolder: {keys: 'holder score:N'}}});
    await server.doc.put({TableName: table, Item: {pk: 'p', holder: 'o', score: 1}});
    const filter = (FilterExpression, v) =>
        query(table, 'byHolder', {FilterExpression, ExpressionAttributeValues: {':h': 'o', ':v': v}});
    assert.equal((await filter('pk = :v', 'p')).Count, 1);
    assert.equal((await filter('pk = :v', 'q')).Count, 0);
    await invalid(
        filter('score = :v', 1),
        'Filter Expression can only contain non-primary key attributes: Primary key attribute: score');
  });
});
