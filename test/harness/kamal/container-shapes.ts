/** The log of a container in each shape that reaches a diagnosis. */
import { command, error, failed, starting } from './logs.ts';

const HOST = '192.0.2.10';
/** As `docker logs --timestamps` has it. */
export const TIME = '2026-02-03T04:05:06.123456789Z ';

/** Each line as Kamal, Docker and Compose show it. */
export const SHAPES: Readonly<Record<string, (lines: readonly string[]) => string[]>> = {
  'in a deploy that failed': (lines) => inDeploy(lines),
  'kamal app logs': (lines) => [
    ...command(
      '3f10cc21',
      "/usr/bin/env sh -c 'docker ps --latest --quiet --filter label=service=app' | head -1 | xargs docker logs --timestamps --tail 100 2>&1",
      HOST,
      0.4,
    ),
    `App Host: ${HOST}`,
    ...lines.map((line) => `${TIME}${line}`),
    '',
  ],
  'kamal app logs -T': (lines) => [
    ...command('3f10cc22', 'docker ps --quiet | head -1 | xargs docker logs --tail 100 2>&1', HOST, 0.4),
    `App Host: ${HOST}`,
    ...lines,
    '',
  ],
  'docker logs --timestamps': (lines) => lines.map((line) => `${TIME}${line}`),
  'docker compose logs': (lines) => [
    'db-1   | LOG:  database system is ready',
    ...lines.map((line) => `web-1  | ${line}`),
  ],
  'docker logs of a Windows desktop': (lines) => lines.map((line) => `2026-02-03 04:05:06 ${line}`),
  'in the step of a job': (lines) => lines.map((line) => `2026-02-03T04:05:06.1234567Z ${TIME}${line}`),
};

/** A deploy whose container wrote these lines and did not get healthy; the proxy asks `target`. */
export function inDeploy(lines: readonly string[], target = 80): string[] {
  const [first = '', ...others] = lines.map((line) => `${TIME}${line}`);
  return [
    ...starting(HOST),
    ...command(
      'cc575326',
      `docker exec kamal-proxy kamal-proxy deploy shop-web --target="205f017b8455:${target}" --deploy-timeout="30s"`,
      HOST,
    ),
    ` ERROR Failed to boot web on ${HOST}`,
    `  INFO First web container is unhealthy on ${HOST}, not booting any other roles`,
    ...command('2d5537c0', 'docker container ls --all | xargs docker logs --timestamps 2>&1', HOST, 0.2),
    ` ERROR ${first}`,
    ...others,
    ...command(
      '881324f7',
      "docker container ls --all | xargs docker inspect --format '{{json .State.Health}}'",
      HOST,
      0.3,
    ),
    ' ERROR null',
    'Releasing the deploy lock...',
    ...error(
      'SSHKit::Command::Failed',
      `Exception while executing on host ${HOST}: ${failed('docker', 1, 'Error: target failed to become healthy within configured timeout (30s)')}`,
    ),
  ];
}
