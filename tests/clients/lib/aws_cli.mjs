// Runs the AWS CLI against a server, without any configuration of the machine's user.

import {spawn} from 'node:child_process';

const kProgram = process.env.LODESTONE_AWS_CLI ?? '/usr/bin/aws';

/**
 * `cli('get-item', '--table-name', …)` gives {code, out, err}; `cli.json(…)` expects success and parses the
 * output.
 */
export function awsCli(endpoint) {
  const env = {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    HOME: '/nonexistent',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_OUTPUT: 'json',
    AWS_MAX_ATTEMPTS: '2',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const run = (...args) => new Promise((resolve, reject) => {
    const child = spawn(
        kProgram, ['--endpoint-url', endpoint, 'dynamodb', ...args.map(asArgument)],
        {env, stdio: ['ignore', 'pipe', 'pipe']});
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({code, out, err}));
  });
  const json = async (...args) => {
    const {code, out, err} = await run(...args);
    if (code !== 0) throw new Error(`aws dynamodb ${args.join(' ')} ended with ${code}: ${err}`);
    return out.trim() ? JSON.parse(out) : undefined;
  };
  return Object.assign(run, {json});
}

const asArgument = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
