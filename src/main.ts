#!/usr/bin/env node
import { launch } from './cdk/index.ts';
import { floatSource } from './float/source.ts';

await launch(floatSource);
