// Values on the wire and back: every type, numbers to 38 digits, Unicode, binary, sets, nesting, sizes.

import {DynamoDBDocument, NumberValue} from '@aws-sdk/lib-dynamodb';
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {invalid, kInvalid, refused, sameMembers} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable} from '../lib/tables.mjs';

describeWithServer('values', (server) => {
  let table;
  const put = async (value, pk = 'a') => {
    table ??= await createTable(server.db, 'pk');
    return server.db.putItem({TableName: table, Item: {pk: {S: pk}, v: value}});
  };
  const stored = async (pk = 'a') =>
      (await server.db.getItem({TableName: table, Key: {pk: {S: pk}}, ConsistentRead: true})).Item.v;
  const roundTrip = async (value) => {
    await put(value);
    return stored();
  };

  test('each type comes back as it went', async () => {
    const values = [
      {S: ''},
      {S: 'text'},
      {N: '0'},
      {N: '-7.5'},
      {B: new Uint8Array()},
      {B: Uint8Array.from([0, 1, 254, 255])},
      {BOOL: true},
      {BOOL: false},
      {NULL: true},
      {L: []},
      {M: {}},
      {L: [{S: 'a'}, {N: '1'}, {L: [{NULL: true}]}]},
      {M: {a: {M: {b: {L: [{B: Uint8Array.from([7])}]}}}, 'dotted.name': {BOOL: false}}},
    ];
    for (const value of values) assert.deepEqual(await roundTrip(value), value);
  });

  test('sets keep their members and no order', async () => {
    sameMembers((await roundTrip({SS: ['b', 'a', 'ü']})).SS, ['a', 'b', 'ü']);
    sameMembers((await roundTrip({NS: ['3', '-1', '2.50']})).NS, ['-1', '2.5', '3']);
    const bytes = [Uint8Array.from([2]), Uint8Array.from([1, 1])];
    sameMembers((await roundTrip({BS: bytes})).BS.map((b) => Buffer.from(b).toString('hex')), ['0101', '02']);
  });

  test('numbers are kept exactly and returned in canonical form', async (context) => {
    const nines = '9'.repeat(38);
    const cases = [
      ['3', '3'],
      ['+3', '3'],
      ['.123', '0.123'],
      ['0001.23', '1.23'],
      ['-17e5', '-1700000'],
      ['123e-2', '1.23'],
      ['1.0e3', '1000'],
      ['001000', '1000'],
      ['1000.0', '1000'],
      ['-0', '0'],
      ['-0.0', '0'],
      ['0e5', '0'],
      [nines, nines],
      [`-${nines}`, `-${nines}`],
      [`0.${nines}`, `0.${nines}`],
      [`${nines}e88`, nines + '0'.repeat(88)],
      [
        '1e125',
        '1' +
            '0'.repeat(125)
      ],
      [
        '0.1e126',
        '1' +
            '0'.repeat(125)
      ],
      ['1e-130', `0.${'0'.repeat(129)}1`],
      ['-1E-130', `-0.${'0'.repeat(129)}1`],
      ['12345678901234567890.123456789012345678', '12345678901234567890.123456789012345678'],
      [`1${'0'.repeat(60)}`, `1${'0'.repeat(60)}`],
    ];
    for (const [sent, back] of cases) {
      await context.test(sent, async () => assert.deepEqual(await roundTrip({N: sent}), {N: back}));
    }
  });

  test('numbers that are none, or too long, large or small', async (context) => {
    const overflow =
        'Number overflow. Attempting to store a number with magnitude larger than supported range';
    const underflow =
        'Number underflow. Attempting to store a number with magnitude smaller than supported range';
    const digits = 'Attempting to store more than 38 significant digits in a Number';
    const notNumeric = (text) => `The parameter cannot be converted to a numeric value: ${text}`;
    const cases = [
      ['1e126', overflow],
      ['-11e125', overflow],
      ['1.0e100000000', overflow],
      ['1e-131', underflow],
      ['0.9e-130', underflow],
      ['1'.repeat(39), digits],
      [`1.${'1'.repeat(38)}`, digits],
      ...['NaN', 'Infinity', '-Infinity', 'dog', ' 1', '1 ', '0x10', '1e', '--1'].map(
          (text) => [text, notNumeric(text)]),
      ['', 'The parameter cannot be converted to a numeric value'],
    ];
    for (const [sent, message] of cases) {
      await context.test(sent, () => invalid(put({N: sent}), message));
    }
  });

  test('numbers beyond a double travel through the document client', async () => {
    const name = await createTable(server.db, 'pk id:N');
    const big = '12345678901234567890123456789012345678';
    await server.doc.put(
        {TableName: name, Item: {pk: 'a', id: NumberValue.from(big), also: 12345678901234567890n}});
    const exact = DynamoDBDocument.from(server.db, {unmarshallOptions: {wrapNumbers: true}});
    const {Item} = await exact.get({TableName: name, Key: {pk: 'a', id: NumberValue.from(big)}});
    assert.equal(Item.id.toString(), big);
    assert.equal(Item.also.toString(), '12345678901234567890');
  });

  test('arithmetic is exact and refuses what it can not hold', async () => {
    const add = (v, by) => put({N: v})
                               .then(() => server.db.updateItem({
                                 TableName: table,
                                 Key: {pk: {S: 'a'}},
                                 UpdateExpression: 'SET v = v + :by',
                                 ExpressionAttributeValues: {':by': {N: by}},
                                 ReturnValues: 'UPDATED_NEW',
                               }))
                               .then(({Attributes}) => Attributes.v.N);
    assert.equal(await add('1', '1e22'), '10000000000000000000001');
    assert.equal(
        await add('9e125', '9e124'),
        '99' +
            '0'.repeat(124));
    assert.equal(await add('0.1', '0.2'), '0.3');
    assert.equal(
        await add('99999999999999999999999999999999999999', '-1'), '99999999999999999999999999999999999998');
    assert.equal(await add('5', '-5'), '0');
    await invalid(add('9e125', '9e125'), /Number overflow/);
    await invalid(add('1e50', '1'), /Number overflow/);
    assert.deepEqual(await stored(), {
      N: '1' +
          '0'.repeat(50)
    });
  });

  test('number keys compare by value', async () => {
    const name = await createTable(server.db, 'id:N');
    for (const id of ['1000', '1e3', '1E+3', '1000.0', '001000']) {
      await server.db.putItem({TableName: name, Item: {id: {N: id}, written: {S: id}}});
    }
    const {Items} = await server.db.scan({TableName: name});
    assert.deepEqual(Items, [{id: {N: '1000'}, written: {S: '001000'}}]);
  });

  test('number sort keys are in numeric order over the whole range', async () => {
    const name = await createTable(server.db, 'pk n:N');
    const ordered = [
      '-9.9e125',
      '-1e100',
      '-1000',
      '-999.5',
      '-1',
      '-0.001',
      '-1e-130',
      '0',
      '1e-130',
      '1e-129',
      '0.001',
      '0.01',
      '1',
      '1.5',
      '2',
      '10',
      '99.99',
      '100',
      '12345678901234567890123456789012345677',
      '12345678901234567890123456789012345678',
      '1e100',
      '9.9e125'
    ];
    const shuffled = ordered.map((n, i) => ({n, at: (i * 7) % ordered.length})).sort((a, b) => a.at - b.at);
    for (const {n} of shuffled) {
      await server.db.putItem({TableName: name, Item: {pk: {S: 'a'}, n: {N: n}, text: {S: n}}});
    }
    const {Items} = await server.db.query({
      TableName: name,
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: {':p': {S: 'a'}},
    });
    assert.deepEqual(Items.map(({text}) => text.S), ordered);
  });

  test('string keys sort by their UTF-8 bytes, binary keys by theirs', async () => {
    const query = async (TableName) => (await server.doc.query({
                                         TableName,
                                         KeyConditionExpression: 'pk = :p',
                                         ExpressionAttributeValues: {':p': 'a'},
                                       })).Items.map(({sk}) => sk);
    const strings = await createTable(server.db, 'pk sk');
    // U+FF5E is after U+10000 in UTF-16 units and before it in UTF-8 bytes.
    const ordered = [
      '\u0000', '\u0000\u0000', '\u0001', ' ', 'A', 'Z', 'a', 'a\u0000', 'a ', 'aa', 'z', '\u007f', 'é', 'ü',
      '中', '\uff5e', '𐀀', '😀'
    ];
    for (const sk of [...ordered].reverse()) await server.doc.put({TableName: strings, Item: {pk: 'a', sk}});
    assert.deepEqual(await query(strings), ordered);

    const binaries = await createTable(server.db, 'pk sk:B');
    const bytes = ['00', '0000', '0001', '01', '7f', '80', 'ff', 'ff00', 'ffff'];
    for (const sk of [...bytes].reverse())
      await server.doc.put({TableName: binaries, Item: {pk: 'a', sk: Buffer.from(sk, 'hex')}});
    assert.deepEqual((await query(binaries)).map((b) => Buffer.from(b).toString('hex')), bytes);
  });

  test('names and text of any script', async () => {
    const item = {
      pk: 'ключ 鍵 🔑',
      'имя': 'значение',
      '名前.点': '値',
      '"quoted"\\': '\u0000\u001f\u2028\u2029"\\/\b',
      '🙂': {'é': ['\ud83d\ude00']}
    };
    const name = await createTable(server.db, 'pk');
    await server.doc.put({TableName: name, Item: item});
    assert.deepEqual((await server.doc.get({TableName: name, Key: {pk: item.pk}})).Item, item);
    const {Attributes} = await server.doc.update({
      TableName: name,
      Key: {pk: item.pk},
      UpdateExpression: 'SET #n = :v',
      ConditionExpression: 'begins_with(#i, :z)',
      ExpressionAttributeNames: {'#n': '名前.点', '#i': 'имя'},
      ExpressionAttributeValues: {':v': '新', ':z': 'знач'},
      ReturnValues: 'UPDATED_NEW',
    });
    assert.deepEqual(Attributes, {'名前.点': '新'});
  });

  test('32 levels are stored, 33 are refused', async () => {
    const nest = (levels) => {
      let value = {S: 'bottom'};
      for (let i = 0; i < levels; ++i) value = i % 2 ? {M: {a: value}} : {L: [value]};
      return value;
    };
    assert.deepEqual(await roundTrip(nest(31)), nest(31));
    await invalid(
        put(nest(32)),
        'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit');
    // Far beyond, the parser of the JSON may give up before anybody counts levels of values.
    const error = await put(nest(500)).catch((caught) => caught);
    assert.ok(['ValidationException', 'SerializationException'].includes(error.name), error.name);
  });

  test('an item of 400 KB fits, one byte more does not', async () => {
    const room = 400 * 1024 - 'pk'.length - 'a'.length - 'v'.length;
    await put({S: 'x'.repeat(room)});
    assert.equal((await stored()).S.length, room);
    await invalid(put({S: 'x'.repeat(room + 1)}), 'Item size has exceeded the maximum allowed size');
    await invalid(put({S: 'ü'.repeat(room / 2 + 1)}), 'Item size has exceeded the maximum allowed size');
    await invalid(
        server.db.updateItem({
          TableName: table,
          Key: {pk: {S: 'a'}},
          UpdateExpression: 'SET w = :w',
          ExpressionAttributeValues: {':w': {S: 'more'}},
        }),
        'Item size to update has exceeded the maximum allowed size');
    const bytes = new Uint8Array(300_000).map((_, i) => i * 31);
    assert.deepEqual(await roundTrip({B: bytes}), {B: bytes});
  });

  test('sizes of keys', async () => {
    const name = await createTable(server.db, 'pk sk');
    const item = (pk, sk) => ({pk: {S: 'p'.repeat(pk)}, sk: {S: 's'.repeat(sk)}});
    await server.db.putItem({TableName: name, Item: item(2048, 1024)});
    assert.deepEqual(
        (await server.db.getItem({TableName: name, Key: item(2048, 1024)})).Item, item(2048, 1024));
    const hash = `${kInvalid}Size of hashkey has exceeded the maximum size limit of2048 bytes`;
    const range = `${kInvalid}Aggregated size of all range keys has exceeded the size limit of 1024 bytes`;
    await invalid(server.db.putItem({TableName: name, Item: item(2049, 1)}), hash);
    await invalid(server.db.putItem({TableName: name, Item: item(1, 1025)}), range);
    await invalid(server.db.getItem({TableName: name, Key: item(2049, 1)}), hash);
  });

  test('faulty values', async (context) => {
    const cases = [
      [
        'null that is false', {NULL: false},
        `${kInvalid}Null attribute value types must have the value of true`
      ],
      ['empty string set', {SS: []}, `${kInvalid}An string set  may not be empty`],
      ['empty number set', {NS: []}, `${kInvalid}An number set  may not be empty`],
      ['empty binary set', {BS: []}, `${kInvalid}Binary sets should not be empty`],
      ['string twice in a set', {SS: ['a', 'a']}, `${kInvalid}Input collection [a, a] contains duplicates.`],
      ['number twice in a set', {NS: ['1', '1.0']}, 'Input collection contains duplicates'],
      ['empty set deep inside', {M: {a: {L: [{SS: []}]}}}, `${kInvalid}An string set  may not be empty`],
    ];
    for (const [what, value, message] of cases) {
      await context.test(what, () => invalid(put(value), message));
    }
  });

  test('empty key values', async () => {
    const name = await createTable(server.db, 'pk sk:B', {gsi: {byOwner: {keys: 'owner'}}});
    const empty = (kind, key) =>
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${
            kind} value. Key: ${key}`;
    const sk = {B: Uint8Array.from([1])};
    await invalid(server.db.putItem({TableName: name, Item: {pk: {S: ''}, sk}}), empty('string', 'pk'));
    await invalid(
        server.db.putItem({TableName: name, Item: {pk: {S: 'a'}, sk: {B: new Uint8Array()}}}),
        empty('binary', 'sk'));
    await invalid(server.db.getItem({TableName: name, Key: {pk: {S: ''}, sk}}), empty('string', 'pk'));
    await invalid(
        server.db.putItem({TableName: name, Item: {pk: {S: 'a'}, sk, owner: {S: ''}}}),
        'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
            'The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byOwner, IndexKey: owner');
  });

  test('keys of the wrong shape', async () => {
    const name = await createTable(server.db, 'pk sk');
    const mismatch = 'The provided key element does not match the schema';
    for (const Key
             of [{pk: {S: 'a'}}, {pk: {S: 'a'}, sk: {N: '1'}}, {pk: {S: 'a'}, sk: {S: 'b'}, more: {S: 'c'}},
                 {pk: {S: 'a'}, other: {S: 'b'}}]) {
      await invalid(server.db.getItem({TableName: name, Key}), mismatch);
      await invalid(server.db.deleteItem({TableName: name, Key}), mismatch);
      await invalid(server.db.updateItem({TableName: name, Key}), mismatch);
    }
    await invalid(
        server.db.putItem({TableName: name, Item: {pk: {S: 'a'}}}),
        `${kInvalid}Missing the key sk in the item`);
    await invalid(
        server.db.putItem({TableName: name, Item: {pk: {N: '1'}, sk: {S: 'b'}}}),
        `${kInvalid}Type mismatch for key pk expected: S actual: N`);
    await refused(
        server.db.getItem({TableName: 'never-made', Key: {pk: {S: 'a'}}}), 'ResourceNotFoundException');
  });
});
