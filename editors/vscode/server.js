/** Which server to start: the project's own version, else the copy that came with the extension. */
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const OWN = join(__dirname, 'server', 'cli.js');

/** @param {readonly string[]} folders the workspace's, in order @returns {string} the program, for Node.js */
exports.serverFor = (folders) => {
  const installed = folders.map((folder) => join(folder, 'node_modules/kamal-1password/dist/cli.js'));
  return installed.find((file) => existsSync(file)) ?? OWN;
};
