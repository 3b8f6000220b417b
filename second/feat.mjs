import { randomSpec } from './server.mjs';
import fs from 'node:fs';
const t = fs.readFileSync('/tmp/r1.txt', 'utf8') + fs.readFileSync('/tmp/r2.txt', 'utf8');
