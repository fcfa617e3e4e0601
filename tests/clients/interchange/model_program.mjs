// The modelling layer's side: the program of tests/model/interchange, asked line by line.

import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const kBuilt = fileURLToPath(new URL('../../../build/release/tests/model_interchange', import.meta.url));

/** A refusal: `number` is the modelling layer's error code. */
export class Refused extends Error {
  constructor({error, message}) {
    super(`${error}: ${message}`);
    this.number = error;
  }
}

/** Starts the program against a server; `stop()` ends it. */
export function startProgram(endpoint) {
  const child = spawn(process.env.LODESTONE_INTERCHANGE ?? kBuilt, [endpoint], {stdio: ['pipe', 'pipe', 'inherit']});
  const waiting = [];
  const settle = (act) => waiting.splice(0, 1).forEach(act);
  createInterface({input: child.stdout}).on('line', (line) => settle(({done}) => done(JSON.parse(line))));
  const gone = new Promise((resolve) => {
                 child.once('exit', resolve);
                 child.once('error', (error) => resolve(error.message));
               }).then((code) => {
    waiting.splice(0).forEach(({failed}) => failed(new Error(`the program ended with code ${code}`)));
    return code;
  });
  const ask = async (question) => {
    const answer = await new Promise((done, failed) => {
      waiting.push({done, failed});
      child.stdin.write(`${JSON.stringify(question)}\n`);
    });
    if (answer.error !== undefined) throw new Refused(answer);
    return answer;
  };
  return {
    define: (define, profile, model) => ask({define, profile, model}),
    ask,
    stop: async () => {
      child.stdin.end();
      const code = await gone;
      if (code !== 0) throw new Error(`the program ended with code ${code}`);
    },
  };
}
