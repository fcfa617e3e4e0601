// Runs the client suites against a built server and ends with the line `N passed, N failed`.
//
//   run [--install-only] [--report=<file>] [suite…]       without a name: all suites
//
// LODESTONE_BINARY names the server (default: build/release/lodestone of this repository), LODESTONE_INTERCHANGE
// the program that speaks for the modelling layer (default: build/release/tests/model_interchange). The npm packages
// of package-lock.json are installed first if they are not there yet; everything else comes from Debian's
// packages.

import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join, relative, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

const kHere = dirname(dirname(fileURLToPath(import.meta.url)));
const kSuiteWithinMs = 240_000;
const kSuitesAtOnce = 2;

const node = (folder, {filesAtOnce = 1, ...env} = {}) => ({
  command: process.execPath,
  args: () =>
      ['--test', '--test-reporter=./lib/reporter.mjs', '--test-reporter-destination=stdout',
       `--test-concurrency=${filesAtOnce}`,
       ...readdirSync(join(kHere, folder))
           .filter((file) => file.endsWith('.test.mjs'))
           .map((file) => join(folder, file))],
  // Without it the SDK tells on every start how long it will support the running version of node.
  env: {NODE_NO_WARNINGS: '1', ...env},
});

const python = (folder) => ({
  command: process.env.LODESTONE_PYTHON ?? '/usr/bin/python3',
  args: () => [join(folder, 'run.py')],
  env: {PYTHONDONTWRITEBYTECODE: '1'},
});

// The longest first, so that two at a time end together.
const kSuites = {
  'sdk': node('sdk', {filesAtOnce: 2}),
  'sdk-on-disk': node('sdk', {filesAtOnce: 2, LODESTONE_TEST_STORE: 'disk'}),
  'dataset': node('dataset'),
  'cli': node('cli'),
  'crash': node('crash'),
  'boto3': python('python'),
  'electrodb': node('electrodb', {filesAtOnce: 2}),
  'toolbox': node('toolbox'),
  'interchange': node('interchange', {filesAtOnce: 2}),
};

const running = new Set();

// Suites have process groups of their own, so that a late one goes with its servers: they must go with the
// runner too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    running.forEach(endGroup);
    process.exit(1);
  });
}

function endGroup({pid}) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

function execute(command, args, {env = {}, withinMs} = {}) {
  return new Promise((done) => {
    const child = spawn(
        command, args,
        {cwd: kHere, env: {...process.env, ...env}, stdio: ['ignore', 'pipe', 'pipe'], detached: true});
    running.add(child);
    let text = '';
    const collect = (part) => (text += part);
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    const timer = withinMs && setTimeout(() => {
                    collect(`\nnot done within ${withinMs / 1000} s\n`);
                    endGroup(child);
                  }, withinMs);
    child.once('error', (error) => {
      running.delete(child);
      done({code: 127, text: `${command}: ${error.message}`});
    });
    child.once('close', (code) => {
      running.delete(child);
      clearTimeout(timer);
      done({code: code ?? 1, text});
    });
  });
}

async function install() {
  const stamp = join(kHere, 'node_modules', '.installed-lock');
  const lock = createHash('sha256').update(readFileSync(join(kHere, 'package-lock.json'))).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  const {code, text} = await execute('npm', ['ci', '--no-audit', '--no-fund']);
  if (code !== 0) {
    console.error(text);
    process.exit(2);
  }
  writeFileSync(stamp, lock);
}

/**
 * The tests that a suite told of, {name, passed, error, log}, in lib/reporter.mjs's form; other lines are
 * passed on as a log.
 */
const parseOutcomes = (text) => text.split('\n').filter(Boolean).map((line) => {
  try {
    return JSON.parse(line);
  } catch {
    return {log: `${line}\n`};
  }
});

async function runSuite(name, binary) {
  const suite = kSuites[name];
  const start = Date.now();
  const {code, text} = await execute(
      suite.command, suite.args(), {env: {...suite.env, LODESTONE_BINARY: binary}, withinMs: kSuiteWithinMs});
  const outcomes = parseOutcomes(text);
  const tests = outcomes.filter((outcome) => outcome.name);
  // A suite that ends badly without a failed test (a crash, a timeout, nothing run) is a failure itself.
  if ((code !== 0 || !tests.length) && tests.every(({passed}) => passed)) {
    tests.push({
      name: `${name} as a whole`,
      passed: false,
      error: `ended with code ${code} after ${tests.length} tests`
    });
  }
  const failures = tests.filter(({passed}) => !passed);
  if (failures.length) console.log(outcomes.map(({log}) => log).filter(Boolean).join(''));
  for (const {name: test, file, error} of failures)
    console.log(`FAILED ${name}: ${test}${file ? ` (${relative(kHere, file)})` : ''}\n${error}\n`);
  console.log(`${name}: ${tests.length - failures.length} passed, ${failures.length} failed (${
      ((Date.now() - start) / 1000).toFixed(1)} s)`);
  return tests;
}

/** JUnit's form, as far as ./dev test reads it. */
function writeReport(path, tests) {
  const escape = (text) => String(text).replace(
      /[<>&"]|[^\x20-\x7e\n]/gu, (c) => `&#${c.codePointAt(0) < 32 ? 63 : c.codePointAt(0)};`);
  const cases = tests.map(
      ({name, passed, error}) => `<testcase name="${escape(name)}">${
          passed ? '' : `<failure>${escape(error)}</failure>`}</testcase>`);
  writeFileSync(
      path, `<testsuites><testsuite name="clients">\n${cases.join('\n')}\n</testsuite></testsuites>\n`);
}

async function main(args) {
  const options = args.filter((arg) => arg.startsWith('--'));
  const names = args.filter((arg) => !arg.startsWith('--'));
  const report = options.find((option) => option.startsWith('--report='))?.slice('--report='.length);
  const unknown = [
    ...names.filter((name) => !kSuites[name]),
    ...options.filter((option) => !/^--(install-only|report=.+)$/.test(option))
  ];
  if (unknown.length) {
    console.error(`unknown: ${unknown.join(', ')}; suites: ${Object.keys(kSuites).join(', ')}`);
    process.exit(2);
  }
  await install();
  if (options.includes('--install-only')) return;

  const binary = resolve(process.env.LODESTONE_BINARY ?? join(kHere, '../../build/release/lodestone'));
  if (!existsSync(binary)) {
    console.error(`no server at ${binary}: build it, or set LODESTONE_BINARY`);
    process.exit(2);
  }
  const waiting = names.length ? names : Object.keys(kSuites);
  const tests = [];
  await Promise.all(Array.from({length: kSuitesAtOnce}, async () => {
    while (waiting.length) tests.push(...await runSuite(waiting.shift(), binary));
  }));
  if (report) writeReport(report, tests);
  const failed = tests.filter(({passed}) => !passed).length;
  console.log(`${tests.length - failed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

await main(process.argv.slice(2));
