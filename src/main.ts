#!/usr/bin/env -S node --max-semi-space-size=8
import { launch } from './cdk/protocol/cli.ts';
import { floatSource } from './float/source.ts';

await launch(floatSource);
