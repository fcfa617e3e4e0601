// The parameters from before expressions: they still work, and may not be mixed with expressions.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {conditionFailed, invalid, kInvalid} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable, putAll} from '../lib/tables.mjs';

describeWithServer('legacy parameters', (server) => {
  test('AttributeUpdates', async () => {
    const TableName = await createTable(server.db, 'pk');
    const Key = {pk: 'a'};
    await server.doc.put({TableName, Item: {...Key, n: 1, gone: 1, tags: new Set(['a', 'b']), list: [1]}});
    const {Attributes} = await server.doc.update({
      TableName,
      Key,
      ReturnValues: 'ALL_NEW',
      AttributeUpdates: {
        n: {Action: 'ADD', Value: 5},
        gone: {Action: 'DELETE'},
        tags: {Action: 'DELETE', Value: new Set(['b'])},
        'a.b': {Value: 'dotted'},
        list: {Action: 'ADD', Value: [2]},
        fresh: {Action: 'PUT', Value: {m: 1}},
      },
    });
    assert.deepEqual(
        Attributes, {...Key, n: 6, tags: new Set(['a']), 'a.b': 'dotted', list: [1, 2], fresh: {m: 1}});
    await invalid(
        server.doc.update({TableName, Key, AttributeUpdates: {n: {Action: 'ADD', Value: 'x'}}}), / type/);
    await invalid(
        server.doc.update({TableName, Key, AttributeUpdates: {n: {Action: 'PUT'}}}),
        `${kInvalid}Only DELETE action is allowed when no attribute value is specified`);
    await invalid(
        server.doc.update(
            {TableName, Key, AttributeUpdates: {n: {Value: 1}}, ConditionExpression: 'attribute_exists(n)'}),
        'Can not use both expression and non-expression parameters in the same request: ' +
            'Non-expression parameters: {AttributeUpdates} Expression parameters: {ConditionExpression}');
  });

  test('Expected and ConditionalOperator', async () => {
    const TableName = await createTable(server.db, 'pk');
    const put = (Expected, ConditionalOperator) =>
        server.doc.put({TableName, Item: {pk: 'a', n: 5, s: 'text'}, Expected, ConditionalOperator});
    await put({pk: {Exists: false}});
    await conditionFailed(put({pk: {Exists: false}}));
    await put({n: {Value: 5}});
    await conditionFailed(put({n: {Value: 6}}));
    await put({
      n: {ComparisonOperator: 'BETWEEN', AttributeValueList: [1, 5]},
      s: {ComparisonOperator: 'BEGINS_WITH', AttributeValueList: ['te']}
    });
    await conditionFailed(
        put({n: {ComparisonOperator: 'GT', AttributeValueList: [5]}, s: {ComparisonOperator: 'NOT_NULL'}}));
    await put(
        {n: {ComparisonOperator: 'GT', AttributeValueList: [5]}, s: {ComparisonOperator: 'NOT_NULL'}}, 'OR');
    await put(
        {n: {ComparisonOperator: 'IN', AttributeValueList: [4, 5]}, never: {ComparisonOperator: 'NULL'}});
    await conditionFailed(put({never: {ComparisonOperator: 'NOT_CONTAINS', AttributeValueList: ['x']}}));
    await invalid(put({n: {ComparisonOperator: 'BETWEEN', AttributeValueList: [1]}}), /BETWEEN/);
    await invalid(
        put({n: {Value: 5, Exists: false}}),
        `${kInvalid}Value cannot be used when Exists is false for Attribute: n`);
    await invalid(put(undefined, 'OR'), /ConditionalOperator/);
  });

  test('KeyConditions, QueryFilter, ScanFilter, AttributesToGet', async () => {
    const TableName = await createTable(server.db, 'pk sk:N', {gsi: {byOwner: {keys: 'owner sk:N'}}});
    await putAll(
        server.doc, TableName,
        Array.from({length: 10}, (_, sk) => ({pk: 'p', sk, owner: 'o', odd: sk % 2 === 1, word: `w${sk}`})));
    const eq = (value) => ({ComparisonOperator: 'EQ', AttributeValueList: [value]});
    const sks = ({Items}) => Items.map(({sk}) => sk);
    const query = (conditions, others) => server.doc.query({TableName, KeyConditions: conditions, ...others});
    assert.equal((await query({pk: eq('p')})).Count, 10);
    assert.deepEqual(
        sks(await query({pk: eq('p'), sk: {ComparisonOperator: 'BETWEEN', AttributeValueList: [3, 5]}})),
        [3, 4, 5]);
    assert.deepEqual(
        sks(await query(
            {owner: eq('o'), sk: {ComparisonOperator: 'LT', AttributeValueList: [2]}},
            {IndexName: 'byOwner'})),
        [0, 1]);
    assert.deepEqual(sks(await query({pk: eq('p')}, {QueryFilter: {odd: eq(true), word: eq('w7')}})), [7]);
    assert.deepEqual(
        sks(await query(
            {pk: eq('p')}, {QueryFilter: {odd: eq(true), word: eq('w2')}, ConditionalOperator: 'OR'})),
        [1, 2, 3, 5, 7, 9]);
    assert.deepEqual(
        (await query({pk: eq('p'), sk: eq(1)}, {AttributesToGet: ['word', 'never']})).Items, [{word: 'w1'}]);
    const scanned = await server.doc.scan(
        {TableName, ScanFilter: {sk: {ComparisonOperator: 'GE', AttributeValueList: [8]}}});
    assert.deepEqual(sks(scanned), [8, 9]);
    assert.deepEqual(
        (await server.doc.get({TableName, Key: {pk: 'p', sk: 1}, AttributesToGet: ['word']})).Item,
        {word: 'w1'});

    await invalid(query({sk: eq(1)}), 'Query condition missed key schema element: pk');
    await invalid(
        query({pk: {ComparisonOperator: 'GT', AttributeValueList: ['p']}}),
        'Query key condition not supported');
    await invalid(
        query({pk: eq('p'), sk: {ComparisonOperator: 'EQ', AttributeValueList: [1, 2]}}),
        `${kInvalid}Invalid number of argument(s) for the EQ ComparisonOperator`);
    await invalid(
        query({pk: eq('p')}, {QueryFilter: {sk: eq(1)}}),
        'QueryFilter can only contain non-primary key attributes: Primary key attribute: sk');
    await invalid(
        server.doc.get({TableName, Key: {pk: 'p', sk: 1}, AttributesToGet: ['a', 'a']}),
        /Duplicate value in attribute name: a/);
    await invalid(
        server.doc.get({TableName, Key: {pk: 'p', sk: 1}, AttributesToGet: ['a'], ProjectionExpression: 'b'}),
        'Can not use both expression and non-expression parameters in the same request: ' +
            'Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}');
    await invalid(
        query({pk: eq('p')}, {KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: {':p': 'p'}}),
        /Can not use both expression/);
  });
});
