// Adds up what test.sh ran: *.trx of `dotnet test`, *.log of Node's runner or vitest, *.exit with each runner's exit code.
// Prints the failed tests and, as the last line, "N passed, N failed". Exit code 0 only if something passed and nothing failed.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const unescapeXml = text => text
  .replace(/&#x([0-9A-Fa-f]+);/g, (_, hex) => String.fromCodePoint(parseInt(hex, 16)))
  .replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, '&');

export function countTrx(xml) {
  const failures = [];
  let passed = 0;
  for (const [, attributes, body = ''] of xml.matchAll(/<UnitTestResult\b([^>]*?)(?:\/>|>([\s\S]*?)<\/UnitTestResult>)/g)) {
    const outcome = /\boutcome="([^"]*)"/.exec(attributes)?.[1];
    if (outcome === 'Passed') passed++;
    // A skipped test is neither; anything else (Failed, Error, Timeout, Aborted, or none) did not pass.
    else if (outcome !== 'NotExecuted') {
      const name = unescapeXml(/\btestName="([^"]*)"/.exec(attributes)?.[1] ?? 'unnamed');
      failures.push({ name, message: unescapeXml(/<Message>([\s\S]*?)<\/Message>/.exec(body)?.[1] ?? '').trim() });
    }
  }
  return { passed, failures };
}

/** Node's own runner ends with "# pass 3" (tap) or "ℹ pass 3" (spec), vitest with "Tests  1 failed | 3 passed (4)". */
export function countNodeLog(log) {
  const plain = log.replace(/\x1b\[[0-9;]*m/g, '');
  const sum = pattern => [...plain.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
  const names = [...plain.matchAll(/^\s*(?:not ok \d+ - |✖ |FAIL\s+)(.+)$/gm)].map(match => match[1]);
  return {
    passed: sum(/^[#ℹ] pass (\d+)$/gm) + sum(/^\s*Tests\s.*?(\d+) passed/gm),
    failed: sum(/^[#ℹ] fail (\d+)$/gm) + sum(/^\s*Tests\s.*?(\d+) failed/gm),
    names: [...new Set(names)],
  };
}

function count(folder) {
  let passed = 0, failed = 0;
  const files = readdirSync(folder).sort();
  for (const runner of files.filter(file => file.endsWith('.exit')).map(file => basename(file, '.exit'))) {
    const before = failed;
    const trx = files.filter(file => file.startsWith(runner) && file.endsWith('.trx'));
    for (const result of trx.map(file => countTrx(readFileSync(join(folder, file), 'utf8')))) {
      passed += result.passed;
      failed += result.failures.length;
      for (const { name, message } of result.failures) console.log(`FAILED: ${name}\n    ${message.split('\n').slice(0, 12).join('\n    ')}`);
    }
    if (trx.length === 0) {
      const result = countNodeLog(readFileSync(join(folder, `${runner}.log`), 'utf8'));
      passed += result.passed;
      failed += result.failed;
      for (const name of result.names) console.log(`FAILED: ${name}`);
    }
    // A runner that hung or crashed has no failed test to show for it.
    const exit = readFileSync(join(folder, `${runner}.exit`), 'utf8').trim();
    if (exit !== '0' && failed === before) {
      console.log(`FAILED: the ${runner} tests ended with exit code ${exit}, see ${join(folder, `${runner}.log`)}`);
      failed++;
    }
  }
  return { passed, failed };
}

if (process.argv[1]?.endsWith('count-tests.mjs')) {
  const { passed, failed } = count(process.argv[2]);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
