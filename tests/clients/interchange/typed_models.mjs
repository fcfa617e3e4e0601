// What the structs of tests/model/interchange/typed.cc are in ElectroDB's and in DynamoDB-Toolbox's words.

const S = {type: 'string'};
const N = {type: 'number'};
const never = {required: 'never'};
const key = (field, composite, more) => ({field, composite, ...more});

const innerOf = (saved) => ({text: {...S, required: true}, number: {...N, [saved]: 'nn'}});

export const tasks = {
  model: {entity: 'Task', version: '2', service: 'MyApp'},
  attributes: {
    team: {...S, required: true},
    number: {...N, required: true, label: 'no'},
    project: S,
    priority: {...N, padding: {length: 6, char: '0'}},
    status: {type: ['open', 'Closed']},
    done: {type: 'boolean'},
    tags: {type: 'set', items: 'string'},
    sizes: {type: 'set', items: 'number'},
    scores: {type: 'list', items: N},
    parts: {type: 'list', items: {type: 'map', properties: innerOf('field')}},
    outer: {
      type: 'map',
      properties: {
        inner: {type: 'map', required: true, properties: innerOf('field')},
        words: {type: 'list', items: S},
        secret: {...S, hidden: true},
        level: N,
      },
    },
    anything: {type: 'any'},
    renamed: {...S, field: 'rn'},
    effort: N,
    word: {...S, default: 'dflt'},
  },
  indexes: {
    main: {pk: key('pk', ['team']), sk: key('sk', ['number'])},
    by_project: {index: 'gsi1', collection: 'work', pk: key('gsi1pk', ['project']), sk: key('gsi1sk', ['priority', 'status'])},
    clustered: {
      index: 'gsi2',
      type: 'clustered',
      collection: 'mixed',
      pk: key('gsi2pk', ['project']),
      sk: key('gsi2sk', ['status']),
    },
    by_status: {
      index: 'gsi3',
      scope: 'Zone',
      pk: {field: 'gsi3pk', template: 'STATUS#${status}', casing: 'upper'},
      sk: key('gsi3sk', ['team'], {casing: 'none'}),
    },
  },
};

const inner = {type: 'map', properties: {text: S, number: {...N, ...never, savedAs: 'nn'}}};

export const things = {
  entity: 'Thing',
  timestamps: {created: {name: 'born', savedAs: '__b'}, modified: true},
  attributes: {
    owner: {...S, key: true, savedAs: 'pk', transform: [['prefix', 'O']]},
    id: {...S, key: true, savedAs: 'sk', transform: [['prefix', 'I', {delimiter: '~'}], ['suffix', 'end']]},
    level: {...N, savedAs: 'l'},
    flag: {type: 'boolean', ...never},
    status: {...S, enum: ['open', 'Closed'], ...never},
    bytes: {type: 'binary', ...never},
    nothing: {type: 'null', ...never},
    tags: {type: 'set', items: S, ...never},
    sizes: {type: 'set', items: N, ...never},
    parts: {type: 'list', items: inner, ...never},
    outer: {
      type: 'map',
      properties: {inner, words: {type: 'list', items: S, ...never}, secret: {...S, ...never, hidden: true}},
      ...never,
    },
    counts: {type: 'record', items: N, ...never},
    pair: {type: 'tuple', of: [S, N], ...never},
    either: {type: 'anyOf', of: [{type: 'map', properties: {kind: {...S, savedAs: 'k'}, size: N}}, S], ...never},
    anything: {type: 'any', ...never},
    as_json: {type: 'any', ...never, transform: [['json']]},
    word: {...S, default: 'dflt'},
    group: {...S, ...never, savedAs: 'gpk'},
    rank: {...N, ...never, savedAs: 'gsk'},
  },
  indexes: {by_group: {index: 'gsi', pk: 'group', sk: 'rank'}},
};
