// Replays toolbox_cases.mjs with the real DynamoDB-Toolbox and prints what it sent, as tests/model/vectors/toolbox.json.
//
//   toolbox.mjs            prints the file
//   toolbox.mjs --check    exits with 1 where the file beside it says something else
//
// Needs the packages of tests/clients in tests/clients/node_modules.

import {readFileSync} from 'node:fs';

import {cases, entities} from './toolbox_cases.mjs';
import {kNow, readPlain, run, stopClock, toolboxEntity, wire} from './toolbox_entity.mjs';

stopClock();

const codes = {
  'parsing.attributeRequired': 4001,
  'parsing.invalidAttributeInput': 4002,
  'parsing.customValidationFailed': 4002,
  'actions.invalidExpressionAttributePath': 4001,
  'formatter.missingAttribute': 5002,
  'formatter.invalidAttribute': 5002,
};

function outcome(entity, test) {
  try {
    const {params, value} = run(toolboxEntity(entity), entity, test);
    return params === undefined ? {value: readPlain(value)} : {params: wire(params)};
  } catch (error) {
    if (codes[error.code] === undefined) throw error;
    return {error: {number: codes[error.code], message: error.message}};
  }
}

const done = Object.entries(cases).flatMap(
    ([name, tests]) => Object.entries(tests).map(
        ([title, test]) => ({entity: name, name: title, ...test, ...outcome(entities[name], test)})));
const lines = (values) => values.map((value) => `    ${JSON.stringify(value)}`).join(',\n');
const file = [
  '{',
  `  "now": ${JSON.stringify(kNow)},`,
  `  "entities": {\n${Object.entries(entities).map(([n, e]) => `    ${JSON.stringify(n)}: ${JSON.stringify(e)}`).join(',\n')}\n  },`,
  `  "cases": [\n${lines(done)}\n  ]`,
  '}',
  '',
].join('\n');

if (process.argv[2] === '--check') {
  if (readFileSync(new URL('toolbox.json', import.meta.url), 'utf8') !== file) {
    console.error('tests/model/vectors/toolbox.json is not what DynamoDB-Toolbox says');
    process.exit(1);
  }
} else {
  process.stdout.write(file);
}
