/** The workflows of docs/recipes.md for the first week, run one after the other on one app. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { blocks, pageAt, section } from '../harness/docs/pages.ts';
import { findLeaks } from '../harness/e2e/leaks.ts';
import { SECRETS, Stage, VAULT } from '../harness/e2e/stage.ts';
import { runWorkflow, type WorkflowResult } from '../harness/runner/workflow.ts';
import { type App, commitFiles, writeApp } from '../harness/target/app.ts';
import { containerEnv, runningContainers } from '../harness/target/containers.ts';
import { lockState } from '../harness/target/lock.ts';
import { resetTarget } from '../harness/target/reset.ts';
import { run } from '../harness/target/run.ts';
import { withoutTarget } from '../harness/target/target.ts';

const PAGE = pageAt('docs/recipes.md');
const MESSAGE = 'A message when a deploy fails';
const ROTATED = 'postgres://app:rotated-91bc@db.internal:5432/app';

describe('recipes', { skip: withoutTarget() }, () => {
  let stage: Stage;
  let app: App;

  before(async () => {
    stage = await Stage.set();
    await resetTarget();
    const [host] = stage.target.hosts;
    app = await stage.app({
      secrets: ['DATABASE_URL'],
      deploy: {
        accessories: {
          store: {
            // The app's own, which is in the registry: rebooting pulls it.
            image: `${stage.target.registry.server}/e2e/app:latest`,
            host: host.address,
            env: { secret: ['STRIPE_KEY'] },
          },
        },
      },
      secretsFile: readFileSync(join((await stage.app()).dir, '.kamal/secrets'), 'utf8'),
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  /** Runs the first workflow of a section of the page in the app. */
  function follow(heading: string, values: Readonly<Record<string, string>> = {}): Promise<WorkflowResult> {
    return runIn(app, workflowsOf(heading)[0] ?? '', values);
  }

  async function runIn(
    { dir, version }: App,
    workflow: string,
    values: Readonly<Record<string, string>> = {},
  ): Promise<WorkflowResult> {
    mkdirSync(join(dir, '.git/recipes'), { recursive: true });
    writeFileSync(join(dir, '.git/recipes/workflow.yml'), workflow);
    const ran = await runWorkflow({
      dist: stage.dist,
      workspace: dir,
      workflow: '.git/recipes/workflow.yml',
      values: {
        'github.sha': version,
        'secrets.OP_SERVICE_ACCOUNT_TOKEN': stage.service.token,
        ...values,
      },
    });
    assert.deepEqual(findLeaks([...stage.secrets, ROTATED], { log: ran.log }, [dir]), []);
    return ran;
  }

  async function valueIn(container: RegExp, name: string): Promise<string | undefined> {
    const [host] = stage.target.hosts;
    const found = (await runningContainers(host)).find((each) => container.test(each));
    return found === undefined ? undefined : (await containerEnv(host, found)).get(name);
  }

  test('the first deploy to a new server: the accessory and the app run, and are verified', async () => {
    const ran = await follow('The first deploy to a new server');
    assert.ok(ran.ok, ran.log);
    assert.deepEqual(ran.ran, ['kamal setup']);
    assert.match(ran.log, /Verified: version \w+ runs on/);
    assert.equal(await valueIn(/-store$/, 'STRIPE_KEY'), SECRETS['STRIPE_KEY']);
    assert.equal(await valueIn(/-web-/, 'DATABASE_URL'), SECRETS['DATABASE_URL']);
  });

  test('several apps in one repository: the check reads the named one, and its workflow deploys it alone', async () => {
    const [host] = stage.target.hosts;
    const [check = '', deploy = ''] = workflowsOf('Several apps in one repository');
    const repository = join(stage.root, 'repository');
    const secretsFile = readFileSync(join(app.dir, '.kamal/secrets'), 'utf8');
    for (const service of ['shop', 'admin']) {
      const options = { service, proxy: false, secrets: ['DATABASE_URL'], secretsFile };
      const { dir } = await writeApp(join(stage.root, `apart-${service}`), options);
      cpSync(dir, join(repository, 'apps', service), {
        recursive: true,
        filter: (path) => !path.endsWith('/.git'),
      });
    }
    await run('git', ['init', '--quiet', '--initial-branch=main', repository]);
    const version = await commitFiles(repository, {
      'apps/admin/.kamal/secrets': secretsFile.replace(/^DATABASE_URL=.*$/m, ''),
    });
    const both = { dir: repository, service: 'shop', version };
    const [good, bad] = [
      await runIn(both, check, { 'matrix.app': 'shop' }),
      await runIn(both, check, { 'matrix.app': 'admin' }),
    ];
    assert.deepEqual([good.ok, bad.ok], [true, false], good.log);
    assert.match(bad.log, /DATABASE_URL/);
    const ran = await runIn(both, deploy);
    assert.ok(ran.ok, ran.log);
    const running = await runningContainers(host);
    assert.equal(running.filter((name) => name.startsWith('shop-web-')).length, 1);
    assert.equal(running.filter((name) => name.startsWith('admin-')).length, 0);
  });

  test('redeploy after a rotation: nothing where nothing changed, else the running version with the new value', async () => {
    const idle = await follow('Redeploy after a rotation');
    assert.ok(idle.ok, idle.log);
    assert.equal(idle.steps.length, 1);

    stage.service.vault(VAULT).setField('Production', { label: 'DATABASE_URL', value: ROTATED });
    const ran = await follow('Redeploy after a rotation');
    assert.ok(ran.ok, ran.log);
    assert.equal(ran.steps.length, 2);
    assert.equal(await valueIn(/-web-/, 'DATABASE_URL'), ROTATED);
    assert.doesNotMatch(ran.log, /docker build/);
  });

  test('an accessory with an old value stops the redeploy, and its reboot gives it the new one', async () => {
    stage.service.vault(VAULT).setField('Production', { label: 'STRIPE_KEY', value: ROTATED });
    const stopped = await follow('Redeploy after a rotation');
    assert.equal(stopped.ok, false);
    assert.equal(stopped.steps.length, 1);
    assert.match(stopped.log, /the container of accessory store has a different value for STRIPE_KEY/);
    const ran = await follow('Accessories and other commands of Kamal', { 'inputs.accessory': 'store' });
    assert.ok(ran.ok, ran.log);
    assert.equal(await valueIn(/-store$/, 'STRIPE_KEY'), ROTATED);
  });

  test('migrations before traffic: run by the new image before its containers start; a failure ends the deploy', async () => {
    const [host] = stage.target.hosts;
    const [hook] = blocks(section(PAGE, 'Migrations before traffic'), 'sh');
    const image = readFileSync(join(app.dir, 'Dockerfile'), 'utf8');
    const serving = await runningContainers(host);
    const version = await commitFiles(app.dir, {
      '.kamal/hooks/pre-deploy': hook?.text ?? '',
      Dockerfile: image.replace('EXPOSE', 'COPY --chmod=755 bin /app/bin\nWORKDIR /app\nEXPOSE'),
      'bin/rails': '#!/bin/sh\necho "running $1 with ${#DATABASE_URL} characters"\nexit 3\n',
    });
    app = { ...app, version };
    const failed = await follow('Review before a deploy');
    assert.equal(failed.ok, false);
    assert.match(failed.log, new RegExp(`running db:migrate with ${ROTATED.length} characters`));
    assert.deepEqual(await runningContainers(host), serving);
    assert.deepEqual(lockState(host), { held: false });
  });

  test('a message when a deploy fails: the cause, what it means and what is next, for Slack and as mail', async () => {
    const messages: { text: string }[] = [];
    const slack = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
      messages.push(JSON.parse(body) as { text: string });
      response.end('ok');
    }).listen(0, '127.0.0.1');
    const mails: string[] = [];
    const smtp = mailServer(mails).listen(0, '127.0.0.1');
    await Promise.all([once(slack, 'listening'), once(smtp, 'listening')]);
    const [workflow = '', mailStep = ''] = blocks(section(PAGE, MESSAGE), 'yaml').map(({ text }) => text);
    try {
      const { port } = slack.address() as AddressInfo;
      const { port: smtpPort } = smtp.address() as AddressInfo;
      stage.service.vault(VAULT).removeField('Production', 'DATABASE_URL');
      const ran = await runIn(app, workflow + mailStep, {
        'secrets.SLACK_WEBHOOK_URL': `http://127.0.0.1:${port}/services/T0/B0/x`,
        'secrets.SMTP_URL': `smtp://127.0.0.1:${smtpPort}`,
        'github.server_url': 'https://github.com',
        'github.repository': 'acme/shop',
        'github.run_id': '42',
      });
      assert.equal(ran.ok, false);
      assert.deepEqual(ran.ran, ['Post to Slack', 'Send mail']);
      assert.equal(messages.length, 1, ran.log);
      const [first, ...rest] = messages[0]?.text.split('\n') ?? [];
      assert.match(first ?? '', /^Deploy failed: [\w-]+$/);
      assert.match(rest.join('\n'), /DATABASE_URL/);
      assert.equal(rest.at(-1), 'https://github.com/acme/shop/actions/runs/42');
      assert.equal(mails.length, 1, ran.log);
      const [head = '', body = ''] = (mails[0] ?? '').split(/\r\n\r\n(.*)/s);
      assert.match(
        head,
        /^From: deploy@example\.com\r\nTo: team@example\.com\r\nSubject: Deploy failed: [\w-]+\r\n/,
      );
      assert.deepEqual(
        body.split('\r\n').filter((line) => line !== ''),
        rest,
      );
    } finally {
      slack.close();
      smtp.close();
    }
  });
});

/** The whole workflows of a section of the page. */
function workflowsOf(heading: string): string[] {
  return blocks(section(PAGE, heading), 'yaml')
    .map(({ text }) => text)
    .filter((text) => /^jobs:/m.test(text));
}

/** Speaks as much of RFC 5321 as a client needs that sends one mail, and keeps the text of each. */
function mailServer(mails: string[]): Server {
  return createTcpServer((client) => {
    let received = '';
    let inText = false;
    client.write('220 mail.example.com ESMTP\r\n');
    client.setEncoding('utf8').on('data', (part: string) => {
      received += part;
      for (;;) {
        const end = received.indexOf(inText ? '\r\n.\r\n' : '\r\n');
        if (end === -1) return;
        const said = received.slice(0, end);
        received = received.slice(end + (inText ? 5 : 2));
        if (inText) mails.push(said);
        const begins = !inText && said === 'DATA';
        inText = begins;
        if (said === 'QUIT') client.end('221 bye\r\n');
        else client.write(begins ? '354 go on\r\n' : '250 ok\r\n');
      }
    });
  });
}
