/** Puts the built command line beside the extension, as `server/`. */
'use strict';
const { cpSync, mkdirSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const dist = join(__dirname, '../../dist');
const server = join(process.argv[2] ?? __dirname, 'server');
rmSync(server, { recursive: true, force: true });
mkdirSync(server, { recursive: true });
cpSync(join(dist, 'cli.js'), join(server, 'cli.js'));
cpSync(join(dist, 'cli'), join(server, 'cli'), { recursive: true });
writeFileSync(join(server, 'package.json'), '{"type":"module"}\n');
