// Global secondary indexes whose keys have up to four HASH and four RANGE attributes.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {invalid, sameMembers} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable, eventually, newName, putAll, tableInput} from '../lib/tables.mjs';

const kIndex = 'byMatch';
const kHash = 'tournament season:N region:B division';
const kRange = 'round:N bracket court:N match';

const match = (id, fields = {}) => ({
  pk: `m${id}`,
  tournament: 'open',
  season: 2026,
  region: Buffer.from('eu'),
  division: 'one',
  round: 1,
  bracket: 'upper',
  court: 1,
  match: `x${id}`,
  ...fields,
});

describeWithServer('multi-attribute index keys', (server) => {
  const fullHash = 'tournament = :t AND season = :s AND #region = :r AND division = :d';
  const values = {':t': 'open', ':s': 2026, ':r': Buffer.from('eu'), ':d': 'one'};
  const query = (TableName, range, rangeValues = {}, others = {}) => server.doc.query({
    TableName,
    IndexName: kIndex,
    KeyConditionExpression: range ? `${fullHash} AND ${range}` : fullHash,
    ExpressionAttributeNames: {'#region': 'region'},
    ExpressionAttributeValues: {...values, ...rangeValues},
    ...others,
  });
  const keys = ({Items}) => Items.map(({pk}) => pk);
  const matchTable = (project) =>
      createTable(server.db, 'pk', {gsi: {[kIndex]: {hash: kHash, range: kRange, project}}});

  test('four and four are described in the order of their declaration', async () => {
    const name = await matchTable();
    const {Table} = await server.db.describeTable({TableName: name});
    const element = (KeyType) => (word) => ({AttributeName: word.split(':')[0], KeyType});
    assert.deepEqual(
        Table.GlobalSecondaryIndexes[0].KeySchema,
        [...kHash.split(' ').map(element('HASH')), ...kRange.split(' ').map(element('RANGE'))]);
  });

  test('an item is in the index while it has all eight attributes', async () => {
    const name = await matchTable();
    const all = 'tournament season region division round bracket court match'.split(' ');
    for (const missing of all) {
      const item = match(missing);
      delete item[missing];
      await server.doc.put({TableName: name, Item: item});
    }
    assert.deepEqual(keys(await query(name)), []);

    await server.doc.put({TableName: name, Item: match(1)});
    assert.deepEqual(keys(await query(name)), ['m1']);
    await server.doc.update({TableName: name, Key: {pk: 'm1'}, UpdateExpression: 'REMOVE court'});
    assert.deepEqual(keys(await query(name)), []);
    await server.doc.update({
      TableName: name,
      Key: {pk: 'm1'},
      UpdateExpression: 'SET court = :c',
      ExpressionAttributeValues: {':c': 4}
    });
    assert.deepEqual(
        keys(await query(
            name, 'round = :a AND bracket = :b AND court = :c', {':a': 1, ':b': 'upper', ':c': 4})),
        ['m1']);
    await server.doc.update({
      TableName: name,
      Key: {pk: 'm1'},
      UpdateExpression: 'SET division = :d',
      ExpressionAttributeValues: {':d': 'two'}
    });
    assert.deepEqual(keys(await query(name)), []);
    assert.deepEqual(keys(await query(name, '', {':d': 'two'})), ['m1']);
    await server.doc.delete({TableName: name, Key: {pk: 'm1'}});
    assert.equal((await server.doc.scan({TableName: name, IndexName: kIndex})).Count, 0);
  });

  test('rows come in the order of the RANGE attributes, each by its type', async () => {
    const name = await matchTable();
    const items = [];
    for (const round of [10, 9, -1]) {
      for (const bracket of ['upper', 'lower']) {
        for (const court of [2, 11]) items.push(match(items.length, {round, bracket, court}));
      }
    }
    await putAll(server.doc, name, items);
    const byKey = (a, b) => a.round - b.round ||
        (a.bracket < b.bracket     ? -1 :
             a.bracket > b.bracket ? 1 :
                                     0) ||
        a.court - b.court;
    const expected = [...items].sort(byKey).map(({pk}) => pk);
    assert.deepEqual(keys(await query(name)), expected);
    assert.deepEqual(keys(await query(name, '', {}, {ScanIndexForward: false})), [...expected].reverse());

    const where = async (range, rangeValues, test_) => assert.deepEqual(
        keys(await query(name, range, rangeValues)), [...items].sort(byKey).filter(test_).map(({pk}) => pk),
        range);
    await where('round = :a', {':a': 9}, ({round}) => round === 9);
    await where('round >= :a', {':a': 9}, ({round}) => round >= 9);
    await where('round < :a', {':a': 9}, ({round}) => round < 9);
    await where('round BETWEEN :a AND :b', {':a': -5, ':b': 9}, ({round}) => round <= 9);
    await where(
        'round = :a AND begins_with(bracket, :b)', {':a': 10, ':b': 'lo'},
        (i) => i.round === 10 && i.bracket === 'lower');
    await where(
        'round = :a AND bracket = :b AND court > :c', {':a': 10, ':b': 'upper', ':c': 2},
        (i) => i.round === 10 && i.bracket === 'upper' && i.court > 2);
    await where(
        'bracket = :b AND round = :a', {':a': -1, ':b': 'lower'},
        (i) => i.round === -1 && i.bracket === 'lower');
  });

  test('conditions that the key does not serve are refused', async () => {
    const name = await matchTable();
    const range = /RANGE.*equality|Query key condition not supported/s;
    await invalid(query(name, 'bracket = :b', {':b': 'upper'}), range);
    await invalid(query(name, 'round = :a AND court = :c', {':a': 1, ':c': 1}), range);
    await invalid(query(name, 'round > :a AND bracket = :b', {':a': 1, ':b': 'upper'}), range);
    await invalid(
        query(
            name, 'begins_with(#match, :m)', {':m': 'x'},
            {ExpressionAttributeNames: {'#region': 'region', '#match': 'match'}}),
        range);
    await invalid(query(name, 'begins_with(round, :m)', {':m': 1}), /type/i);
    await invalid(query(name, 'round = :a', {':a': 'one'}), /type/i);
    const hashOnly = (KeyConditionExpression, ExpressionAttributeValues) => server.doc.query(
        {TableName: name, IndexName: kIndex, KeyConditionExpression, ExpressionAttributeValues});
    await invalid(
        hashOnly('tournament = :t AND season = :s AND division = :d', {':t': 'open', ':s': 1, ':d': 'one'}));
    await invalid(
        query(name, '', {}, {ConsistentRead: true}),
        'Consistent reads are not supported on global secondary indexes');
    await invalid(
        query(name, '', {':f': 1}, {FilterExpression: 'court = :f'}),
        'Filter Expression can only contain non-primary key attributes: Primary key attribute: court');
    assert.deepEqual(keys(await query(name, '', {':f': 'm1'}, {FilterExpression: 'pk = :f'})), []);
  });

  test('pages: the cursor names every key attribute', async () => {
    const name = await matchTable('KEYS_ONLY');
    const items = Array.from(
        {length: 25}, (_, i) => match(String(i).padStart(2, '0'), {round: i % 4, note: 'not projected'}));
    await putAll(server.doc, name, items);
    const names = ['pk', ...kHash.split(' '), ...kRange.split(' ')].map((word) => word.split(':')[0]);
    const found = [];
    for (let ExclusiveStartKey;;) {
      const page = await query(name, '', {}, {Limit: 4, ExclusiveStartKey});
      found.push(...page.Items);
      ExclusiveStartKey = page.LastEvaluatedKey;
      if (!ExclusiveStartKey) break;
      sameMembers(Object.keys(ExclusiveStartKey), names);
    }
    assert.equal(found.length, 25);
    assert.equal(new Set(found.map(({pk}) => pk)).size, 25);
    sameMembers(Object.keys(found[0]), names);

    const {LastEvaluatedKey} = await query(name, '', {}, {Limit: 1});
    const {court, ...short} = LastEvaluatedKey;
    await invalid(query(name, '', {}, {ExclusiveStartKey: short}), /starting key is invalid|start.*key/is);
    await invalid(
        query(name, '', {}, {ExclusiveStartKey: {...LastEvaluatedKey, more: court}}),
        /starting key is invalid|start.*key/is);
  });

  test('a wrong type or an empty value at any place refuses the write, and a whole batch', async () => {
    const name = await matchTable();
    for (const [attribute, value] of [
             ['tournament', 1], ['season', '2026'], ['region', 'eu'], ['division', null], ['round', 'x'],
             ['bracket', 3], ['court', true], ['match', 7]]) {
      await invalid(server.doc.put({TableName: name, Item: match(1, {[attribute]: value})}), /[Tt]ype/);
    }
    for (const attribute of ['tournament', 'division', 'bracket', 'match']) {
      await invalid(server.doc.put({TableName: name, Item: match(1, {[attribute]: ''})}), /empty/);
    }
    await invalid(
        server.doc.batchWrite({
          RequestItems:
              {[name]: [{PutRequest: {Item: match(1)}}, {PutRequest: {Item: match(2, {season: 'x'})}}]}
        }),
        /[Tt]ype/);
    assert.equal((await server.doc.scan({TableName: name})).Count, 0);
  });

  test('schemas that are refused', async () => {
    const create = (gsi) => server.db.createTable(tableInput(newName(), 'pk', {gsi: {[kIndex]: gsi}}));
    await invalid(create({hash: 'a b c d e'}), /HASH/);
    await invalid(create({hash: 'a', range: 'b c d e f'}), /RANGE/);
    await invalid(create({hash: 'a b', range: 'a'}), /same name/);
    const input = tableInput(newName(), 'pk', {gsi: {[kIndex]: {hash: 'a b', range: 'c'}}});
    const [a, b, c] = input.GlobalSecondaryIndexes[0].KeySchema;
    input.GlobalSecondaryIndexes[0].KeySchema = [a, c, b];
    await invalid(server.db.createTable(input), /HASH.*precede.*RANGE/);
    input.GlobalSecondaryIndexes[0].KeySchema = [c, a, b];
    await invalid(server.db.createTable(input), /HASH/);
  });

  test('such an index can be added to a table in use', async () => {
    const name = await createTable(server.db, 'pk');
    await putAll(
        server.doc, name,
        [match(1), match(2), match(3, {court: 'wrong type'}), match(4, {season: undefined})]);
    const {GlobalSecondaryIndexes, AttributeDefinitions} =
        tableInput(name, 'pk', {gsi: {[kIndex]: {hash: kHash, range: kRange}}});
    await server.db.updateTable({
      TableName: name,
      AttributeDefinitions,
      GlobalSecondaryIndexUpdates: [{Create: GlobalSecondaryIndexes[0]}]
    });
    await eventually(
        async () =>
            (await server.db.describeTable({TableName: name})).Table.GlobalSecondaryIndexes[0].IndexStatus ===
            'ACTIVE');
    sameMembers(keys(await query(name)), ['m1', 'm2']);
  });
});
