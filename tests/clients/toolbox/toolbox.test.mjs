// DynamoDB-Toolbox: the entity attribute and the timestamps it adds, links, and every action on entities and
// tables.

import {$add, $append, $delete, $get, $prepend, $remove, $set, $subtract, $sum, BatchDeleteRequest, BatchGetCommand, BatchGetRequest, BatchPutRequest, BatchWriteCommand, DeleteItemCommand, Entity, executeBatchGet, executeBatchWrite, GetItemCommand, item, list, map, number, prefix, PutItemCommand, QueryCommand, ScanCommand, set, string, Table, UpdateAttributesCommand, UpdateItemCommand,} from 'dynamodb-toolbox';
import assert from 'node:assert/strict';
import {before, test} from 'node:test';

import {conditionFailed, sameMembers} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable} from '../lib/tables.mjs';

const kIsoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describeWithServer('DynamoDB-Toolbox', (server) => {
  let name;
  let table;
  let Pokemon;
  const stored = async (pk, sk) => (await server.doc.get({TableName: name, Key: {pk, sk}})).Item;
  const newTable = (options = {}) => new Table({
    name,
    documentClient: server.doc,
    partitionKey: {name: 'pk', type: 'string'},
    sortKey: {name: 'sk', type: 'string'},
    indexes: {
      byOwner: {
        type: 'global',
        partitionKey: {name: 'byOwnerPK', type: 'string'},
        sortKey: {name: 'byOwnerSK', type: 'string'}
      },
      byLevel: {type: 'local', sortKey: {name: 'level', type: 'number'}},
    },
    ...options,
  });

  before(async () => {
    name = await createTable(
        server.db, 'pk sk',
        {gsi: {byOwner: {keys: 'byOwnerPK byOwnerSK'}}, lsi: {byLevel: {keys: 'pk level:N'}}});
    table = newTable();
    Pokemon = new Entity({
      name: 'Pokemon',
      table,
      schema: item({
        pokemonClass: string().key().savedAs('pk'),
        pokemonId: string().key().savedAs('sk'),
        level: number(),
        nickname: string().optional(),
        types: set(string()).optional(),
        moves: list(string()).optional(),
        stats: map({attack: number(), speed: number().optional()}).optional(),
      }),
    });
  });
  const put = (attributes, options = {}) =>
      Pokemon.build(PutItemCommand).item(attributes).options(options).send();
  const update = (attributes, options = {}) =>
      Pokemon.build(UpdateItemCommand).item(attributes).options({returnValues: 'ALL_NEW', ...options}).send();
  const get = async (pokemonClass, pokemonId, options = {}) =>
      (await Pokemon.build(GetItemCommand).key({pokemonClass, pokemonId}).options(options).send()).Item;

  test('an item is tagged with its entity and stamped with its times', async () => {
    await put({pokemonClass: 'electric', pokemonId: 'pikachu', level: 12});
    const saved = await stored('electric', 'pikachu');
    assert.equal(saved._et, 'Pokemon');
    assert.match(saved._ct, kIsoTime);
    assert.match(saved._md, kIsoTime);
    assert.deepEqual(
        {...saved, _et: 0, _ct: 0, _md: 0},
        {pk: 'electric', sk: 'pikachu', level: 12, _et: 0, _ct: 0, _md: 0});

    const formatted = await get('electric', 'pikachu', {consistent: true});
    assert.deepEqual(
        formatted,
        {pokemonClass: 'electric', pokemonId: 'pikachu', level: 12, created: saved._ct, modified: saved._md});
    assert.deepEqual(await get('electric', 'pikachu', {attributes: ['level']}), {level: 12});
    assert.equal(await get('electric', 'missingno'), undefined);
  });

  test('an update keeps the time of creation and moves the other', async () => {
    await put({
      pokemonClass: 'fire',
      pokemonId: 'charmander',
      level: 1,
      types: new Set(['fire']),
      moves: ['scratch'],
      stats: {attack: 5}
    });
    const original = await stored('fire', 'charmander');
    const key = {pokemonClass: 'fire', pokemonId: 'charmander'};
    const {Attributes} = await update({
      ...key,
      level: $add(4),
      nickname: 'Char',
      types: $add(new Set(['small'])),
      moves: $append(['ember']),
      stats: {speed: 7}
    });
    assert.deepEqual(
        [Attributes.level, Attributes.nickname, Attributes.moves, Attributes.stats],
        [5, 'Char', ['scratch', 'ember'], {attack: 5, speed: 7}]);
    sameMembers(Attributes.types, ['fire', 'small']);
    await update({
      ...key,
      level: $sum($get('level'), 10),
      types: $delete(new Set(['small'])),
      moves: $prepend(['growl']),
      stats: $set({attack: 9}),
      nickname: $remove()
    });
    await update({...key, level: $subtract($get('level', 0), 1)});
    await update({...key, moves: {1: 'claw', 2: $remove()}});
    const saved = await stored('fire', 'charmander');
    assert.equal(saved._ct, original._ct);
    assert.ok(saved._md >= original._md);
    assert.deepEqual({...saved, _ct: 0, _md: 0}, {
      pk: 'fire',
      sk: 'charmander',
      _et: 'Pokemon',
      _ct: 0,
      _md: 0,
      level: 14,
      types: new Set(['fire']),
      moves: ['growl', 'claw'],
      stats: {attack: 9}
    });

    await Pokemon.build(UpdateAttributesCommand).item({...key, stats: {attack: 1}, moves: ['rest']}).send();
    assert.deepEqual((await get('fire', 'charmander')).moves, ['rest']);
    assert.deepEqual((await get('fire', 'charmander')).stats, {attack: 1});
  });

  test('an update of nothing creates the item with both times', async () => {
    await update({pokemonClass: 'ghost', pokemonId: 'gastly', level: 3});
    const saved = await stored('ghost', 'gastly');
    assert.equal(saved._et, 'Pokemon');
    assert.match(saved._ct, kIsoTime);
    assert.equal(saved.level, 3);
  });

  test('conditions', async () => {
    const bulbasaur = {pokemonClass: 'grass', pokemonId: 'bulbasaur', level: 5};
    await put(bulbasaur, {condition: {attr: 'pokemonId', exists: false}});
    await conditionFailed(put(bulbasaur, {condition: {attr: 'pokemonId', exists: false}}));
    await update(
        {...bulbasaur, level: 6},
        {condition: {and: [{attr: 'level', gte: 5}, {not: {attr: 'nickname', exists: true}}]}});
    await conditionFailed(update(
        {...bulbasaur, level: 9},
        {condition: {or: [{attr: 'level', between: [7, 9]}, {attr: 'level', in : [1, 2]}]}}));
    const remove = (options) => Pokemon.build(DeleteItemCommand)
                                    .key({pokemonClass: 'grass', pokemonId: 'bulbasaur'})
                                    .options(options)
                                    .send();
    await conditionFailed(remove({condition: {attr: 'level', eq: 5}}));
    assert.equal(
        (await remove({condition: {attr: 'pokemonId', beginsWith: 'bulba'}, returnValues: 'ALL_OLD'}))
            .Attributes.level,
        6);
    assert.equal(await get('grass', 'bulbasaur'), undefined);
  });

  test('names of the entity attribute and the timestamps can be chosen, or left out', async () => {
    const schema = item({
      kind: string().key().savedAs('pk').transform(prefix('KIND')),
      id: string().key().savedAs('sk'),
      level: number()
    });
    const other = newTable({entityAttributeSavedAs: 'entityTag'});
    const Named = new Entity({
      name: 'Named',
      table: other,
      schema,
      entityAttribute: {name: 'item', hidden: false},
      timestamps: {
        created: {name: 'born', savedAs: '__born'},
        modified: {name: 'lastModified', savedAs: '__lastMod__', hidden: true}
      },
    });
    await Named.build(PutItemCommand).item({kind: 'k', id: 'named', level: 1}).send();
    const saved = await stored('KIND#k', 'named');
    assert.equal(saved.entityTag, 'Named');
    assert.match(saved.__born, kIsoTime);
    assert.match(saved.__lastMod__, kIsoTime);
    const {Item} = await Named.build(GetItemCommand).key({kind: 'k', id: 'named'}).send();
    assert.deepEqual(Item, {kind: 'k', id: 'named', level: 1, item: 'Named', born: saved.__born});

    const customTimestamps = {created: false, modified: {name: 'updatedAt'}};
    const Half = new Entity({name: 'Half', table, schema, timestamps: customTimestamps});
    await Half.build(PutItemCommand).item({kind: 'k', id: 'half', level: 1}).send();
    sameMembers(Object.keys(await stored('KIND#k', 'half')), ['pk', 'sk', 'level', '_et', '_md']);
    const None = new Entity({name: 'None', table, schema, timestamps: false});
    await None.build(PutItemCommand).item({kind: 'k', id: 'none', level: 1}).send();
    sameMembers(Object.keys(await stored('KIND#k', 'none')), ['pk', 'sk', 'level', '_et']);
    assert.throws(
        () => new Entity({
          name: 'Clash',
          table,
          schema: item({pk: string().key(), sk: string().key(), created: string()})
        }),
        {code: 'entity.reservedAttributeName'});
  });

  test('posts of an owner in the order of their creation, by linked attributes', async () => {
    let clock = Date.parse('2026-01-01T00:00:00Z');
    const now = () => new Date((clock += 1000)).toISOString();
    const Post = new Entity({
      name: 'POST',
      table,
      timestamps: false,
      computeKey: ({postId}) => ({pk: `POST#${postId}`, sk: 'POST'}),
      schema: item({
                postId: string().key(),
                ownerId: string(),
                created: string().default(now).savedAs('_ct'),
                modified: string().putDefault(now).updateDefault(now).savedAs('_md'),
              }).and(() => ({
                       byOwnerPK: string().link(({ownerId}) => ownerId).hidden(),
                       byOwnerSK: string().link(({created, postId}) => `${created}#${postId}`).hidden(),
                     })),
    });
    for (let i = 0; i < 25; ++i)
      await Post.build(PutItemCommand).item({postId: `post${i}`, ownerId: i % 5 ? 'ann' : 'bob'}).send();
    const query = (options) => table.build(QueryCommand)
                                   .entities(Post)
                                   .query({index: 'byOwner', partition: 'ann'})
                                   .options(options)
                                   .send();
    const expected = Array.from({length: 25}, (_, i) => i).filter((i) => i % 5).map((i) => `post${i}`);
    const newestFirst = await query({maxPages: Infinity, reverse: true, limit: 3});
    assert.deepEqual(newestFirst.Items.map(({postId}) => postId), [...expected].reverse());
    assert.ok(newestFirst.Items.every((post) => !('byOwnerPK' in post) && !('byOwnerSK' in post)));
    const page = await query({limit: 4});
    assert.deepEqual(page.Items.map(({postId}) => postId), expected.slice(0, 4));
    const next = await query({limit: 4, exclusiveStartKey: page.LastEvaluatedKey});
    assert.deepEqual(next.Items.map(({postId}) => postId), expected.slice(4, 8));
  });

  test('query by range and filter, over several entities; counts; a local index', async () => {
    const Trainer = new Entity({
      name: 'Trainer',
      table,
      schema:
          item({zone: string().key().savedAs('pk'), trainer: string().key().savedAs('sk'), badges: number()})
    });
    for (let i = 0; i < 9; ++i) await put({pokemonClass: 'zone', pokemonId: `p${i}`, level: 9 - i});
    await Trainer.build(PutItemCommand).item({zone: 'zone', trainer: 't1', badges: 2}).send();
    const query = (input, options = {}, entities = [Pokemon, Trainer]) =>
        table.build(QueryCommand)
            .entities(...entities)
            .query({partition: 'zone', ...input})
            .options(options)
            .send();
    assert.equal((await query()).Items.length, 10);
    assert.deepEqual((await query({range: {beginsWith: 't'}})).Items.map(({trainer}) => trainer), ['t1']);
    assert.deepEqual(
        (await query({range: {between: ['p2', 'p4']}})).Items.map(({pokemonId}) => pokemonId),
        ['p2', 'p3', 'p4']);
    const filtered =
        await query({}, {filters: {Pokemon: {attr: 'level', gte: 8}, Trainer: {attr: 'badges', gt: 5}}});
    assert.deepEqual(filtered.Items.map(({pokemonId}) => pokemonId), ['p0', 'p1']);
    const counted = await query({}, {select: 'COUNT'});
    assert.equal(counted.Count, 10);
    const byLevel = await query({index: 'byLevel', range: {lte: 3}}, {consistent: true}, [Pokemon]);
    assert.deepEqual(byLevel.Items.map(({level}) => level), [1, 2, 3]);
    const some = await query({}, {attributes: ['pokemonId', 'level'], limit: 2}, [Pokemon]);
    assert.deepEqual(some.Items, [{pokemonId: 'p0', level: 9}, {pokemonId: 'p1', level: 8}]);
  });

  test('scan by segments', async () => {
    const segments = await Promise.all([0, 1, 2].map(
        (segment) => table.build(ScanCommand)
                         .entities(Pokemon)
                         .options({segment, totalSegments: 3, maxPages: Infinity, limit: 3})
                         .send()));
    const whole =
        (await table.build(ScanCommand).entities(Pokemon).options({maxPages: Infinity}).send()).Items;
    assert.ok(whole.length >= 9);
    const id = ({pokemonClass, pokemonId}) => `${pokemonClass}/${pokemonId}`;
    sameMembers(segments.flatMap(({Items}) => Items.map(id)), whole.map(id));
  });

  test('batches', async () => {
    const requests = Array.from(
        {length: 20},
        (_, i) => Pokemon.build(BatchPutRequest).item({pokemonClass: 'batch', pokemonId: `b${i}`, level: i}));
    await executeBatchWrite(table.build(BatchWriteCommand).requests(...requests));
    const gets = [3, 4, 99].map(
        (i) => Pokemon.build(BatchGetRequest).key({pokemonClass: 'batch', pokemonId: `b${i}`}));
    const {Responses} =
        await executeBatchGet(table.build(BatchGetCommand).requests(...gets).options({consistent: true}));
    assert.deepEqual(Responses[0].map((found) => found?.level), [3, 4, undefined]);
    await executeBatchWrite(
        table.build(BatchWriteCommand)
            .requests(...[3, 4].map(
                (i) => Pokemon.build(BatchDeleteRequest).key({pokemonClass: 'batch', pokemonId: `b${i}`}))));
    const {Items} = await table.build(QueryCommand).entities(Pokemon).query({partition: 'batch'}).send();
    assert.equal(Items.length, 18);
  });
});
