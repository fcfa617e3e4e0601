// The form in which `node --test` tells `run` what happened: one JSON line for each test, {name, passed,
// error}.

// A test fails twice over when one of its own tests fails; that one has the reason.
const kEchoes = ['subtestsFailed'];

export default async function* report(events) {
  for await (const {type, data} of events) {
    if (type === 'test:stderr') yield `${JSON.stringify({log: data.message})}\n`;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const error = data.details?.error;
    const isFile = data.name?.endsWith('.test.mjs');
    const isGroup = data.details?.type === 'suite' || isFile;
    if (type === 'test:pass') {
      if (!isGroup) yield `${JSON.stringify({name: data.name, passed: true})}\n`;
    } else if (!kEchoes.includes(error?.failureType)) {
      const cause = error?.cause ?? error;
      yield `${JSON.stringify({
        name: data.name,
        passed: false,
        error: cause?.stack ?? String(cause?.message ?? cause),
        file: data.file?.replace(/^file:\/*/, '/')
      })}\n`;
    }
  }
}
